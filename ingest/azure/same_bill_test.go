package azure_test

import (
	"database/sql"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	fixtures "github.com/costwarden/costwarden/fixtures/azure"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
	"github.com/costwarden/costwarden/model"
)

// dimensions are what the same bill must agree on in every format.
var dimensions = map[string]string{
	"month":           "''",
	"payer":           "BillingAccountId",
	"invoice":         "coalesce(InvoiceId, '')",
	"subscription":    "coalesce(SubAccountId, '')",
	"resource group":  "coalesce(x_ResourceGroupName, '')",
	"service":         "ServiceName || ' in ' || ServiceCategory",
	"charge category": "ChargeCategory",
	"charge class":    "coalesce(ChargeClass, '')",
	"commitment":      "coalesce(CommitmentDiscountId || ' ' || coalesce(CommitmentDiscountStatus, 'bought'), '')",
	"tags":            "coalesce(cast(Tags as varchar), '')",
	"cost center":     "coalesce(x_CostCenter, '') || coalesce(x_InvoiceSectionName, '')",
	"region":          "coalesce(RegionId, '')",
	"resource":        "coalesce(ResourceId, '')",
	"pricing of use":  "if(ChargeCategory = 'Usage', PricingCategory, '')",
	"meter":           "coalesce(x_SkuMeterId || ' ' || coalesce(SkuMeter, ''), '')",
	"charge date":     "cast(ChargePeriodStart as date)",
}

// loadRoot loads every month below a root folder of the sample bill into a
// database of its own.
func loadRoot(t *testing.T, home, root string) *sql.DB {
	t.Helper()
	db, err := model.Open(t.Context(), filepath.Join(t.TempDir(), root+".duckdb"), model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	location := "file:" + filepath.Join(home, "azure", "exports", root)
	source, err := azure.Open(t.Context(), "acme", azure.Config{Location: location})
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
			t.Errorf("%s %s: %s, %v", root, outcome.Slice, outcome.Status, outcome.Err)
		}
	}
	return db
}

// totals sums the costs of each month, currency and value of a dimension. List
// and contracted cost are prices times quantities, which the formats round each
// in their own place.
func totals(t *testing.T, db *sql.DB, dimension string) map[[3]string][4]string {
	t.Helper()
	rows, err := db.Query(`select strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, cast(` + dimension + ` as varchar),
		sum(BilledCost), sum(EffectiveCost), sum(round(ListCost, 9)), sum(round(ContractedCost, 9)) from cost group by all`)
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

// roots are the exports of one bill, the reference first: FOCUS, then what else
// tells the same.
var roots = [][]string{
	{"focus-ea", "focus-ea-1-0", "focus-ea-1-0-parquet", "cost-ea", "cost-ea-parquet"},
	{"focus-mca", "focus-mca-csv", "cost-mca", "cost-mca-parquet"},
}

// TestTheSameBillOfAzureInEveryFormat loads the newest closed month of the
// sample company, where the older versions of FOCUS have their known defects,
// and finds the same totals in each format.
func TestTheSameBillOfAzureInEveryFormat(t *testing.T) {
	home := t.TempDir()
	options := fixtures.Options{Months: 4, Only: []model.Period{period(t, "2026-09")}, Exports: slices.Concat(roots...)}
	if _, err := fixtures.Write(t.Context(), home, options); err != nil {
		t.Fatal(err)
	}
	for _, bill := range roots {
		reference := loadRoot(t, home, bill[0])
		for _, root := range bill[1:] {
			t.Run(root, func(t *testing.T) {
				db := loadRoot(t, home, root)
				for _, name := range slices.Sorted(maps.Keys(dimensions)) {
					compare(t, name, totals(t, reference, dimensions[name]), totals(t, db, dimensions[name]))
				}
				expectDifferences(t, root, db)
			})
		}
	}
}

func compare(t *testing.T, dimension string, want, got map[[3]string][4]string) {
	t.Helper()
	for key, costs := range want {
		if got[key] != costs {
			t.Errorf("%s %v: %v; want %v", dimension, key, got[key], costs)
		}
	}
	for key, costs := range got {
		if _, known := want[key]; !known {
			t.Errorf("%s %v: %v; want none", dimension, key, costs)
		}
	}
}

// expectDifferences finds what the formats tell differently: native files say
// how a purchase was priced, FOCUS exports call it Committed where it buys a
// commitment and say nothing else; only native files know the type of a charge,
// and only FOCUS exports the price of a SKU.
func expectDifferences(t *testing.T, root string, db *sql.DB) {
	t.Helper()
	want := [3]bool{false, true, false} // the purchase of a commitment is Standard, a SKU has a price, a charge has a type
	if strings.HasPrefix(root, "cost-") {
		want = [3]bool{true, false, true}
	}
	var got [3]bool
	err := db.QueryRow(`select
		bool_or(PricingCategory = 'Standard') filter (ChargeCategory = 'Purchase' and CommitmentDiscountId is not null),
		count(SkuPriceId) > 0, count(x_LineItemType) > 0 from cost`).Scan(&got[0], &got[1], &got[2])
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("got the differences %v; want %v", got, want)
	}
}

// A price sheet beside the bill prices what the bill has no list price for, and
// then a saving may be claimed on it.
func TestPriceSheetsOfAzurePriceTheBill(t *testing.T) {
	home := t.TempDir()
	options := fixtures.Options{Months: 4, Only: []model.Period{period(t, "2026-09")}, Exports: []string{"focus-ea-priced", "cost-mca-priced"}}
	if _, err := fixtures.Write(t.Context(), home, options); err != nil {
		t.Fatal(err)
	}
	for _, root := range options.Exports {
		var priced, without int64
		err := loadRoot(t, home, root).QueryRow(`select
			count(*) filter (list_contains(x_Changes, 'ListCostFromPriceSheet') and ListUnitPrice > 0 and ListCost > EffectiveCost),
			count(*) filter (list_contains(x_Changes, 'MissingListCost'))
			from cost where CommitmentDiscountStatus = 'Used' and CommitmentDiscountType = 'Reservation'`).Scan(&priced, &without)
		if err != nil {
			t.Fatal(err)
		}
		if priced == 0 || without > 0 {
			t.Errorf("%s: %d rows under a reservation have a list price of the sheet, %d have none; want all", root, priced, without)
		}
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
