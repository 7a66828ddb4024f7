package reports

import "slices"

// readMe is what a reader who has never seen the workbook needs, as pairs of
// a word and what it means.
var readMe = [][2]string{
	{"What this is", "The month's cloud cost as the providers billed it, given to the owners who caused it. Every amount is in the currency of the bill; amounts in different currencies are never added."},
	{"Effective cost", "FOCUS EffectiveCost: what the month's use cost, with commitments (reservations, savings plans) and their upfront fees spread over the time they cover. The unused part of a commitment is a cost of its own. All sheets show it unless they say otherwise."},
	{"Billed cost", "FOCUS BilledCost: what the invoice charges, with upfront fees in the month they fall due. It is the number to compare with the invoice."},
	{"List cost", "FOCUS ListCost: what the same use would cost at public prices; what it did cost where there are none (Data quality)."},
	{"Sign", "Costs are positive. Credits and refunds are negative, red and in brackets. Change is this month less the previous month: an increase is positive."},
	{"Owner", "The value of the owner tag, spelled as the tag policy says; without a tag, the owner of the account; else Unallocated."},
	{"Tag coverage", "The part of the cost that could carry an owner tag and does, in money. Tax, credits, purchases and unused commitments cannot be tagged and do not count."},
	{"Change %", "Change as a part of the previous month. Empty where the previous month is zero or negative."},
	{"Preliminary, final", "Preliminary until 15 days after the month's end, of Azure 5, and as long as there is cost without an invoice: the provider may still change it. Final from then on. A later change by a provider shows in Restatements."},
	{"Open, closing, closed", "The state of a month of one source in Sources: it is running; it has ended and may change; it is final. The month of the workbook is final once all its sources are closed."},
	{"Month", "The billing month of the invoice, in UTC. A month in progress is compared with the whole previous month."},
	{"Check cells", "Green and zero: the sheet's total is the cost loaded, to the last digit. A workbook whose totals do not tie is not written."},
	{"Amounts", "Cells hold amounts to about 15 digits and show the currency's own; sums of rounded numbers may differ by a cent from the total shown."},
	{"Text from bills", "Names and tags are shown as they stand in the bill. A text that a spreadsheet could take for a formula begins with an apostrophe; control characters are shown as symbols."},
	{"Your own tables", "Each list is a table of the spreadsheet: filter it, pivot it by name (ShowbackService, UntaggedCost and so on). Totals stand outside the tables."},
	{"Questions", "Ask your FinOps team with the sheet's name and the line. They can show the charges behind it with costwarden sql."},
}

// readMeReporting stands after what the workbook is, where there is a
// reporting currency.
var readMeReporting = [][2]string{
	{"Reporting currency", "The sheets Reporting currency and Conversion, the first figures of the overview with its charts, and the first two lists of Trend show all bills in one currency. Each charge is converted at the rate of its billing month and rounded half away from zero at the eighteenth digit; totals are sums of converted charges. All other sheets stay in the currency of the bill."},
	{"Exchange rates", "Written by finance, one for each month and currency; they stand with their publisher on the sheet of that name. A final month keeps the rates it was first reported at, also where it is restated later. Due to rates: what this month's cost would differ by at the rates of the month before."},
}

func drawReadMe(p *page, w Workbook, found answers) {
	const wordWidth, meaningWidth, charactersPerLine, lineHeight = 22, 110, 125, 14
	p.title(w, found, "Read me", "What the words and numbers mean.")
	p.width(1, 1, wordWidth)
	p.width(2, 2, meaningWidth)
	entries := readMe
	if _, ok := found.reporting(); ok {
		entries = slices.Concat(readMe[:1], readMeReporting, readMe[1:])
	}
	for i, entry := range entries {
		at := cell{1, headerRow + i}
		p.put(at, entry[0], look{bold: true, color: teal, wrap: true, below: true})
		p.put(at.right(1), entry[1], look{wrap: true, below: true})
		p.height(at.row, float64(1+len(entry[1])/charactersPerLine)*lineHeight+1)
	}
	p.paper(w, cell{2, headerRow + len(entries) - 1}, 0)
	p.onePage()
}
