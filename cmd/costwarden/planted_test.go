package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/costwarden/costwarden/fixtures"
	"github.com/costwarden/costwarden/model"
)

// TestRunFindsWhatWasPlanted runs everything over two months of the sample
// company and holds the tables against the fixtures' own account of what they
// planted, which is worked out from their ledger and not from these tables.
func TestRunFindsWhatWasPlanted(t *testing.T) {
	dir := t.TempDir()
	truth, err := fixtures.Write(t.Context(), dir, fixtures.Options{Formats: []fixtures.Format{fixtures.CURParquet}, Months: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := fixtures.WritePolicy(filepath.Join(dir, "policy")); err != nil {
		t.Fatal(err)
	}
	db := runAll(t, dir, "  - name: acme\n    aws: { location: \"file:./bucket/exports\", export: acme-cur2 }\n")
	samePlanted(t, db, truth)

	var previous []string
	for _, resource := range truth.PreviousGeneration {
		previous = append(previous, fmt.Sprint(resource.ResourceID, " ", resource.Month, " ", resource.BillingCurrency, " ", resource.Costs.EffectiveCost, " "))
	}
	const finding = "select Subject, strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, Cost, "
	same(t, "previous generation", previous, lines(t, db, finding+"'' from finding where RuleId = 'rightsizing/previous_generation'"))
}

// runAll runs everything over the sources, a list in YAML, with the policy in
// dir, and opens the tables it leaves.
func runAll(t *testing.T, dir, sources string) *sql.DB {
	t.Helper()
	config := filepath.Join(dir, "costwarden.yaml")
	if err := os.WriteFile(config, []byte("sources:\n"+sources), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	env := environment{
		stdout: &stdout,
		stderr: &stderr,
		lookup: func(string) (string, bool) { return "", false },
		now:    func() time.Time { return time.Date(2026, 11, 3, 6, 30, 0, 0, time.UTC) },
	}
	if code := run(t.Context(), []string{"run", "--config", config}, env); code != exitDone {
		t.Fatalf("exit code %d\n%s%s", code, stdout.String(), stderr.String())
	}
	db, err := model.Open(t.Context(), filepath.Join(dir, "data", "costwarden.duckdb"), model.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// samePlanted holds what every cloud's part of the bill has against the truth:
// totals, owners and budgets.
func samePlanted(t *testing.T, db *sql.DB, truth fixtures.Truth) {
	t.Helper()
	const four = "strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost)"
	same(t, "totals", truthLines(truth.Totals), lines(t, db, "select '', "+four+" from cost group by all"))
	same(t, "totals of the days", truthLines(truth.Totals), lines(t, db, "select '', "+four+" from daily_cost group by all"))
	same(t, "services", truthLines(truth.Services), lines(t, db, "select ServiceName, "+four+" from cost group by all"))
	same(t, "sub accounts", truthLines(truth.SubAccounts), lines(t, db, "select coalesce(SubAccountId, ''), "+four+" from cost group by all"))
	same(t, "teams", truthLines(truth.Teams), lines(t, db, "select coalesce(x_OwnerTag, 'untagged'), "+four+" from owned_cost group by all"))
	same(t, "untagged usage", truthLines(truth.Untagged),
		lines(t, db, "select coalesce(SubAccountId, ''), "+four+" from owned_cost where x_Taggable and x_OwnerTag is null group by all"))

	var breaches []string
	for _, budget := range truth.Budgets {
		if n := len(budget.Reached); n > 0 {
			breaches = append(breaches, fmt.Sprint(budget.Budget, " ", budget.Month, " ", budget.BillingCurrency, " ", budget.Cost, " ", budget.Reached[n-1]))
		}
	}
	same(t, "budgets reached", breaches, lines(t, db, "select Subject, strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, Cost, Evidence ->> 'threshold' from finding where RuleId = 'budget/breach'"))
}

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
