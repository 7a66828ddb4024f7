package aws_test

import (
	"database/sql"
	"errors"
	"path/filepath"
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
	"invoice":         "coalesce(InvoiceId, '')",
	"region":          "coalesce(RegionId, '')",
	"resource":        "coalesce(ResourceId, '')",
	"pricing":         "coalesce(PricingCategory, '')",
	"charge date":     "cast(ChargePeriodStart as date)",
}

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

// TestTheSameBillInEveryFormat loads the sample company's bill as FOCUS 1.2
// and as CUR 2.0, in Parquet and in CSV, and finds the same totals in each to
// the last digit. The months hold the start of a private-price contract, so
// that both cost bases are among them.
func TestTheSameBillInEveryFormat(t *testing.T) {
	bill := t.TempDir()
	if _, err := fixtures.Write(t.Context(), bill, fixtures.Options{Months: 4, Last: period(t, "2026-04")}); err != nil {
		t.Fatal(err)
	}
	reference := loadExport(t, bill, "acme-focus")
	for _, export := range []string{"acme-focus-csv", "acme-cur2", "acme-cur2-csv"} {
		db := loadExport(t, bill, export)
		for name, dimension := range dimensions {
			compare(t, export+" by "+name, totals(t, db, dimension), totals(t, reference, dimension))
		}
	}
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
