package aws_test

import (
	"cmp"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/fixtures"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/model"
)

// dimensions are what the same bill must agree on in every format. The names
// of things that only one format can tell are not among them.
var dimensions = map[string]string{
	"month":           "''",
	"service":         "ServiceName",
	"sub account":     "SubAccountId",
	"charge category": "ChargeCategory",
	"charge class":    "coalesce(ChargeClass, '')",
	"commitment":      "coalesce(CommitmentDiscountId || ' ' || coalesce(CommitmentDiscountStatus, 'bought'), '')",
	"committed":       "coalesce(CommitmentDiscountId || ' ' || CommitmentDiscountQuantity || ' ' || CommitmentDiscountUnit, '')",
	"invoice":         "coalesce(InvoiceId, '')",
	"region":          "coalesce(RegionId, '')",
	"resource":        "coalesce(ResourceId, '')",
	"pricing":         "coalesce(PricingCategory, '')",
	"charge date":     "cast(ChargePeriodStart as date)",
}

// needed is the column that a dimension has nothing without.
var needed = map[string]string{"committed": "CommitmentDiscountQuantity", "invoice": "InvoiceId"}

// loadExport loads every month of an export of the sample bill into a database
// of its own.
func loadExport(t *testing.T, bill, export string) *sql.DB {
	t.Helper()
	db, err := model.Open(t.Context(), filepath.Join(t.TempDir(), export+".duckdb"), model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	source, err := aws.Open(t.Context(), "acme", aws.Config{Location: "file:" + filepath.Join(bill, "bucket", "exports"), Export: export})
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
			t.Errorf("%s %s: %s, %v", export, outcome.Slice, outcome.Status, outcome.Err)
		}
	}
	return db
}

// totals sums the four costs of each month, currency and value of a dimension.
func totals(t *testing.T, db *sql.DB, dimension string) map[[3]string][4]string {
	t.Helper()
	rows, err := db.Query(`select strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, cast(` + dimension + ` as varchar),
		sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost) from cost group by all`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := map[[3]string][4]string{}
	for rows.Next() {
		var key [3]string
		var costs [4]model.Money
		if err := rows.Scan(&key[0], &key[1], &key[2], &costs[0], &costs[1], &costs[2], &costs[3]); err != nil {
			t.Fatal(err)
		}
		found[key] = [4]string{costs[0].String(), costs[1].String(), costs[2].String(), costs[3].String()}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
	return found
}

// bothBases are options of fixtures for a bill of two months: one before the
// private-price contract, billed at unblended cost and without net columns, and
// the newest closed one, billed at net cost, whose delivery is in several parts
// with others beside it that were overtaken.
func bothBases(t *testing.T) fixtures.Options {
	return fixtures.Options{
		Months: 9, Last: period(t, "2026-04"),
		Only: []model.Period{period(t, "2025-08"), period(t, "2026-03")},
	}
}

// cannot lists the columns that a format has nothing for: FOCUS 1.0 those that
// 1.2 added, a legacy report the names of accounts.
var cannot = map[string][]string{
	"acme-focus-1-0":     focus12Columns,
	"acme-focus-1-0-csv": focus12Columns,
	"acme-legacy":        accountNames,
	"acme-legacy-over":   accountNames,
	"acme-legacy-zip":    accountNames,
	"acme-legacy-athena": accountNames,
}

var (
	focus12Columns = []string{"BillingAccountType", "CommitmentDiscountQuantity", "CommitmentDiscountUnit", "InvoiceId", "PricingCurrency",
		"PricingCurrencyContractedUnitPrice", "PricingCurrencyEffectiveCost", "PricingCurrencyListUnitPrice", "ServiceSubcategory",
		"SkuMeter", "SkuPriceDetails", "SubAccountType"}
	accountNames = []string{"BillingAccountName", "SubAccountName"}
)

// expectEmpty finds columns filled in reference and empty in db.
func expectEmpty(t *testing.T, export string, db, reference *sql.DB, columns []string) {
	t.Helper()
	for _, column := range columns {
		var here, there int64
		for db, count := range map[*sql.DB]*int64{db: &here, reference: &there} {
			if err := db.QueryRow("select count(" + column + ") from cost").Scan(count); err != nil {
				t.Fatal(err)
			}
		}
		if here != 0 || there == 0 {
			t.Errorf("%s fills %s in %d rows, the reference in %d; want none here and some there", export, column, here, there)
		}
	}
}

// TestTheSameBillInEveryFormat loads the sample company's bill as FOCUS 1.2
// and 1.0, as CUR 2.0 and as legacy report, in all their encodings, and finds
// the same totals in each to the last digit.
func TestTheSameBillInEveryFormat(t *testing.T) {
	bill, options := t.TempDir(), bothBases(t)
	for _, exports := range []map[fixtures.Format]string{fixtures.Exports(), fixtures.OlderExports()} {
		for format := range exports {
			options.Formats = append(options.Formats, format)
		}
	}
	if _, err := fixtures.Write(t.Context(), bill, options); err != nil {
		t.Fatal(err)
	}
	reference := loadExport(t, bill, "acme-focus")
	bill12 := map[string]map[[3]string][4]string{}
	for name, dimension := range dimensions {
		bill12[name] = totals(t, reference, dimension)
	}
	for export, tags := range map[string]func(map[string]string) map[string]string{
		"acme-focus-csv":     asWritten,
		"acme-cur2":          asWritten,
		"acme-cur2-csv":      asWritten,
		"acme-focus-1-0":     asWritten,
		"acme-focus-1-0-csv": asWritten,
		"acme-legacy":        oneCasing,
		"acme-legacy-over":   oneCasing,
		"acme-legacy-zip":    oneCasing,
		"acme-legacy-athena": snakeKeys,
	} {
		db := loadExport(t, bill, export)
		for name, dimension := range dimensions {
			if slices.Contains(cannot[export], needed[name]) {
				continue // all is under no name, as expectEmpty finds
			}
			compare(t, export+" by "+name, totals(t, db, dimension), bill12[name])
		}
		expectEmpty(t, export, db, reference, cannot[export])
		want := byTags(t, reference, tags)
		if len(want) < 20 {
			t.Errorf("the reference has %d sets of tags, too few to show anything", len(want))
		}
		compare(t, export+" by tags", byTags(t, db, asWritten), want)
	}
}

// asWritten are the tags as their owners spelled them.
func asWritten(tags map[string]string) map[string]string { return tags }

// oneCasing are the tags of a legacy report in CSV. Of keys that differ in
// casing alone a line keeps the first that it fills, in the order of the keys.
func oneCasing(tags map[string]string) map[string]string {
	kept, seen := map[string]string{}, map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if !seen[strings.ToLower(key)] {
			kept[key] = tags[key]
		}
		seen[strings.ToLower(key)] = true
	}
	return kept
}

// snakeKeys are the tags of a legacy report in Parquet, whose columns have
// lost the spelling of the keys: AWS puts an underscore before each capital.
func snakeKeys(tags map[string]string) map[string]string {
	known := map[string]string{
		"TEAM": "t_e_a_m", "Team": "team", "Environment": "environment", "Cost Center": "cost_center", "cost-center": "cost_center",
		"aws:createdBy": "aws:created_by",
	}
	snake := map[string]string{}
	for key, value := range oneCasing(tags) {
		snake[cmp.Or(known[key], key)] = value
	}
	return snake
}

// byTags sums the four costs of each month, currency and set of tags, once
// fold has changed the tags.
func byTags(t *testing.T, db *sql.DB, fold func(map[string]string) map[string]string) map[[3]string][4]string {
	t.Helper()
	if _, err := db.Exec("create or replace table folded (Tags varchar, Folded varchar)"); err != nil {
		t.Fatal(err)
	}
	for _, text := range tagSets(t, db) {
		tags := map[string]string{}
		if err := json.Unmarshal([]byte(text), &tags); err != nil {
			t.Fatalf("tags %s: %v", text, err)
		}
		folded, _ := json.Marshal(fold(tags)) // in the order of the keys
		if _, err := db.Exec("insert into folded values (?, ?)", text, string(folded)); err != nil {
			t.Fatal(err)
		}
	}
	return totals(t, db, "coalesce((select Folded from folded where folded.Tags = cast(cost.Tags as varchar)), '')")
}

// tagSets lists the sets of tags that rows have.
func tagSets(t *testing.T, db *sql.DB) []string {
	t.Helper()
	rows, err := db.Query("select distinct cast(Tags as varchar) from cost where Tags is not null")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var sets []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		sets = append(sets, text)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		t.Fatal(err)
	}
	return sets
}

// compare reports where got and want differ, a few of each.
func compare(t *testing.T, what string, got, want map[[3]string][4]string) {
	t.Helper()
	differences := 0
	for key, costs := range want {
		if got[key] != costs {
			if differences++; differences <= 5 {
				t.Errorf("%s: %v: billed, effective, list, contracted %v; want %v", what, key, got[key], costs)
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

func period(t *testing.T, text string) model.Period {
	t.Helper()
	p, err := model.ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
