package reports

// The overview's grid: twelve columns of one width, six tiles of two columns.
const (
	overviewColumns = 12
	columnWidth     = 12.0
	tileColumns     = 2
)

// tile is one number with its name above and what explains it beneath.
type tile struct {
	label  string
	value  any
	format string
	note   any    // a string, or a number that words put into a sentence
	words  string // the number format of note
	alarm  bool
}

// mostTiles are the rows of tiles that leave room for the charts on the page.
const mostTiles = 2

// drawOverview draws a warning for each source that failed, a row of tiles for
// all bills in the reporting currency and one for each currency, and the charts.
// Where that would be too many, only the first has tiles and the others are
// lines of a list.
func drawOverview(p *page, w Workbook, found answers) {
	p.title(w, found, "Cloud cost", missing(w, found))
	p.width(1, overviewColumns, columnWidth)
	row, room, lines := p.warn(found, headerRow), mostTiles, found["overview"]
	if month, ok := found.reporting(); ok {
		row = p.tiles("All bills in "+month.text("ReportingCurrency"), reportingTiles(month), row)
		room--
	}
	tiled := len(lines)
	if tiled > room {
		tiled = room - 1
	}
	for _, line := range lines[:tiled] {
		row = p.tiles(line.text("BillingCurrency"), tiles(found, line), row)
	}
	if tiled < len(lines) {
		row = p.keyFigures(found, lines[tiled:], row)
	}
	row = p.charts(found, row)
	p.paper(w, cell{overviewColumns, row}, 0)
	p.onePage()
}

// tiles draws a row of tiles under a heading and returns the row after it.
func (p *page) tiles(heading string, all []tile, row int) (next int) {
	p.put(cell{1, row}, heading, look{size: 12, bold: true, color: teal})
	for i, t := range all {
		p.tile(cell{1 + i*tileColumns, row + 1}, t)
	}
	return row + 5
}

// missing says which sources have not delivered the month; of those that failed
// nobody knows.
func missing(w Workbook, found answers) string {
	var names string
	for _, line := range found["sources"] {
		isMonth := line["BillingPeriodStart"] == any(w.Period.Start())
		if line.text("State") != "missing" || !isMonth || found.isFailing(line.text("SourceName")) {
			continue
		}
		if names != "" {
			names += ", "
		}
		names += line.text("SourceName")
	}
	switch {
	case names != "":
		return "Not delivered yet, and not in these numbers: " + names
	case len(found["failing"]) > 0:
		return added(found)
	}
	return "Every source has delivered the month. " + added(found)
}

// added says what becomes of amounts in several currencies.
func added(found answers) string {
	if all, ok := found.reporting(); ok {
		return "Amounts are converted into " + all.text("ReportingCurrency") + " before they are added across currencies."
	}
	return "Amounts are never added across currencies."
}

// tiles are the key figures of a currency.
func tiles(found answers, l line) []tile {
	currency := l.text("BillingCurrency")
	money := amountFormat(currency)
	over, budgets := breached(found, currency)
	saving := totalOf(found["rightsizing"], currency)
	findings, _ := saving["Findings"].(int64)
	return []tile{
		{label: "Effective cost", value: l["EffectiveCost"], format: money, note: l["PreviousCost"], words: `"previous month "` + money},
		{label: "Change", value: l["Change"], format: money, note: l["ChangeShare"], words: `+0.0%" on previous month";\-0.0%" on previous month"`},
		{label: "Billed cost", value: l["BilledCost"], format: money, note: "as invoiced, before spreading"},
		{label: "Tag coverage", value: l["TagCoverage"], format: `0.0%_)`, note: l["UntaggedCost"], words: `"untagged "` + money},
		{label: "Savings found", value: saving.money("MonthlySaving"), format: money, note: findings, words: `"a month, findings: "0`},
		{label: "Budgets breached", value: over, format: countFormat, note: budgets, words: `"budgets in force: "0`, alarm: over > 0},
	}
}

// reportingTiles are the key figures of all bills in the reporting currency.
func reportingTiles(l line) []tile {
	money := amountFormat(l.text("ReportingCurrency"))
	return []tile{
		{label: "Effective cost", value: l["EffectiveCost"], format: money, note: l["PreviousCost"], words: `"previous month "` + money},
		{label: "Change", value: l["Change"], format: money, note: l["ChangeShare"], words: `+0.0%" on previous month";\-0.0%" on previous month"`},
		{label: "Change due to rates", value: l["DueToRates"], format: money, note: "of exchange, against the month before"},
		{label: "Billed cost", value: l["BilledCost"], format: money, note: "as invoiced, before spreading"},
		{label: "Tag coverage", value: l["TagCoverage"], format: `0.0%_)`, note: l["UntaggedCost"], words: `"untagged "` + money},
		{label: "Savings found", value: l["MonthlySaving"], format: money, note: l["Resources"], words: `"a month, resources: "0`},
	}
}

// totalOf is the total line of a query in currency, empty where it has none.
func totalOf(lines []line, currency string) line {
	for _, line := range lines {
		if line.is("total") && line.text("BillingCurrency") == currency {
			return line
		}
	}
	return line{}
}

// tile draws t with its upper left corner at a cell.
func (p *page) tile(at cell, t tile) {
	value := look{size: 15, bold: true, fill: wash, align: "left", indent: 1, gap: true, format: t.format, shrink: true}
	if t.alarm {
		value.color = red
	}
	if t.value == nil {
		t.value = "n/a"
	}
	if t.note == nil {
		t.note = "no previous month"
	}
	end := at.right(tileColumns - 1)
	p.merge(at, end, t.label, look{size: 9, color: muted, fill: wash, align: "left", indent: 1, gap: true})
	p.merge(at.down(1), end.down(1), t.value, value)
	p.merge(at.down(2), end.down(2), t.note, look{size: 8, color: muted, fill: wash, align: "left", indent: 1, gap: true, format: t.words, shrink: true})
	p.height(at.row+1, 26)
}
