package ingest_test

import (
	encoding "encoding/csv"
	"slices"
	"strings"
)

// legacyFile writes lines as a legacy report in CSV.
func legacyFile(lines []curLine) string { return asLegacy(curFile(lines)) }

// asLegacy writes the CSV of a CUR 2.0 as a legacy report: with the columns that
// a line fills and no others, under the names of such a report. Tags, which
// would be columns of their own, are left out.
func asLegacy(text string) string {
	table, err := encoding.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		panic(err)
	}
	var out strings.Builder
	to := encoding.NewWriter(&out)
	for i, row := range table {
		var kept []string
		for column, value := range row {
			filled := slices.ContainsFunc(table[1:], func(row []string) bool { return row[column] != "" })
			switch {
			case !filled, table[0][column] == "tags":
			case i == 0:
				kept = append(kept, legacyName(value))
			default:
				kept = append(kept, value)
			}
		}
		if err := to.Write(kept); err != nil {
			panic(err)
		}
	}
	to.Flush()
	return out.String()
}

// legacyName is the name in a legacy report of a column of CUR 2.0, such as
// savingsPlan/SavingsPlanARN of savings_plan_savings_plan_a_r_n.
func legacyName(column string) string {
	for prefix, category := range map[string]string{"identity_": "identity", "bill_": "bill", "line_item_": "lineItem", "pricing_": "pricing",
		"reservation_": "reservation", "savings_plan_": "savingsPlan", "split_line_item_": "splitLineItem", "capacity_reservation_": "capacityReservation",
		"product_": "product"} {
		rest, ok := strings.CutPrefix(column, prefix)
		if !ok {
			continue
		}
		name := category + "/"
		for word := range strings.SplitSeq(rest, "_") {
			name += strings.ToUpper(word[:1]) + word[1:]
		}
		return name
	}
	panic("no name in a legacy report for " + column)
}
