package sourcetest

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Total is what a month comes to in one currency.
type Total struct {
	BillingCurrency string
	Billed          string
	Effective       string
}

// Ledger is a list of totals of the fixtures' own account of the samples, such
// as Totals in truth.json: those whose name and currency hold of.
func Ledger(t *testing.T, truth, list, of string) (totals []Total) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "samples", filepath.FromSlash(truth)))
	if err != nil {
		t.Fatal(err)
	}
	var lists map[string]json.RawMessage
	var all []struct {
		Name, BillingCurrency string
		Costs                 struct{ BilledCost, EffectiveCost string }
	}
	if err := json.Unmarshal(text, &lists); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(lists[list], &all); err != nil {
		t.Fatalf("%s of %s: %v", list, truth, err)
	}
	for _, total := range all {
		if strings.Contains(total.Name+" "+total.BillingCurrency, of) {
			totals = append(totals, Total{total.BillingCurrency, total.Costs.BilledCost, total.Costs.EffectiveCost})
		}
	}
	return totals
}

// expected is what an edition comes to, to the last digit.
func (s *suite) expected(edition int) string {
	var lines []string
	for _, total := range s.Ledger {
		late := 0
		if total.BillingCurrency == s.Late.BillingCurrency {
			late = edition
		}
		lines = append(lines, total.BillingCurrency+" "+plus(total.Billed, late, s.Late.Billed)+" "+plus(total.Effective, late, s.Late.Effective))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// plus is base and times more of more, as DuckDB writes a decimal(38,18).
func plus(base string, times int, more string) string {
	sum, ok := new(big.Rat).SetString(base)
	each, both := new(big.Rat).SetString(more)
	if !ok || !both {
		panic(fmt.Sprintf("%q, %q: want numbers", base, more))
	}
	return sum.Add(sum, each.Mul(each, big.NewRat(int64(times), 1))).FloatString(18)
}
