package reports

import (
	"fmt"
	"strings"

	"github.com/costwarden/costwarden/model"
)

// reporting is the month in the reporting currency, and false where there is
// none, or where every bill of the thirteen months is in it.
func (a answers) reporting() (line, bool) {
	if len(a["reporting_rates"]) == 0 || len(a["reporting"]) == 0 {
		return nil, false
	}
	return a["reporting"][0], true
}

// checkWidth is room for the label of a check, which has a neighbour.
const checkWidth = 24

// drawReporting draws what each owner cost over all bills.
func drawReporting(p *page, w Workbook, found answers) {
	p.measure(1, checkWidth)
	all, _ := found.reporting()
	note := "Every charge converted at the rate of its month and rounded by itself at the eighteenth digit, so that parts add up to totals. " + monthRates(w, found)
	p.listing(w, found, "Cost in "+all.text("ReportingCurrency"), note, table{
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
	})
}

// mostRates is how many of the month's rates the title names.
const mostRates = 5

// monthRates says the month's rates, such as "1 EUR = 1.0853 USD."
func monthRates(w Workbook, found answers) string {
	var rates []string
	for _, line := range found["reporting_rates"] {
		if rate, ok := line["Rate"].(model.Money); ok && line["BillingPeriodStart"] == any(w.Period.Start()) {
			rates = append(rates, fmt.Sprintf("1 %s = %s %s", line.text("BillingCurrency"), rate, line.text("ReportingCurrency")))
		}
	}
	switch {
	case len(rates) == 0:
		return ""
	case len(rates) > mostRates:
		rates = append(rates[:mostRates], "others on the sheet Exchange rates")
	}
	return strings.Join(rates, ", ") + "."
}

// drawConversion draws what each owner cost in the currency of each bill, the
// rate, and the same in the reporting currency.
func drawConversion(p *page, w Workbook, found answers) {
	p.measure(1, checkWidth)
	all, _ := found.reporting()
	currency := all.text("ReportingCurrency")
	p.listing(w, found, "Conversion into "+currency, "Each owner's effective cost as billed, the month's rate, and the cost that it comes to. The checks compare both with the cost loaded; they must be zero.", table{
		name: "Conversion", query: "reporting_currency", empty: "No cost.",
		columns: []column{
			{"Owner", "Owner", text},
			{"BillingCurrency", "Currency", text},
			{"EffectiveCost", "Cost as billed", amount},
			{"Rate", "Rate to " + currency, rate},
			{"ReportedCost", "Cost in " + currency, reported},
			{"CostShare", "Share of total", share},
			{"Source", "Rate published by", text},
		},
	})
}

// drawRates draws the rates of the thirteen months with what they convert.
func drawRates(p *page, w Workbook, found answers) {
	all, _ := found.reporting()
	currency := all.text("ReportingCurrency")
	p.listing(w, found, "Exchange rates to "+currency, "The rates behind the thirteen months, and the effective cost they convert. A month without a time of booking is not final: its rate may be corrected.", table{
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
	})
}
