package reports

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// Sizes of the charts: together as wide as the overview.
const (
	chartRows      = 19
	monthsWidth    = 700
	servicesWidth  = 390
	chartHeight    = 350
	servicesColumn = 9
	roomForLabels  = 1.35 // of the longest bar: its label stands beside it
)

// charts draws thirteen months by owner and the month by service, in the
// reporting currency or the one with the most charges, and returns the row
// where they end.
func (p *page) charts(found answers, row int) int {
	all := trends(found)
	owner, service := all[0], all[1]
	p.do(p.file.AddChart(p.name, cell{1, row}.String(), monthsChart(owner)))
	most := roomForLabels * largest(found[service.query], service.charted)
	p.do(p.file.AddChart(p.name, cell{servicesColumn, row}.String(), servicesChart(service, most)))
	return row + chartRows
}

// largest is the cost of the largest service of the month, which is the last
// of each thirteen lines.
func largest(lines []line, currency string) float64 {
	var most float64
	for i := trendMonths - 1; i < len(lines); i += trendMonths {
		if lines[i].currency() == currency {
			most = max(most, lines[i].money("EffectiveCost").Float())
		}
	}
	return most
}

// monthsChart stacks the owners month by month.
func monthsChart(t trend) *excelize.Chart {
	chart := plainChart("Effective cost by owner, "+t.charted, monthsWidth)
	chart.Type = excelize.ColStacked
	chart.Legend = excelize.ChartLegend{Position: "bottom", Font: chartFont(8)}
	for row := t.first; row <= t.last; row++ {
		color := seriesColors[(row-t.first)%len(seriesColors)]
		chart.Series = append(chart.Series, excelize.ChartSeries{
			Name:       reference(cell{1, row}, cell{1, row}),
			Categories: reference(cell{3, t.header}, cell{2 + trendMonths, t.header}),
			Values:     reference(cell{3, row}, cell{2 + trendMonths, row}),
			Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}},
		})
	}
	return chart
}

// servicesChart shows the services of the month, the largest at the top,
// on a scale that ends at most where that is more than zero.
func servicesChart(t trend, most float64) *excelize.Chart {
	chart := plainChart("This month by service, "+t.charted, servicesWidth)
	chart.Type = excelize.Bar
	chart.Legend = excelize.ChartLegend{Position: "none"}
	chart.XAxis.ReverseOrder = true
	chart.YAxis = excelize.ChartAxis{None: true}
	if most > 0 {
		chart.YAxis.Maximum = &most
	}
	chart.PlotArea = excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}}
	chart.Series = []excelize.ChartSeries{{
		Name:       reference(cell{2 + trendMonths, t.header}, cell{2 + trendMonths, t.header}),
		Categories: reference(cell{1, t.first}, cell{1, t.last}),
		Values:     reference(cell{2 + trendMonths, t.first}, cell{2 + trendMonths, t.last}),
		Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{seriesColors[1]}},
		DataLabel:  excelize.ChartDataLabel{Font: *chartFont(8)},
	}}
	return chart
}

// plainChart is a chart without ornament.
func plainChart(title string, width uint) *excelize.Chart {
	gap, overlap := uint(45), 100
	return &excelize.Chart{
		Title:     excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: title, Font: &excelize.Font{Family: typeface, Size: 11, Bold: true, Color: teal}}}},
		Dimension: excelize.ChartDimension{Width: width, Height: chartHeight},
		Border:    excelize.LineOptions{Type: excelize.LineNone},
		XAxis:     excelize.ChartAxis{Font: *chartFont(8)},
		YAxis:     excelize.ChartAxis{Font: *chartFont(8), MajorGridLines: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "#,##0"}},
		GapWidth:  &gap,
		Overlap:   &overlap,
	}
}

func chartFont(size float64) *excelize.Font {
	return &excelize.Font{Family: typeface, Size: size, Color: muted}
}

// reference is a range of the Trend sheet.
func reference(from, until cell) string {
	return fmt.Sprintf("%s!%s:%s", quoted("Trend"), absolute(from), absolute(until))
}
