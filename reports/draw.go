package reports

import (
	"bytes"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// headerRow is where a sheet's table begins, beneath the title lines.
const headerRow = 6

// sheet is one sheet of the workbook and what draws it.
type sheet struct {
	name  string
	draw  func(*page, Workbook, answers)
	about string // the query without whose lines the sheet is left out; empty: it always stands
}

// order lists the sheets as they stand in the workbook.
var order = []sheet{
	{"Overview", drawOverview, ""},
	{"Showback", drawShowback, ""},
	{"Reporting currency", drawReporting, "reporting_rates"},
	{"Conversion", drawConversion, "reporting_rates"},
	{"Exchange rates", drawRates, "reporting_rates"},
	{"Trend", drawTrend, ""},
	{"Top movers", drawMovers, ""},
	{"Untagged cost", drawUntagged, ""},
	{"Rightsizing", drawRightsizing, ""},
	{"Budgets", drawBudgets, ""},
	{"Sources", drawSources, ""},
	{"Data quality", drawDataQuality, "data_quality"},
	{"Restatements", drawRestatements, "restatements"},
	{"Read me", drawReadMe, ""},
}

// present are the sheets of a workbook with these answers.
func (a answers) present() []sheet {
	var present []sheet
	for _, s := range order {
		if s.about == "" || len(a[s.about]) > 0 {
			present = append(present, s)
		}
	}
	return present
}

// draw draws the workbook and returns the file's bytes, the same for the same
// answers.
func draw(w Workbook, found answers) (content []byte, err error) {
	file := excelize.NewFile()
	defer file.Close()
	present := found.present()
	if err := begin(file, w, present); err != nil {
		return nil, err
	}
	styles := map[look]int{}
	for _, s := range present {
		p := &page{file: file, styles: styles, name: s.name, widths: map[int]int{}}
		s.draw(p, w, found)
		p.view()
		if p.err != nil {
			return nil, p.err
		}
	}
	settle(file)
	var buffer bytes.Buffer
	if err := file.Write(&buffer); err != nil {
		return nil, err
	}
	return buffer.Bytes(), nil
}

// begin lays the empty sheets, which references between them need, and the
// document's properties. Its times are the month's end, not the run's.
func begin(file *excelize.File, w Workbook, present []sheet) error {
	if err := file.SetDefaultFont(typeface); err != nil {
		return err
	}
	if err := file.SetSheetName("Sheet1", present[0].name); err != nil {
		return err
	}
	for _, s := range present[1:] {
		if _, err := file.NewSheet(s.name); err != nil {
			return err
		}
	}
	at := w.Period.End().Format(time.RFC3339)
	return file.SetDocProps(&excelize.DocProperties{
		Title:          visible(w.Organization) + " showback " + w.Period.String(),
		Subject:        "Cloud cost by owner, " + w.monthName() + ", " + strings.ToLower(w.state()),
		Creator:        "Costwarden " + w.Version,
		LastModifiedBy: "Costwarden " + w.Version,
		Created:        at,
		Modified:       at,
	})
}

// settle puts into one order what excelize lists in the order of a map: the
// content types of images, which AddChart declares.
func settle(file *excelize.File) {
	types := file.ContentTypes.Defaults
	sort.Slice(types, func(i, j int) bool { return types[i].Extension < types[j].Extension })
}

// view hides the grid, so that only what is drawn is seen.
func (p *page) view() {
	no := false
	p.do(p.file.SetSheetView(p.name, 0, &excelize.ViewOptions{ShowGridLines: &no}))
}

// title writes the lines every sheet begins with: what it is, the month and
// its state, currencies, cost basis, how fresh the data is, who wrote it.
func (p *page) title(w Workbook, found answers, title, note string) {
	p.height(1, 26)
	p.put(cell{1, 1}, title+" · "+w.Organization, look{size: 16, bold: true, color: teal})
	state := look{bold: true, color: green}
	if w.preliminary() {
		state.color = amber
	}
	p.put(cell{1, 2}, w.monthName()+" · "+w.state(), state)
	p.put(cell{1, 3}, fmt.Sprintf("%s · %s · %s · Costwarden %s", currencies(found), costBasis, cutOff(found), w.Version), look{size: 9, color: muted})
	p.put(cell{1, 4}, note, look{size: 9, color: muted})
}

const costBasis = "EffectiveCost: commitments spread over their term"

// currencies lists the currencies of the month's bills, and what they are
// converted into.
func currencies(found answers) string {
	var codes []string
	for _, line := range found["overview"] {
		codes = append(codes, line.text("BillingCurrency"))
	}
	if all, ok := found.reporting(); ok {
		return strings.Join(codes, ", ") + ", converted into " + all.text("ReportingCurrency")
	}
	return strings.Join(codes, ", ")
}

// cutOff says until when the charges reach, from the source that is furthest
// behind to the one that is furthest ahead.
func cutOff(found answers) string {
	const layout = "2006-01-02 15:04"
	for _, line := range found["freshness"] {
		first, known := line["FirstCutOff"].(time.Time)
		last, _ := line["LastCutOff"].(time.Time)
		if known && first.Equal(last) {
			return "data to " + last.Format(layout) + " UTC"
		}
		if known {
			return "data to " + first.Format(layout) + " UTC (latest source " + last.Format(layout) + ")"
		}
	}
	return "data cut-off unknown"
}

// freeze keeps the rows down to row in view.
func (p *page) freeze(row int) {
	p.do(p.file.SetPanes(p.name, &excelize.Panes{
		Freeze: true, YSplit: row, TopLeftCell: cell{1, row + 1}.String(), ActivePane: "bottomLeft",
	}))
}

// listing draws a sheet that is one table.
func (p *page) listing(w Workbook, found answers, title, note string, t table) (last int) {
	p.title(w, found, title, note)
	last = p.list(t, found[t.query], headerRow) - 1
	p.finish(w, last, len(t.columns))
	return last
}

// finish fits, freezes and sets up a sheet of lists that ends at row last.
func (p *page) finish(w Workbook, last, columns int) {
	p.fit()
	p.freeze(headerRow)
	p.paper(w, cell{columns, last}, headerRow)
}
