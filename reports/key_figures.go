package reports

// keyFigure is a column of the list of currencies on the overview.
type keyFigure struct {
	heading string
	value   any
	format  string
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
		{"Currency", currency, ""},
		{"Effective cost", l["EffectiveCost"], money},
		{"Previous month", l["PreviousCost"], money},
		{"Change", l["Change"], money},
		{"Change %", l["ChangeShare"], shareFormat},
		{"Billed cost", l["BilledCost"], money},
		{"Tag coverage", l["TagCoverage"], shareFormat},
		{"Savings found", totalOf(found["rightsizing"], currency).money("MonthlySaving"), money},
		{"Budgets", budgets, countFormat},
		{"Breached", over, countFormat},
	}
	if month, ok := found.reporting(); ok {
		converted := totalOf(found["reporting_currency"], currency)
		to := month.text("ReportingCurrency")
		all = append(all,
			keyFigure{"Rate to " + to, converted["Rate"], rateFormat},
			keyFigure{"Cost in " + to, converted["ReportedCost"], amountFormat(to)},
		)
	}
	return all
}
