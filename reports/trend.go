package reports

import "time"

// trendMonths is how many months a trend shows: the month and the twelve
// before, so that the same month of last year is there.
const trendMonths = 13

// trend is where a trend stands on its sheet, for the charts to find.
type trend struct {
	header int // the row of the headings
	first  int // the first row of the charted currency
	last   int // the last
}

// drawTrend draws thirteen months by owner and by service.
func drawTrend(p *page, w Workbook, found answers) {
	p.title(w, found, "Trend", "Thirteen months of effective cost: the seven largest of each currency and the rest. An empty cell is a month of which nothing is loaded.")
	owner, service := trends(found)
	p.grid(w, table{name: "TrendOwner", query: "trend_owner"}, "Owner", found, owner.header)
	p.put(cell{1, service.header - 1}, "By service", look{size: 12, bold: true, color: teal})
	last := p.grid(w, table{name: "TrendService", query: "trend_service"}, "ServiceName", found, service.header)
	p.finish(w, last, trendMonths+2)
}

// trends says where the two trends stand, and where in them the currency with
// the most charges is.
func trends(found answers) (owner, service trend) {
	const gap = 3 // an empty row, the title and the headings
	owner = placed(found["trend_owner"], found["overview"], headerRow)
	end := headerRow + len(found["trend_owner"])/trendMonths
	return owner, placed(found["trend_service"], found["overview"], end+gap)
}

func placed(lines, overview []line, header int) trend {
	t := trend{header: header}
	for i := 0; i < len(lines); i += trendMonths {
		row := header + 1 + i/trendMonths
		if lines[i].text("BillingCurrency") != overview[0].text("BillingCurrency") {
			continue
		}
		if t.first == 0 {
			t.first = row
		}
		t.last = row
	}
	return t
}

// grid draws the lines of t, thirteen for each row, with a column for each
// month, and returns its last row.
func (p *page) grid(w Workbook, t table, of string, found answers, header int) (last int) {
	t.empty = "No cost."
	t.columns = []column{{of, heading(of), text}, {"BillingCurrency", "Currency", text}}
	for i := range trendMonths {
		at := w.Period.Add(i + 1 - trendMonths).String()
		t.columns = append(t.columns, column{at, at, amount})
	}
	return p.list(t, spread(of, found[t.query]), header) - 1
}

// heading is what a column of the tables is called on a sheet.
func heading(column string) string {
	if column == "ServiceName" {
		return "Service"
	}
	return column
}

// spread turns thirteen lines with a month each into one with thirteen months.
func spread(of string, lines []line) []line {
	var rows []line
	for i, l := range lines {
		if i%trendMonths == 0 {
			rows = append(rows, line{"x_Line": "row", of: l[of], "BillingCurrency": l["BillingCurrency"]})
		}
		at, _ := l["BillingPeriodStart"].(time.Time)
		rows[len(rows)-1][at.Format("2006-01")] = l["EffectiveCost"]
	}
	return rows
}
