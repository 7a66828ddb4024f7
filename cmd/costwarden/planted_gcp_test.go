package main

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/fixtures"
	"github.com/costwarden/costwarden/fixtures/gcp"
	"github.com/costwarden/costwarden/model"
)

// TestRunFindsGooglesBillAsItWasPlanted runs everything over four months of
// both Google Cloud accounts of the sample company: the legacy model of
// commitments, the month of the migration, one with corrections, promotions
// and goodwill, and the open one.
func TestRunFindsGooglesBillAsItWasPlanted(t *testing.T) {
	dir := t.TempDir()
	options := gcp.Options{Formats: []gcp.Format{gcp.DetailedParquet}}
	for _, text := range []string{"2025-12", "2026-01", "2026-07", "2026-10"} {
		month, err := model.ParsePeriod(text)
		if err != nil {
			t.Fatal(err)
		}
		options.Only = append(options.Only, month)
	}
	truth, err := gcp.Write(t.Context(), dir, options)
	if err != nil {
		t.Fatal(err)
	}
	policy := filepath.Join(dir, "policy")
	if err := fixtures.WritePolicy(policy); err != nil {
		t.Fatal(err)
	}
	if err := gcp.AddPolicy(policy); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "costwarden.yaml")
	const text = `sources:
  - name: google
    gcp: { location: "file:./gcp/files/detailed" }
  - name: google-europe
    gcp: { location: "file:./gcp/files/detailed-eur" }
`
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
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
	defer db.Close()

	const four = "strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost)"
	same(t, "totals", truthLines(truth.Totals), lines(t, db, "select '', "+four+" from cost group by all"))
	same(t, "totals of the days", truthLines(truth.Totals), lines(t, db, "select '', "+four+" from daily_cost group by all"))
	same(t, "services", truthLines(truth.Services), lines(t, db, "select ServiceName, "+four+" from cost group by all"))
	same(t, "sub accounts", truthLines(truth.SubAccounts), lines(t, db, "select coalesce(SubAccountId, ''), "+four+" from cost group by all"))
	same(t, "charge categories", truthLines(truth.ChargeCategories), lines(t, db, "select ChargeCategory, "+four+" from cost group by all"))
	// How much of a resource-based commitment was used in a day is a share of nine digits: teams that used it and the
	// owner of what nobody used may differ in the seventh digit of a cost.
	near(t, "teams", truthLines(truth.Teams), lines(t, db, "select coalesce(x_OwnerTag, 'untagged'), "+four+" from owned_cost group by all"))
	same(t, "untagged usage", truthLines(truth.Untagged),
		lines(t, db, "select coalesce(SubAccountId, ''), "+four+" from owned_cost where x_Taggable and x_OwnerTag is null group by all"))

	var promotions, corrections []string
	for _, p := range truth.Promotions {
		promotions = append(promotions, fmt.Sprint(p.SubAccountID, " ", p.Month, " ", p.BillingCurrency, " ", p.Amount))
	}
	same(t, "promotions", promotions, lines(t, db, `select coalesce(SubAccountId, ''), strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, sum(BilledCost)
		from cost where ChargeCategory = 'Credit' group by all`))
	for _, c := range truth.Corrections {
		if c.FirstDay[:7] < c.Month {
			corrections = append(corrections, fmt.Sprint(c.Month, " ", c.BillingCurrency, " ", c.Amount))
		}
	}
	same(t, "corrections of earlier months", corrections, lines(t, db, `select strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, sum(BilledCost)
		from cost where ChargeClass = 'Correction' group by all`))

	near(t, "commitments", commitmentLines(truth.Commitments), lines(t, db, `select
			if(CommitmentDiscountType like 'Resource%', 'resource-based', if(SubAccountId = 'acme-cud-trial', 'on trial', 'spend-based')), strftime(BillingPeriodStart, '%Y-%m'),
			coalesce(sum(BilledCost) filter (ChargeCategory = 'Purchase'), 0),
			coalesce(sum(EffectiveCost) filter (CommitmentDiscountStatus = 'Used'), 0),
			coalesce(sum(EffectiveCost) filter (CommitmentDiscountStatus = 'Unused'), 0)
		from cost where CommitmentDiscountId is not null group by all`))

	var breaches []string
	for _, budget := range truth.Budgets {
		if n := len(budget.Reached); n > 0 {
			breaches = append(breaches, fmt.Sprint(budget.Budget, " ", budget.Month, " ", budget.BillingCurrency, " ", budget.Cost, " ", budget.Reached[n-1]))
		}
	}
	same(t, "budgets reached", breaches, lines(t, db, `select Subject, strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, Cost, Evidence ->> 'threshold'
		from finding where RuleId = 'budget/breach'`))
}

// commitmentLines sums commitments of a kind: a credit of the legacy model does
// not say which of the two on trial it draws on.
func commitmentLines(commitments []gcp.Commitment) []string {
	type key struct{ kind, month string }
	sums := map[key][3]float64{}
	for _, c := range commitments {
		k := key{"spend-based", c.Month}
		switch {
		case c.Model == "resource-based":
			k.kind = c.Model
		case c.Purchase.Float() < 1:
			k.kind = "on trial"
		}
		sum := sums[k]
		for i, part := range []fixtures.Amount{c.Purchase, c.Used, c.Unused} {
			sum[i] += part.Float()
		}
		sums[k] = sum
	}
	var out []string
	for k, sum := range sums {
		out = append(out, fmt.Sprintf("%s %s %.9f %.9f %.9f", k.kind, k.month, sum[0], sum[1], sum[2]))
	}
	return out
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
