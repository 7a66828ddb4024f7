package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/costwarden/costwarden/fixtures"
	"github.com/costwarden/costwarden/fixtures/azure"
)

// TestRunFindsWhatWasPlantedInAzure runs everything over two months of the
// sample company's Azure bill, the enrolment's as FOCUS and the billing
// account's as native files, and holds the tables against what was planted.
func TestRunFindsWhatWasPlantedInAzure(t *testing.T) {
	dir := t.TempDir()
	truth, err := azure.Write(t.Context(), dir, azure.Options{Exports: []string{"focus-ea", "cost-mca"}, Months: 2})
	if err != nil {
		t.Fatal(err)
	}
	if err := fixtures.WritePolicy(filepath.Join(dir, "policy")); err != nil {
		t.Fatal(err)
	}
	if err := azure.AddPolicy(filepath.Join(dir, "policy")); err != nil {
		t.Fatal(err)
	}
	db := runAll(t, dir, `
  - name: enrolment
    azure: { location: "file:./azure/exports/focus-ea" }
  - name: customer-agreement
    azure: { location: "file:./azure/exports/cost-mca" }
`)
	samePlanted(t, db, truth)

	const four = "strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost)"
	same(t, "resource groups", truthLines(truth.ResourceGroups),
		lines(t, db, "select coalesce(x_ResourceGroupName, ''), "+four+" from cost group by all"))
	same(t, "billing accounts", truthLines(truth.BillingAccounts),
		lines(t, db, "select BillingAccountId, "+four+" from cost group by all"))

	var commitments []string
	for _, c := range truth.Commitments {
		commitments = append(commitments, fmt.Sprint(c.CommitmentDiscountID, " ", c.Month, " ", c.BillingCurrency, " ", c.Purchased, " ", c.Used, " ", c.Unused))
	}
	same(t, "commitments", commitments, lines(t, db, `
		select
			CommitmentDiscountId, strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, sum(BilledCost),
			coalesce(sum(EffectiveCost) filter (CommitmentDiscountStatus = 'Used'), 0),
			coalesce(sum(EffectiveCost) filter (CommitmentDiscountStatus = 'Unused'), 0)
		from cost
		where CommitmentDiscountId is not null
		group by all`))
}
