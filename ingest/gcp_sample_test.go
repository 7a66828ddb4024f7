package ingest_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/costwarden/costwarden/fixtures"
	fixture "github.com/costwarden/costwarden/fixtures/gcp"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/model"
)

// sampleDir holds the company's bill of the month of the migration and of one
// with everything, once a test has asked for it.
var sampleDir string

var sampleBill = sync.OnceValue(func() (err error) {
	if sampleDir, err = os.MkdirTemp("", "google"); err != nil {
		return err
	}
	_, err = fixture.Write(context.Background(), sampleDir, fixture.Options{
		Formats: []fixture.Format{fixture.DetailedParquet, fixture.StandardParquet, fixture.FocusParquet},
		Only:    []model.Period{period("2026-01"), period("2026-07")},
	})
	return err
})

func TestMain(m *testing.M) {
	code := m.Run()
	if sampleDir != "" {
		os.RemoveAll(sampleDir)
	}
	os.Exit(code)
}

// loadSample loads both accounts of the company from one kind of export.
func loadSample(t *testing.T, kind string) (*sql.DB, fixture.Truth) {
	t.Helper()
	if err := sampleBill(); err != nil {
		t.Fatal(err)
	}
	truth, err := fixture.ReadTruth(sampleDir)
	if err != nil {
		t.Fatal(err)
	}
	db := open(t)
	for _, export := range []string{kind, kind + "-eur"} {
		source, err := gcp.Open(t.Context(), export, gcp.Config{Location: "file:" + filepath.Join(sampleDir, "gcp", "files", export)}, ingest.Place{Folder: t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		now := time.Date(2026, 11, 3, 6, 30, 0, 0, time.UTC)
		if _, err := ingest.Run(t.Context(), db, source, ingest.Options{Landing: t.TempDir(), Now: now}); err != nil {
			t.Fatal(err)
		}
	}
	return db, truth
}

// costs are the totals of a dimension as the truth writes them.
func costs(totals []fixtures.Total) []string {
	var lines []string
	for _, total := range totals {
		c := total.Costs
		lines = append(lines, fmt.Sprintf("%s %s %s billed %s effective %s list %s contracted %s", total.Month, total.Name,
			total.BillingCurrency, c.BilledCost, c.EffectiveCost, c.ListCost, c.ContractedCost))
	}
	slices.Sort(lines)
	return lines
}

// mapped are the totals of cost by the expression name.
func mapped(t *testing.T, db *sql.DB, name string) []string {
	t.Helper()
	const digits = "rtrim(rtrim(cast(sum(%s) as varchar), '0'), '.')"
	var sums []any
	for _, column := range []string{"BilledCost", "EffectiveCost", "ListCost", "ContractedCost"} {
		sums = append(sums, fmt.Sprintf(digits, column))
	}
	text := query(t, db, fmt.Sprintf(`select strftime(BillingPeriodStart, '%%Y-%%m') || ' ' || `+name+` || ' ' || BillingCurrency
		|| ' billed ' || %s || ' effective ' || %s || ' list ' || %s || ' contracted ' || %s from cost
		group by BillingPeriodStart, `+name+`, BillingCurrency`, sums...))
	lines := strings.Split(strings.TrimSpace(text), "\n")
	slices.Sort(lines)
	return lines
}

func TestTheSampleBillTotalsToItsTruth(t *testing.T) {
	db, truth := loadSample(t, "detailed")
	for name, totals := range map[string][]fixtures.Total{
		"''":                         truth.Totals,
		"ServiceName":                truth.Services,
		"coalesce(SubAccountId, '')": truth.SubAccounts,
		"ChargeCategory":             truth.ChargeCategories,
	} {
		if diff := cmp.Diff(costs(totals), mapped(t, db, name)); diff != "" {
			t.Errorf("by %s (-truth +mapped):\n%s", name, diff)
		}
	}
}

// Without subscriptions the commitments of an account are one: what offsets leave over is the same, but may stand with
// the fee of another service.
func TestTheStandardExportTotalsToTheSame(t *testing.T) {
	db, truth := loadSample(t, "standard")
	for name, totals := range map[string][]fixtures.Total{"''": truth.Totals, "ChargeCategory": truth.ChargeCategories} {
		if diff := cmp.Diff(costs(totals), mapped(t, db, name)); diff != "" {
			t.Errorf("by %s (-truth +mapped):\n%s", name, diff)
		}
	}
	const ties = `select BillingPeriodStart, CommitmentDiscountId from cost where CommitmentDiscountId is not null
		group by all having sum(BilledCost) <> sum(EffectiveCost)`
	if got := query(t, db, ties); got != "" {
		t.Errorf("purchase is not what was used and unused of %s", got)
	}
}

func TestTheSampleCommitmentsAreUsedAndUnusedToTheDigit(t *testing.T) {
	db, truth := loadSample(t, "detailed")
	if _, err := db.Exec("create table truth (Month varchar, Id varchar, Purchase decimal(38,18), Used decimal(38,18), Unused decimal(38,18))"); err != nil {
		t.Fatal(err)
	}
	for _, c := range truth.Commitments { // a commitment that lived through the migration has two lines in its month
		amounts := []any{c.Month, c.CommitmentID, c.Purchase.String(), c.Used.String(), c.Unused.String()}
		if _, err := db.Exec("insert into truth values (?, ?, ?, ?, ?)", amounts...); err != nil {
			t.Fatal(err)
		}
	}
	want := query(t, db, "select Month, Id, sum(Purchase), sum(Used), sum(Unused) from truth group by all order by all")
	got := query(t, db, `select strftime(BillingPeriodStart, '%Y-%m'), CommitmentDiscountId,
		sum(BilledCost),
		coalesce(sum(EffectiveCost) filter (CommitmentDiscountStatus = 'Used'), 0),
		coalesce(sum(EffectiveCost) filter (CommitmentDiscountStatus = 'Unused'), 0)
		from cost where CommitmentDiscountId is not null group by all order by all`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-truth +mapped):\n%s", diff)
	}
}
