package gcp_test

import (
	"database/sql"
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bills "github.com/costwarden/costwarden/fixtures/gcp"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/model"
)

// dimensions are what the same bill must agree on in every encoding.
var dimensions = map[string]string{
	"month":           "''",
	"service":         "ServiceName",
	"sub account":     "coalesce(SubAccountId, '')",
	"charge category": "ChargeCategory",
	"charge class":    "coalesce(ChargeClass, '')",
	"commitment":      "coalesce(CommitmentDiscountId || ' ' || coalesce(CommitmentDiscountStatus, 'bought'), '')",
	"region":          "coalesce(RegionId, '')",
	"sku":             "coalesce(SkuPriceId, '')",
	"resource":        "coalesce(ResourceId, '')",
	"pricing":         "coalesce(PricingCategory, '')",
	"tags":            "coalesce(cast(Tags as varchar), '')",
	"charge date":     "cast(ChargePeriodStart as date)",
}

// untold lists what the standard export cannot tell: without subscriptions the
// part of a fee that nothing used looks like usage on demand.
var untold = []string{"commitment", "resource", "charge category", "pricing", "sku", "tags"}

// gap is how far a part of the standard export may be from the same part of the
// detailed one: what Google's offsets and the usage they pay for leave between
// them stays with a fee of the day, and the standard export does not tell of
// which commitment. In the worked examples it is 0.0000131.
const gap = 0.00002

func period(text string) model.Period {
	month, err := model.ParsePeriod(text)
	if err != nil {
		panic(err)
	}
	return month
}

// tableFolder is where the fixtures keep a table.
func tableFolder(dir, table string) string {
	return filepath.Join(dir, "gcp", "tables", table[strings.LastIndex(table, ".")+1:])
}

// serve holds tables of the fixtures.
func serve(t *testing.T, dir string, names ...string) *bigquerytest.Server {
	t.Helper()
	server := bigquerytest.NewServer()
	t.Cleanup(server.Close)
	for _, name := range names {
		table, err := bigquerytest.ReadTable(tableFolder(dir, name), name)
		if err != nil {
			t.Fatal(err)
		}
		server.Hold(table)
	}
	return server
}

// loaded loads every month of an export into a database of its own.
func loaded(t *testing.T, name string, config gcp.Config) *sql.DB {
	t.Helper()
	db, err := model.Open(t.Context(), filepath.Join(t.TempDir(), "bill.duckdb"), model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	source, err := gcp.Open(t.Context(), "acme", config, ingest.Place{Folder: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 3, 6, 30, 0, 0, time.UTC)
	outcomes, err := ingest.Run(t.Context(), db, source, ingest.Options{Landing: t.TempDir(), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	for _, outcome := range outcomes {
		if outcome.Status != ingest.Loaded {
			t.Errorf("%s %s: %s, %v", name, outcome.Slice, outcome.Status, outcome.Err)
		}
	}
	return db
}

// totals sums the four costs of each month, currency and value of a dimension.
func totals(t *testing.T, db *sql.DB, dimension string) map[[3]string][4]model.Money {
	t.Helper()
	rows, err := db.Query(`select strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, cast(` + dimension + ` as varchar),
		sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost) from cost group by all`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := map[[3]string][4]model.Money{}
	for rows.Next() {
		var key [3]string
		var costs [4]model.Money
		if err := rows.Scan(&key[0], &key[1], &key[2], &costs[0], &costs[1], &costs[2], &costs[3]); err != nil {
			t.Fatal(err)
		}
		found[key] = costs
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
	return found
}

// compare reports where got and want differ by more than a gap, a few of each.
func compare(t *testing.T, what string, got, want map[[3]string][4]model.Money, gap float64) {
	t.Helper()
	differences := 0
	for key, costs := range want {
		if found, ok := got[key]; !ok || !near(found, costs, gap) {
			if differences++; differences <= 5 {
				t.Errorf("%s: %v: billed, effective, list, contracted %v; want %v", what, key, found, costs)
			}
		}
	}
	for key, costs := range got {
		if _, ok := want[key]; !ok {
			if differences++; differences <= 5 {
				t.Errorf("%s: %v: %v; want none", what, key, costs)
			}
		}
	}
	if differences > 5 {
		t.Errorf("%s: %d differences in all", what, differences)
	}
}

// near reports whether no cost is further from the other than a gap.
func near(a, b [4]model.Money, gap float64) bool {
	for i := range a {
		if !a[i].Equal(b[i]) && math.Abs(a[i].Float()-b[i].Float()) > gap {
			return false
		}
	}
	return true
}

// TestTheSameBillInEveryFormat loads the sample company's bill as the detailed
// export, out of BigQuery, Parquet and JSON, and as the standard and the FOCUS
// export, and finds the same totals in each, which are those of the fixtures'
// own account of their ledger. The month is that in which commitments moved to the
// new model; its last days come by the hour, and its run has others beside it.
func TestTheSameBillInEveryFormat(t *testing.T) {
	folder := t.TempDir()
	last := period("2026-02")
	truth, err := bills.Write(t.Context(), folder, bills.Options{
		Formats: []bills.Format{bills.DetailedTable, bills.DetailedParquet, bills.DetailedJSON, bills.StandardParquet, bills.FocusTable, bills.FocusParquet},
		Last:    last, Only: []model.Period{last.Previous()},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := serve(t, folder, bills.Main.Table("detailed"), bills.Main.Table("focus"), bills.Europe.Table("detailed"))
	files := func(export string) gcp.Config {
		return gcp.Config{Location: "file:" + filepath.Join(folder, "gcp", "files", export)}
	}
	reference := loaded(t, "Parquet", files("detailed"))
	compare(t, "truth", totals(t, reference, dimensions["sub account"]), planted(truth, "USD"), 0)
	for from, config := range map[string]gcp.Config{
		"JSON of the account in euro":     files("detailed-json-eur"),
		"BigQuery of the account in euro": {Table: bills.Europe.Table("detailed"), Endpoint: server.URL},
	} {
		compare(t, from, totals(t, loaded(t, from, config), dimensions["sub account"]), planted(truth, "EUR"), 0)
	}
	same := map[string]*sql.DB{
		"JSON":     loaded(t, "JSON", files("detailed-json")),
		"BigQuery": loaded(t, "BigQuery", gcp.Config{Table: bills.Main.Table("detailed"), Endpoint: server.URL}),
	}
	standard := loaded(t, "standard", files("standard"))
	focus := map[string]*sql.DB{
		"FOCUS":               loaded(t, "FOCUS", files("focus")),
		"FOCUS from BigQuery": loaded(t, "FOCUS", gcp.Config{Table: bills.Main.Table("focus"), Endpoint: server.URL}),
	}
	for name, dimension := range dimensions {
		want := totals(t, reference, dimension)
		for encoding, db := range same {
			compare(t, encoding+" by "+name, totals(t, db, dimension), want, 0)
		}
		if !slices.Contains(untold, name) {
			compare(t, "standard by "+name, totals(t, standard, dimension), want, gap)
		}
	}
	compare(t, "standard in all", totals(t, standard, "''"), totals(t, reference, "''"), 0)
	for from, db := range focus {
		compare(t, from, billed(totals(t, db, "''")), billed(totals(t, reference, "''")), 0)
	}
}

// billed keeps the billed cost of totals: Google's own FOCUS export spreads
// nothing over the terms of commitments.
func billed(found map[[3]string][4]model.Money) map[[3]string][4]model.Money {
	for key, costs := range found {
		found[key] = [4]model.Money{costs[0]}
	}
	return found
}

// planted is what the fixtures' own account of their ledger says of an
// account's projects.
func planted(truth bills.Truth, currency string) map[[3]string][4]model.Money {
	found := map[[3]string][4]model.Money{}
	for _, total := range truth.SubAccounts {
		if c := total.Costs; total.BillingCurrency == currency {
			found[[3]string{total.Month, currency, total.Name}] = [4]model.Money{c.BilledCost.Money, c.EffectiveCost.Money, c.ListCost.Money, c.ContractedCost.Money}
		}
	}
	return found
}
