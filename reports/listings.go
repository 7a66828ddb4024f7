package reports

func drawMovers(p *page, w Workbook, found answers) {
	p.listing(w, found, "Top movers", "The largest changes against the previous month. Changes below 0.5 % of the currency's cost are one line.", table{
		name: "TopMovers", query: "movers", empty: "Nothing moved.",
		columns: []column{
			{"Owner", "Owner", text},
			{"SubAccount", "Account", text},
			{"ServiceName", "Service", text},
			{"BillingCurrency", "Currency", text},
			{"ThisMonth", "This month", amount},
			{"PreviousMonth", "Previous month", amount},
			{"Change", "Change", amount},
			{"ChangeShare", "Change %", share},
			{"Note", "Note", text},
		},
	})
}

func drawUntagged(p *page, w Workbook, found answers) {
	p.listing(w, found, "Untagged cost", "Usage that could carry an owner tag and does not, or carries one the policy does not know. Tax, credits and purchases cannot be tagged and are not listed.", table{
		name: "UntaggedCost", query: "untagged", empty: "All cost that can carry an owner tag does.",
		columns: []column{
			{"SubAccount", "Account", text},
			{"ServiceName", "Service", text},
			{"ResourceId", "Resource", text},
			{"UnknownOwner", "Unknown tag", text},
			{"BillingCurrency", "Currency", text},
			{"EffectiveCost", "Effective cost", amount},
			{"CostShare", "Share", share},
			{"SuggestedOwner", "Suggested owner", text},
			{"Reason", "Because it", text},
		},
	})
}

func drawRightsizing(p *page, w Workbook, found answers) {
	p.listing(w, found, "Rightsizing", "What can be saved each month, and how. Findings on one resource may overlap; the total counts the largest of each resource.", table{
		name: "Rightsizing", query: "rightsizing", empty: "No rule found a saving.",
		columns: []column{
			{"Owner", "Owner", text},
			{"SubAccountId", "Account", text},
			{"ResourceId", "Resource", text},
			{"BillingCurrency", "Currency", text},
			{"EffectiveCost", "Effective cost", amount},
			{"MonthlySaving", "Saving a month", amount},
			{"Act", "What to do", prose},
			{"RuleId", "Rule", text},
			{"Evidence", "Evidence", prose},
		},
	})
}

func drawSources(p *page, w Workbook, found answers) {
	p.listing(w, found, "Sources", "Every delivery behind these numbers. Total in files is summed before Costwarden touches a line, billed cost after; the difference must be zero.", table{
		name: "Sources", query: "sources", empty: "No delivery.",
		columns: []column{
			{"SourceName", "Source", text},
			{"BillingPeriodStart", "Month", month},
			{"State", "State", text},
			{"MonthState", "Month is", text},
			{"Format", "Format", text},
			{"CostBasis", "Basis", text},
			{"InvoiceId", "Invoice", text},
			{"BillingEntity", "Billed by", text},
			{"Files", "Files", count},
			{"CostRows", "Rows", count},
			{"BillingCurrency", "Currency", text},
			{"SourceCost", "Total in files", amount},
			{"BilledCost", "Billed cost", amount},
			{"Difference", "Difference", amount},
			{"LoadedAt", "Loaded at (UTC)", moment},
			{"Version", "Version", text},
			{"Note", "Note", prose},
		},
	})
}

func drawRestatements(p *page, w Workbook, found answers) {
	p.listing(w, found, "Restatements", "What providers changed in months that were closed. Workbooks of these months that were written before show the old cost.", table{
		name: "Restatements", query: "restatements", empty: "No closed month has changed.",
		columns: []column{
			{"RestatedAt", "Changed at (UTC)", moment},
			{"SourceName", "Source", text},
			{"BillingPeriodStart", "Month", month},
			{"SubAccount", "Account", text},
			{"ServiceName", "Service", text},
			{"BillingCurrency", "Currency", text},
			{"OldBilledCost", "Billed before", amount},
			{"NewBilledCost", "Billed now", amount},
			{"BilledCostDelta", "Change", amount},
			{"EffectiveCostDelta", "Change, effective", amount},
		},
	})
}

func drawDataQuality(p *page, w Workbook, found answers) {
	p.listing(w, found, "Data quality", "What is to be known of the data behind these numbers: findings about it, and rows that were repaired or noticed when they were loaded. Billed cost is never changed.", table{
		name: "DataQuality", query: "data_quality", empty: "Nothing was noticed.",
		columns: []column{
			{"Kind", "Kind", text},
			{"Scope", "Where", text},
			{"Subject", "What", text},
			{"BillingCurrency", "Currency", text},
			{"CostRows", "Rows", count},
			{"BilledCost", "Billed cost", amount},
			{"Cost", "Effective cost", amount},
			{"Meaning", "What it means, what to do", prose},
		},
	})
}
