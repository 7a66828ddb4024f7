package reports

// reporting is the month in the reporting currency, and false where there is
// none, or where every bill of the thirteen months is in it.
func (a answers) reporting() (line, bool) {
	if len(a["reporting_rates"]) == 0 || len(a["reporting"]) == 0 {
		return nil, false
	}
	return a["reporting"][0], true
}

// drawReporting draws what each owner cost in the reporting currency, the
// costs of each bill it comes from, and the rates.
func drawReporting(p *page, w Workbook, found answers) {
	all, _ := found.reporting()
	currency := all.text("ReportingCurrency")
	p.title(w, found, "Cost in "+currency, "Every charge converted at the rate of its month, and rounded by itself at the eighteenth digit: parts add up to totals. Costs in the currency of the bill stand beside.")
	owners := table{
		name: "ReportingOwner", query: "reporting_owner", empty: "No cost.",
		columns: []column{
			{"Owner", "Owner", text},
			{"ReportingCurrency", "Currency", text},
			{"ThisMonth", "This month", reported},
			{"PreviousMonth", "Previous month", reported},
			{"Change", "Change", reported},
			{"DueToRates", "Due to rates", reported},
			{"DueToCost", "Due to cost", reported},
			{"ChangeShare", "Change %", share},
			{"CostShare", "Share of total", share},
		},
	}
	row := p.list(owners, found["reporting_owner"], headerRow) + 1
	p.put(cell{1, row}, "By owner and currency of the bill", look{size: 12, bold: true, color: teal})
	bills := table{
		name: "ReportingCurrency", query: "reporting_currency", empty: "No cost.",
		columns: []column{
			{"Owner", "Owner", text},
			{"BillingCurrency", "Currency", text},
			{"EffectiveCost", "Cost as billed", amount},
			{"Rate", "Rate to " + currency, rate},
			{"ReportedCost", "Cost in " + currency, reported},
			{"CostShare", "Share of total", share},
		},
	}
	row = p.list(bills, found["reporting_currency"], row+1) + 1
	p.put(cell{1, row}, "Exchange rates", look{size: 12, bold: true, color: teal})
	rates := table{
		name: "ExchangeRates", query: "reporting_rates", empty: "No rate.",
		columns: []column{
			{"BillingPeriodStart", "Month", month},
			{"BillingCurrency", "Currency", text},
			{"EffectiveCost", "Cost as billed", amount},
			{"Rate", "Rate to " + currency, rate},
			{"ReportedCost", "Cost in " + currency, reported},
			{"BookedAt", "Booked at (UTC)", moment},
			{"Source", "Published by", text},
		},
	}
	row = p.list(rates, found["reporting_rates"], row+1)
	p.finish(w, row-1, len(owners.columns))
}
