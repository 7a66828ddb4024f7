package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/fixtures"
	"github.com/costwarden/costwarden/fixtures/company"
	"github.com/costwarden/costwarden/model"
)

// plantedProviders are the providers of the company's sources.
var plantedProviders = map[string]string{
	"aws-acme": "AWS", "aws-larkfield": "AWS", "azure-europe": "Microsoft", "azure-digital": "Microsoft",
	"google": "Google Cloud", "heronlake": "Heronlake",
}

// TestRunFindsWhatWasPlantedInTheCompany runs the demo over two months of the
// six bills of the sample company and holds the tables against the fixtures' own
// account of what they planted, which is worked out from their ledgers and not
// from these tables.
func TestRunFindsWhatWasPlantedInTheCompany(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	call(t, "demo", "--quiet", "--months", "2", "--dir", dir)
	bills, err := company.Bills(filepath.Join(dir, "bills"))
	if err != nil {
		t.Fatal(err)
	}
	db := openTables(t, filepath.Join(dir, "data", "costwarden.duckdb"))

	var sources, previous []string
	var budgets []fixtures.Budget
	for _, bill := range bills {
		sources = append(sources, bill.Source+" "+plantedProviders[bill.Source])
		samePlanted(t, db, bill.Source, bill.Truth)
		budgets = append(budgets, bill.Truth.Budgets...)
		if strings.HasPrefix(bill.Source, "aws-") { // the rule knows the families of AWS
			previous = append(previous, resourceLines(bill.Truth.PreviousGeneration)...)
		}
	}
	same(t, "sources", sources, lines(t, db, "select distinct x_SourceName, ProviderName from cost"))
	same(t, "budgets reached", reached(budgets), lines(t, db, breaches))
	same(t, "previous generation", previous, lines(t, db, `select Subject, strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, Cost
		from finding where RuleId = 'rightsizing/previous_generation'`))
	same(t, "budgets without cost", nil, lines(t, db, "select Subject from finding where RuleId = 'budget/no_cost'"))

	inDollars := 0.0
	for _, bill := range bills {
		inDollars += dollars(t, filepath.Join(dir, "policy", "rates.csv"), bill.Truth.Totals, "2026-10")
	}
	near(t, "all bills in dollars", []string{fmt.Sprintf("USD %.9f", inDollars)}, lines(t, db, `
		select 'USD', sum(x_ReportingCurrencyEffectiveCost) from reported_cost where BillingPeriodStart = '2026-10-01'`))

	t.Run("in any order of sources", func(t *testing.T) {
		config := upsideDown(t, filepath.Join(dir, "costwarden.yaml"))
		call(t, "ingest", "--config", config, "--month", "2026-10", "--as-of", "2026-11-03")
		other := openTables(t, filepath.Join(dir, "other", "costwarden.duckdb"))
		for _, table := range []string{"cost", "daily_cost"} {
			query := "select x_SourceName, cast(count(*) as varchar), cast(bit_xor(hash(t)) as varchar) from " + table + " as t where BillingPeriodStart = '2026-10-01' group by all"
			same(t, table, lines(t, db, query), lines(t, other, query))
		}
	})
}

// dollars is the effective cost of a month at its rates.
func dollars(t *testing.T, rates string, totals []fixtures.Total, month string) (sum float64) {
	t.Helper()
	text, err := os.ReadFile(rates)
	if err != nil {
		t.Fatal(err)
	}
	for _, total := range totals {
		if total.Month != month {
			continue
		}
		rate := 1.0
		if _, row, ok := strings.Cut(string(text), "\n"+month+","+total.BillingCurrency+",USD,"); ok {
			cell, _, _ := strings.Cut(row, ",")
			if rate, err = strconv.ParseFloat(cell, 64); err != nil {
				t.Fatal(err)
			}
		} else if total.BillingCurrency != "USD" {
			t.Fatalf("%s has no rate of %s", rates, total.BillingCurrency)
		}
		sum += rate * total.Costs.EffectiveCost.Float()
	}
	return sum
}

// upsideDown writes the configuration once more, with its sources in the
// opposite order and tables of its own.
func upsideDown(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	top, rest, _ := strings.Cut(string(text), "sources:\n")
	list, bottom, _ := strings.Cut(rest, "\nnotify:\n")
	var turned string
	for _, source := range strings.SplitAfter(list, " }\n") {
		turned = source + turned
	}
	config := filepath.Join(filepath.Dir(file), "upsidedown.yaml")
	text = []byte("warehouse: other/costwarden.duckdb\nlanding: other/landing\n" + top + "sources:\n" + turned + "\nnotify:\n" + bottom)
	if err := os.WriteFile(config, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return config
}

// samePlanted holds what a source brought against its bill's truth.
func samePlanted(t *testing.T, db *sql.DB, source string, truth fixtures.Truth) {
	t.Helper()
	four := "strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost)"
	per := func(name, table, condition string) []string {
		return lines(t, db, "select "+name+", "+four+" from "+table+" where x_SourceName = '"+source+"' and "+condition+" group by all")
	}
	same(t, source+": totals", truthLines(truth.Totals), per("''", "cost", "true"))
	same(t, source+": totals of the days", truthLines(truth.Totals), per("''", "daily_cost", "true"))
	same(t, source+": services", truthLines(truth.Services), per("ServiceName", "cost", "true"))
	same(t, source+": sub accounts", truthLines(truth.SubAccounts), per("coalesce(SubAccountId, '')", "cost", "true"))
	same(t, source+": charge categories", truthLines(truth.ChargeCategories), per("ChargeCategory", "cost", "true"))
	// How much of a resource-based commitment of Google was used in a day is a share of nine digits: teams that used it
	// and the owner of what nobody used may differ in the seventh digit of a cost.
	near(t, source+": teams", truthLines(truth.Teams), per("coalesce(x_OwnerTag, 'untagged')", "owned_cost", "true"))
	same(t, source+": untagged usage", truthLines(truth.Untagged), per("coalesce(SubAccountId, '')", "owned_cost", "x_Taggable and x_OwnerTag is null"))
	if truth.ResourceGroups != nil {
		same(t, source+": resource groups", truthLines(truth.ResourceGroups), per("coalesce(x_ResourceGroupName, '')", "cost", "true"))
		same(t, source+": billing accounts", truthLines(truth.BillingAccounts), per("BillingAccountId", "cost", "true"))
	}
	if truth.Commitments == nil {
		return
	}
	var commitments []string
	for _, c := range truth.Commitments {
		commitments = append(commitments, fmt.Sprint(c.CommitmentDiscountID, " ", c.Month, " ", c.BillingCurrency, " ", c.Purchased, " ", c.Used, " ", c.Unused))
	}
	same(t, source+": commitments", commitments, lines(t, db, `
		select
			CommitmentDiscountId, strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, coalesce(sum(BilledCost), 0),
			coalesce(sum(EffectiveCost) filter (CommitmentDiscountStatus = 'Used'), 0),
			coalesce(sum(EffectiveCost) filter (CommitmentDiscountStatus = 'Unused'), 0)
		from cost
		where CommitmentDiscountId is not null and x_SourceName = '`+source+`'
		group by all`))
}

// breaches are the budgets found to have reached a threshold.
const breaches = `select Subject, strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, Cost, Evidence ->> 'threshold'
	from finding where RuleId = 'budget/breach'`

// reached writes the budgets that reached a threshold as lines writes breaches.
func reached(budgets []fixtures.Budget) []string {
	var all []string
	for _, budget := range budgets {
		if n := len(budget.Reached); n > 0 {
			all = append(all, fmt.Sprint(budget.Budget, " ", budget.Month, " ", budget.BillingCurrency, " ", budget.Cost, " ", budget.Reached[n-1]))
		}
	}
	return all
}

// resourceLines writes planted resources as lines writes rows.
func resourceLines(resources []fixtures.Resource) []string {
	var all []string
	for _, r := range resources {
		all = append(all, fmt.Sprint(r.ResourceID, " ", r.Month, " ", r.BillingCurrency, " ", r.Costs.EffectiveCost))
	}
	return all
}

// call runs the program as of the morning of 3 November 2026 and returns what
// it prints.
func call(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	env := environment{
		stdout: &stdout,
		stderr: &stderr,
		lookup: func(string) (string, bool) { return "", false },
		now:    func() time.Time { return time.Date(2026, 11, 3, 6, 30, 0, 0, time.UTC) },
	}
	if code := run(t.Context(), args, env); code != exitDone {
		t.Fatalf("%v: exit code %d\n%s%s", args, code, stdout.String(), stderr.String())
	}
	return stdout.String()
}

func openTables(t *testing.T, warehouse string) *sql.DB {
	t.Helper()
	db, err := model.Open(t.Context(), warehouse, model.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
