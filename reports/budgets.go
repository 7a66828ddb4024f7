package reports

import (
	"fmt"

	"github.com/xuri/excelize/v2"
)

// The columns of the Budgets sheet that carry colour.
const (
	usedColumn  = 8
	stateColumn = 9
)

// drawBudgets draws the budgets with a bar for how much is used and the state
// in red, amber or green.
func drawBudgets(p *page, w Workbook, found answers) {
	last := p.listing(w, found, "Budgets", "Effective cost, without tax and credits, against each budget in force: warning from the budget's first threshold, breached from its amount.", table{
		name: "Budgets", query: "budgets", empty: "No budget is in force; write them in policy/budgets.csv.",
		columns: []column{
			{"Budget", "Budget", text},
			{"Owner", "Owner", text},
			{"SubAccount", "Account", text},
			{"BillingCurrency", "Currency", text},
			{"Amount", "Amount", amount},
			{"EffectiveCost", "Actual", amount},
			{"Remaining", "Left", amount},
			{"UsedShare", "Used", share},
			{"State", "State", text},
		},
	})
	if len(found["budgets"]) == 0 {
		return
	}
	p.width(usedColumn, usedColumn, 22)
	p.do(p.file.SetConditionalFormat(p.name, down(usedColumn, last), []excelize.ConditionalFormatOptions{{
		Type: "data_bar", Criteria: "=", BarColor: "#4C8C9B",
		MinType: "num", MinValue: "0", MaxType: "num", MaxValue: "1", // a full bar is a spent budget
	}}))
	for _, state := range []struct{ name, color, fill string }{
		{"breached", red, redWash}, {"warning", amber, amberWash}, {"ok", green, greenWash},
	} {
		format, err := p.file.NewConditionalStyle(&excelize.Style{
			Font: &excelize.Font{Color: state.color, Bold: true},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{state.fill}},
		})
		p.do(err)
		p.do(p.file.SetConditionalFormat(p.name, down(stateColumn, last), []excelize.ConditionalFormatOptions{{
			Type: "cell", Criteria: "==", Value: fmt.Sprintf("%q", state.name), Format: &format,
		}}))
	}
}

// down is a column's range from the first line of the table to row last.
func down(column, last int) string {
	return cell{column, headerRow + 1}.String() + ":" + cell{column, last}.String()
}

// breached counts the budgets in currency, and those at or above their amount.
func breached(found answers, currency string) (over, all int64) {
	for _, line := range found["budgets"] {
		if line.text("BillingCurrency") != currency {
			continue
		}
		all++
		if line.text("State") == "breached" {
			over++
		}
	}
	return over, all
}
