package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

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
	if err := errors.Join(fixtures.WritePolicy(policy), gcp.AddPolicy(policy)); err != nil {
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
	call(t, "run", "--config", config)
	db := openTables(t, filepath.Join(dir, "data", "costwarden.duckdb"))
	samePlanted(t, db, "google", of(truth.Truth, "USD"))
	samePlanted(t, db, "google-europe", of(truth.Truth, "EUR"))

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

	same(t, "budgets reached", reached(truth.Budgets), lines(t, db, breaches))
}

// of is the truth's part in a currency: each account has its own.
func of(truth fixtures.Truth, currency string) fixtures.Truth {
	for _, totals := range []*[]fixtures.Total{
		&truth.Totals, &truth.Services, &truth.SubAccounts, &truth.ChargeCategories, &truth.Teams, &truth.Untagged,
	} {
		*totals = slices.DeleteFunc(slices.Clone(*totals), func(t fixtures.Total) bool { return t.BillingCurrency != currency })
	}
	return truth
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
