package reports

import "slices"

// showbackColumns are the columns of what owners cost, per what stands in key.
func showbackColumns(key, name string) []column {
	return []column{
		{"Owner", "Owner", text},
		{key, name, text},
		{"BillingCurrency", "Currency", text},
		{"ThisMonth", "This month", amount},
		{"PreviousMonth", "Previous month", amount},
		{"Change", "Change", amount},
		{"ChangeShare", "Change %", share},
		{"CostShare", "Share of total", share},
	}
}

// drawShowback draws the owners with their totals, and beneath them each
// owner's providers, where there are several, and services, in the same
// columns: tables apart, because a subtotal inside a table would count twice in
// a pivot.
func drawShowback(p *page, w Workbook, found answers) {
	perService := showbackColumns("ServiceName", "Service")
	p.title(w, found, "Showback", "Each owner's effective cost, then the same cost service by service. The check compares the total with the cost loaded; it must be zero.")
	owners := table{name: "ShowbackOwner", query: "showback_owner", columns: perService, empty: "No cost."}
	row := p.list(owners, found["showback_owner"], headerRow) + 1
	if severalProviders(found["showback_provider"]) {
		p.put(cell{1, row}, "By owner and provider", look{size: 12, bold: true, color: teal})
		providers := table{name: "ShowbackProvider", query: "showback_provider", columns: showbackColumns("ProviderName", "Provider"), empty: "No cost."}
		row = p.list(providers, found["showback_provider"], row+1) + 1
	}
	p.put(cell{1, row}, "By owner and service", look{size: 12, bold: true, color: teal})
	services := table{name: "ShowbackService", query: "showback", columns: perService, empty: "No cost."}
	row = p.list(services, found["showback"], row+1)
	p.finish(w, row-1, len(perService))
}

// severalProviders reports whether lines are not all of one provider.
func severalProviders(lines []line) bool {
	return slices.ContainsFunc(lines, func(l line) bool { return l.text("ProviderName") != lines[0].text("ProviderName") })
}
