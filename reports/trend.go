package reports

import "time"

// trendMonths is how many months a trend shows: the month and the twelve
// before, so that the same month of last year is there.
const trendMonths = 13

// trend is thirteen months by owner or by service, and where it stands on its
// sheet, for the charts to find.
type trend struct {
	name     string // of the native table
	query    string
	of       string // the column of what it is by
	currency string // the column of its currency
	title    string // above it, but not above the first

	charted string // the currency that is charted
	header  int    // the row of the headings
	first   int    // the first row of the charted currency
	last    int    // the last
}

// drawTrend draws thirteen months by owner and by service, and the same in the
// reporting currency.
func drawTrend(p *page, w Workbook, found answers) {
	note := "Thirteen months of effective cost: the seven largest of each currency and the rest. An empty cell is a month of which nothing is loaded."
	if all, ok := found.reporting(); ok {
		note += " First all bills in " + all.text("ReportingCurrency") + ", then each in its own currency."
	}
	p.title(w, found, "Trend", note)
	last := 0
	for _, t := range trends(found) {
		if t.header != headerRow {
			p.put(cell{1, t.header - 1}, t.title, look{size: 12, bold: true, color: teal})
		}
		last = p.grid(w, t, found)
	}
	p.finish(w, last, trendMonths+2)
}

// trends says which trends there are and where they stand. The first two are
// charted: those of the reporting currency, or of the currency with the most
// charges.
func trends(found answers) []trend {
	var all []trend
	charted, of := found["overview"][0].text("BillingCurrency"), ""
	if month, ok := found.reporting(); ok {
		charted, of = month.text("ReportingCurrency"), ", by currency of the bill"
		all = []trend{
			{name: "TrendReportingOwner", query: "reporting_trend_owner", of: "Owner", currency: "ReportingCurrency", title: "By owner, all bills in " + charted},
			{name: "TrendReportingService", query: "reporting_trend_service", of: "ServiceName", currency: "ReportingCurrency", title: "By service, all bills in " + charted},
		}
	}
	all = append(all,
		trend{name: "TrendOwner", query: "trend_owner", of: "Owner", currency: "BillingCurrency", title: "By owner" + of},
		trend{name: "TrendService", query: "trend_service", of: "ServiceName", currency: "BillingCurrency", title: "By service" + of},
	)
	const gap = 3 // an empty row, the title and the headings
	header := headerRow
	for i := range all {
		all[i] = all[i].placed(found[all[i].query], charted, header)
		header += len(found[all[i].query])/trendMonths + gap
	}
	return all
}

// placed is t with its headings at a row.
func (t trend) placed(lines []line, charted string, header int) trend {
	t.charted, t.header = charted, header
	for i := 0; i < len(lines); i += trendMonths {
		row := header + 1 + i/trendMonths
		if lines[i].text(t.currency) != charted {
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
func (p *page) grid(w Workbook, t trend, found answers) (last int) {
	drawn := table{name: t.name, query: t.query, empty: "No cost."}
	drawn.columns = []column{{t.of, heading(t.of), text}, {t.currency, "Currency", text}}
	for i := range trendMonths {
		at := w.Period.Add(i + 1 - trendMonths).String()
		drawn.columns = append(drawn.columns, column{at, at, amount})
	}
	return p.list(drawn, spread(t, found[t.query]), t.header) - 1
}

// heading is what a column of the tables is called on a sheet.
func heading(column string) string {
	if column == "ServiceName" {
		return "Service"
	}
	return column
}

// spread turns thirteen lines with a month each into one with thirteen months.
func spread(t trend, lines []line) []line {
	var rows []line
	for i, l := range lines {
		if i%trendMonths == 0 {
			rows = append(rows, line{"x_Line": "row", t.of: l[t.of], t.currency: l[t.currency]})
		}
		at, _ := l["BillingPeriodStart"].(time.Time)
		rows[len(rows)-1][at.Format("2006-01")] = l["EffectiveCost"]
	}
	return rows
}
