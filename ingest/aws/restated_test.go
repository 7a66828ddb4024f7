package aws_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/costwarden/costwarden/fixtures"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/model"
)

// TestARestatedMonthOfAnOlderFormatIsTheDelta loads a closed month in the older
// formats, has AWS deliver it again with usage that it had missed and with a
// refund, and finds what the fixtures' ledger says has changed.
func TestARestatedMonthOfAnOlderFormatIsTheDelta(t *testing.T) {
	bill, month := t.TempDir(), period(t, "2026-09")
	exports := map[fixtures.Format]string{}
	options := fixtures.Options{Months: 2, Only: []model.Period{month}}
	for _, format := range []fixtures.Format{fixtures.Focus10CSV, fixtures.LegacyCSV, fixtures.LegacyParquet} {
		options.Formats = append(options.Formats, format)
		exports[format] = fixtures.OlderExports()[format]
	}
	if _, err := fixtures.Write(t.Context(), bill, options); err != nil {
		t.Fatal(err)
	}
	for format, export := range exports {
		t.Run(string(format), func(t *testing.T) {
			db := loadExport(t, bill, export)
			truth, err := fixtures.Restate(t.Context(), bill, export, month)
			if err != nil {
				t.Fatal(err)
			}
			source, err := aws.Open(t.Context(), "acme", aws.Config{Location: "file:" + filepath.Join(bill, "bucket", "exports"), Export: export})
			if err != nil {
				t.Fatal(err)
			}
			now := time.Date(2026, 12, 3, 6, 30, 0, 0, time.UTC)
			if _, err := ingest.Run(t.Context(), db, source, ingest.Options{Landing: t.TempDir(), Now: now}); err != nil {
				t.Fatal(err)
			}
			for _, delta := range truth.Restated.Deltas {
				var billed, effective model.Money
				const changed = `select coalesce(sum(BilledCostDelta), 0)::decimal(38,18), coalesce(sum(EffectiveCostDelta), 0)::decimal(38,18)
					from restatement where State = 'closed' and BillingCurrency = ?`
				if err := db.QueryRow(changed, delta.BillingCurrency).Scan(&billed, &effective); err != nil {
					t.Fatal(err)
				}
				if billed.String() != delta.Costs.BilledCost.String() || effective.String() != delta.Costs.EffectiveCost.String() {
					t.Errorf("%s changed by %s billed, %s effective; want %s, %s", delta.BillingCurrency,
						billed, effective, delta.Costs.BilledCost, delta.Costs.EffectiveCost)
				}
			}
		})
	}
}
