package azure_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

// harm is a fault, the requests it happens to and how often, and what becomes
// of the month: told says why it stays as it was; empty, it loads.
type harm struct {
	name, to string
	times    int
	happen   func(http.ResponseWriter, *httptest.ResponseRecorder)
	told     string
}

var harms = []harm{
	{"throttling", "list", always, refuse(503, "ServerBusy", "Ingress is over the account limit."), "503 Service Unavailable (ServerBusy"},
	{"throttling", fileRead, 3, refuse(503, "ServerBusy", "Ingress is over the account limit."), ""},
	{"throttling", fileRead, always, refuse(503, "ServerBusy", "Ingress is over the account limit."), "503 Service Unavailable (ServerBusy"},
	{"internal error", fileRead, always, refuse(500, "InternalError", "The server encountered an internal error."), "500 Internal Server Error"},
	{"firewall closed", fileRead, always, refuse(403, "AuthorizationFailure", "This request is not authorized to perform this operation."), "firewall"},
	{"role taken away", "list", always, refuse(403, "AuthorizationPermissionMismatch", "This request is not authorized."), "Storage Blob Data Reader"},
	{"slow body", fileRead, always, dribble, ""},
	{"truncated body", "list", always, shorten, "list "},
	{"truncated body", manifestRead, always, shorten, "as long as the object"},
	{"truncated body", fileRead, always, shorten, "as long as the object"},
	{"length too short", fileRead, always, understate, "as long as the object"},
	{"length too long", fileRead, 1, overstate, ""},
	{"reset in mid-body", fileRead, 3, cut, ""},
	{"reset in mid-body", fileRead, always, cut, "reset"},
	{"not modified", fileRead, always, unmodified, "304 Not Modified"},
	{"not modified", manifestRead, always, unmodified, "304 Not Modified"},
	{"no time of writing", fileRead, always, untimed, "may be no Blob service"},
	{"another ETag", "list", 1, relabel("<Etag>0x0</Etag>"), ""},
	{"another ETag", "list", always, relabel("<Etag>0x0</Etag>"), "changed while it was read"},
	{"listing without a file", "list", 1, omit("part_1_0001"), "its run was not whole when it was listed and is now"},
	{"listing without a file", "list", always, omit("part_1_0001"), "part_1_0001.csv.gz, which its manifest names, is not there"},
	{"listing without the half", "list", always, omit("acme-amortized"), "there is ActualCost (export acme-actual) and no AmortizedCost"},
	{"listing without the month", "list", always, omit("202610"), "nothing is there"},
}

// TestNoFaultHalvesAMonth delivers a month anew for every fault and loads it
// through the fault: all of it is there then, or all of the delivery before and
// an error that says why. Once the fault is over, the next run loads it.
func TestNoFaultHalvesAMonth(t *testing.T) {
	store := newBlobStore(t)
	noFaultHalvesAMonth(t, store, store.source(t, below), store.door, harms)
}

func noFaultHalvesAMonth(t *testing.T, store store, source ingest.Source, door *frontDoor, harms []harm) {
	db, err := model.Open(t.Context(), "", model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	landing := t.TempDir()
	deliverWorth(t, store, 1)
	loadWorth(t, db, source, landing, 1)

	var table strings.Builder
	for i, h := range harms {
		before, now := i+1, i+2
		deliverWorth(t, store, now)
		fault := &fault{in: h.to, times: h.times, happen: h.happen}
		door.arrange(fault)
		err := loadOnce(t, db, source, landing)
		door.arrange()
		outcome, worth := "loaded", now
		switch {
		case h.told == "" && err != nil:
			t.Errorf("%s: %v; want it loaded", h.name, err)
		case h.told != "" && (err == nil || !strings.Contains(err.Error(), h.told)):
			t.Errorf("%s: got %v; want an error that says: %s", h.name, err, h.told)
		case h.told != "":
			outcome, worth = "stayed", before
		}
		met := h.times - fault.times
		if met == 0 {
			t.Errorf("%s did not happen", h.name)
		}
		wantWorth(t, h.name, db, worth)
		fmt.Fprintf(&table, "%-26s %-14s %4d  %s\n", h.name, h.to, met, outcome)
		loadWorth(t, db, source, landing, now)
	}
	t.Logf("fault, request, times met, what became of the month:\n%s", table.String())
}

// loadOnce runs the source once and returns why its month was not loaded.
func loadOnce(t *testing.T, db *sql.DB, source ingest.Source, landing string) error {
	t.Helper()
	now := time.Date(2026, 11, 3, 6, 30, 0, 0, time.UTC)
	outcomes, err := ingest.Run(t.Context(), db, source, ingest.Options{Landing: landing, Now: now})
	for _, outcome := range outcomes {
		if err == nil {
			err = outcome.Err
		}
	}
	return err
}

// loadWorth runs the source without a fault.
func loadWorth(t *testing.T, db *sql.DB, source ingest.Source, landing string, worth int) {
	t.Helper()
	if err := loadOnce(t, db, source, landing); err != nil {
		t.Fatal(err)
	}
	wantWorth(t, "no fault", db, worth)
}

// deliverWorth delivers October as actual and amortized cost, in two files of
// fifty lines each, which cost a hundredth of worth: worth euros in all, and as
// much again that a reservation cost to buy. The runs overwrite those before.
func deliverWorth(t *testing.T, store store, worth int) {
	t.Helper()
	submitted := time.Date(2026, 11, 1, 6, 0, worth, 0, time.UTC).Format(time.RFC3339)
	for _, dataset := range []string{"ActualCost", "AmortizedCost"} {
		d := half(dataset, submitted)
		d.run = "0c1f5a2e-0000-4000-8000-00000000000a"
		for part := range 2 {
			d.files = append(d.files, linesWorth(t, part, worth, dataset == "ActualCost" && part == 0))
			d.names = append(d.names, fmt.Sprintf("part_%d_0001.csv.gz", part))
		}
		d.change = func(m object) { m["dataRowCount"] = map[string]int{"ActualCost": 101, "AmortizedCost": 100}[dataset] }
		deliver(t, store, d)
	}
}

// linesWorth is a file of EA, gzip, of fifty lines of usage and perhaps the
// purchase of a reservation.
func linesWorth(t *testing.T, part, worth int, purchase bool) string {
	t.Helper()
	const header = "BillingAccountId,BillingCurrencyCode,BillingPeriodStartDate,BillingPeriodEndDate,Date,ChargeType,PricingModel,PublisherType," +
		"CostInBillingCurrency,Quantity,UnitPrice,PayGPrice,UnitOfMeasure,ConsumedService,ResourceId,SubscriptionId,ReservationId,benefitId,ProductName\n"
	var packed bytes.Buffer
	lines := gzip.NewWriter(&packed)
	fmt.Fprint(lines, header)
	line := func(charge, pricing, cost, resource, reservation string) {
		fmt.Fprintf(lines, "8608480,EUR,10/01/2026,10/31/2026,10/31/2026,%s,%s,Azure,%s,1,%[3]s,%[3]s,1 Hour,Microsoft.Compute,%s,"+
			"d3b0c1a2-0000-4000-8000-0123456789ab,%s,,A product\n", charge, pricing, cost, resource, reservation)
	}
	for i := range 50 {
		noise := sha256.Sum256(fmt.Append(nil, part, i, worth)) // so that half of a file is fewer lines
		line("Usage", "OnDemand", fmt.Sprintf("%d.%02d", worth/100, worth%100),
			fmt.Sprintf("/subscriptions/d3b0c1a2-0000-4000-8000-0123456789ab/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/%x", noise), "")
	}
	if purchase {
		line("Purchase", "Reservation", fmt.Sprint(worth), "", "5c1f5a2e-0000-4000-8000-00000000000c")
	}
	if err := lines.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.String()
}

// wantWorth holds the tables against a whole delivery of worth euros of usage
// and as much of a purchase.
func wantWorth(t *testing.T, when string, db *sql.DB, worth int) {
	t.Helper()
	const held = `select concat_ws(' ',
		(select concat_ws(' ', count(*), cast(sum(BilledCost) as varchar), cast(sum(EffectiveCost) as varchar)) from cost),
		(select cast(sum(BilledCost) as varchar) from daily_cost),
		(select concat_ws(' ', count(*), cast(sum(CostRows) as varchar)) from import where State = 'current'))`
	var got string
	if err := db.QueryRowContext(t.Context(), held).Scan(&got); err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("101 %d.000000000000000000 %d.000000000000000000 %[1]d.000000000000000000 1 101", 2*worth, worth)
	if got != want {
		t.Errorf("%s: rows, cost, effective cost, daily cost, imports, their rows are %s; want %s", when, got, want)
	}
}
