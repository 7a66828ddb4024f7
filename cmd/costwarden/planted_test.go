package main

import (
	"database/sql"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/costwarden/costwarden/fixtures"
	"github.com/costwarden/costwarden/model"
)

// truthLines writes totals as lines writes rows.
func truthLines(totals []fixtures.Total) []string {
	var out []string
	for _, total := range totals {
		c := total.Costs
		out = append(out, fmt.Sprint(total.Name, " ", total.Month, " ", total.BillingCurrency, " ",
			c.BilledCost, " ", c.EffectiveCost, " ", c.ListCost, " ", c.ContractedCost))
	}
	return out
}

// lines writes each row of a query with its cells apart by blanks.
func lines(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for rows.Next() {
		cells := make([]any, len(columns))
		for i, column := range columns {
			cells[i] = new(string)
			if strings.HasPrefix(column.DatabaseTypeName(), "DECIMAL") {
				cells[i] = new(model.Money)
			}
		}
		if err := rows.Scan(cells...); err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, cell := range cells {
			switch v := cell.(type) {
			case *string:
				texts = append(texts, *v)
			case *model.Money:
				texts = append(texts, v.String())
			}
		}
		out = append(out, strings.Join(texts, " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// same reports where want and got differ, whatever their order.
func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	sorted := cmpopts.SortSlices(func(a, b string) bool { return a < b })
	if diff := cmp.Diff(want, got, sorted); diff != "" {
		t.Errorf("%s differ (-planted +found):\n%s", what, diff)
	}
}

// near reports where want and got differ by more than a hundred-thousandth.
func near(t *testing.T, what string, want, got []string) {
	t.Helper()
	found := map[string][]float64{}
	for _, line := range got {
		name, numbers := apart(line)
		found[name] = numbers
	}
	for _, line := range want {
		name, numbers := apart(line)
		if len(found[name]) != len(numbers) {
			t.Errorf("%s: planted %s, found %v", what, line, found[name])
			continue
		}
		for i, number := range numbers {
			if math.Abs(found[name][i]-number) > 1e-5 {
				t.Errorf("%s: planted %s, found %v", what, line, found[name])
				break
			}
		}
	}
	if len(want) != len(got) {
		t.Errorf("%s: planted %d, found %d", what, len(want), len(got))
	}
}

// apart tells the words of a line from its numbers.
func apart(line string) (words string, numbers []float64) {
	for _, field := range strings.Fields(line) {
		if number, err := strconv.ParseFloat(field, 64); err == nil {
			numbers = append(numbers, number)
			continue
		}
		words += field + " "
	}
	return words, numbers
}
