package reports

var showbackColumns = []column{
	{"Owner", "Owner", text},
	{"ServiceName", "Service", text},
	{"BillingCurrency", "Currency", text},
	{"ThisMonth", "This month", amount},
	{"PreviousMonth", "Previous month", amount},
	{"Change", "Change", amount},
	{"ChangeShare", "Change %", share},
	{"CostShare", "Share of total", share},
}

// drawShowback draws the owners with their totals, and beneath them each
// owner's services, in the same columns: two tables, because a subtotal inside
// a table would count twice in a pivot.
func drawShowback(p *page, w Workbook, found answers) {
	p.title(w, found, "Showback", "Each owner's effective cost, then the same cost service by service. The check compares the total with the cost loaded; it must be zero.")
	owners := table{name: "ShowbackOwner", query: "showback_owner", columns: showbackColumns, empty: "No cost."}
	row := p.list(owners, found["showback_owner"], headerRow) + 1
	p.put(cell{1, row}, "By owner and service", look{size: 12, bold: true, color: teal})
	services := table{name: "ShowbackService", query: "showback", columns: showbackColumns, empty: "No cost."}
	row = p.list(services, found["showback"], row+1)
	p.finish(w, row-1, len(showbackColumns))
}
