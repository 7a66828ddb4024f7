package reports

// keyFigure is a column of the list of currencies on the overview.
type keyFigure struct {
	heading string
	value   any
	format  string
	alarm   bool
}

// keyFigures draws the key figures of currencies as a list, a line for each,
// and returns the row after it.
func (p *page) keyFigures(found answers, lines []line, row int) (next int) {
	p.put(cell{1, row}, "By currency of the bill", look{size: 12, bold: true, color: teal})
	row++
	for i, f := range figures(found, lines[0]) {
		align := "right"
		if i == 0 {
			align = "left"
		}
		p.put(cell{1 + i, row}, f.heading, look{size: 9, color: muted, fill: wash, align: align})
	}
	for _, l := range lines {
		row++
		for i, f := range figures(found, l) {
			look := look{format: f.format, align: "right", below: true, shrink: true}
			if i == 0 {
				look.align, look.bold = "left", true
			}
			if f.alarm {
				look.color = red
			}
			if f.value == nil {
				f.value = "n/a"
			}
			p.put(cell{1 + i, row}, f.value, look)
		}
	}
	return row + 2
}

// figures are the key figures of a currency; the last two stand where there is
// a reporting currency.
func figures(found answers, l line) []keyFigure {
	currency := l.text("BillingCurrency")
	money := amountFormat(currency)
	over, budgets := breached(found, currency)
	all := []keyFigure{
		{heading: "Currency", value: currency},
		{heading: "Effective cost", value: l["EffectiveCost"], format: money},
		{heading: "Previous month", value: l["PreviousCost"], format: money},
		{heading: "Change", value: l["Change"], format: money},
		{heading: "Change %", value: l["ChangeShare"], format: shareFormat},
		{heading: "Billed cost", value: l["BilledCost"], format: money},
		{heading: "Tag coverage", value: l["TagCoverage"], format: shareFormat},
		{heading: "Savings found", value: totalOf(found["rightsizing"], currency).money("MonthlySaving"), format: money},
		{heading: "Budgets", value: budgets, format: countFormat},
		{heading: "Breached", value: over, format: countFormat, alarm: over > 0},
	}
	if month, ok := found.reporting(); ok {
		converted := totalOf(found["reporting_currency"], currency)
		to := month.text("ReportingCurrency")
		all = append(all,
			keyFigure{heading: "Rate to " + to, value: converted["Rate"], format: rateFormat},
			keyFigure{heading: "Cost in " + to, value: converted["ReportedCost"], format: amountFormat(to)},
		)
	}
	return all
}
