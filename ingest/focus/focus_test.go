package focus_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/ingest/focus"
	"github.com/costwarden/costwarden/model"
	"github.com/google/go-cmp/cmp"
)

// vendor is a folder that a vendor puts its bills in, and the database that
// they are loaded into.
type vendor struct {
	dir   string
	db    *sql.DB
	clock time.Time
}

func newVendor(t *testing.T) *vendor {
	t.Helper()
	db, err := model.Open(t.Context(), "", model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &vendor{t.TempDir(), db, firstDelivery}
}

var firstDelivery = time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)

// put writes a file, a minute later than the one before.
func (v *vendor) put(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(v.dir, filepath.FromSlash(name))
	v.clock = v.clock.Add(time.Minute)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, v.clock, v.clock); err != nil {
		t.Fatal(err)
	}
}

// load runs the source over the folder and tells each month and what became
// of it, one a line, and the error.
func (v *vendor) load(t *testing.T, config focus.Config) (string, error) {
	t.Helper()
	return v.loadAs(t, "vendor", config)
}

func (v *vendor) loadAs(t *testing.T, name string, config focus.Config) (string, error) {
	t.Helper()
	outcomes, err := ingest.Run(t.Context(), v.db, v.source(t, name, config), ingest.Options{Landing: t.TempDir(), Now: v.clock})
	var lines strings.Builder
	for _, o := range outcomes {
		lines.WriteString(o.Slice + " " + string(o.Status))
		for _, total := range o.Totals {
			lines.WriteString(" " + total.BillingCurrency + " " + total.BilledCost.String())
		}
		lines.WriteString("\n")
	}
	return lines.String(), err
}

func (v *vendor) source(t *testing.T, name string, config focus.Config) ingest.Source {
	t.Helper()
	config.Location = "file:" + v.dir
	source, err := focus.Open(t.Context(), name, config, noStores)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func noStores(context.Context, bucket.Location, focus.Config) (focus.Store, error) {
	panic("a folder needs no store")
}

// asks wants the rows that answer query, each as JSON.
func (v *vendor) asks(t *testing.T, query, want string) {
	t.Helper()
	rows, err := v.db.Query("select cast(to_json(answer) as varchar) from (" + query + ") as answer")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSpace(want), strings.Join(got, "\n")); diff != "" {
		t.Errorf("%s (-want +got):\n%s", query, diff)
	}
}

// header and line are a bill with the columns that FOCUS 1.0 asks for.
const header = "BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory," +
	"ChargePeriodStart,ChargePeriodEnd,ContractedCost,EffectiveCost,ListCost,ProviderName,PublisherName,InvoiceIssuerName,ServiceCategory,ServiceName\n"

func line(month, cost string) string {
	return cost + ",4711,Acme,USD," + month + "-01T00:00:00Z," + next(month) + "-01T00:00:00Z,Usage," +
		month + "-02T00:00:00Z," + month + "-03T00:00:00Z," + cost + "," + cost + "," + cost + ",Snowfall,Snowfall,Snowfall Inc.,Databases,Warehouse\n"
}

func next(month string) string {
	period, err := model.ParsePeriod(month)
	if err != nil {
		panic(err)
	}
	return period.Next().String()
}

// bill is a file of one month.
func bill(month string, costs ...string) string {
	text := header
	for _, cost := range costs {
		text += line(month, cost)
	}
	return text
}
