package aws_test

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

// What a request that a fault may happen to asks for, as frontDoor notes it.
const (
	manifestList = " exports/acme-focus/metadata/"
	fileList     = " exports/acme-focus/data/"
	manifestRead = "/exports/acme-focus/metadata/"
	fileRead     = "/exports/acme-focus/data/"
)

// always is more often than anything is tried.
const always = 999

// harm is a fault, the requests it happens to and how often, and what becomes
// of the month: told says why it stays as it was; empty, it loads.
type harm struct {
	name, to string
	times    int
	happen   func(http.ResponseWriter, *httptest.ResponseRecorder)
	told     string
}

var harms = []harm{
	{"throttling", manifestList, 2, refuse(503, "SlowDown", "Please reduce your request rate."), ""},
	{"throttling", manifestList, always, refuse(503, "SlowDown", "Please reduce your request rate."), "reduce your request rate"},
	{"throttling", fileRead, 3, refuse(503, "SlowDown", "Please reduce your request rate."), ""},
	{"throttling", fileRead, always, refuse(503, "SlowDown", "Please reduce your request rate."), "reduce your request rate"},
	{"internal error", fileList, 2, refuse(500, "InternalError", "We encountered an internal error."), ""},
	{"internal error", fileList, always, refuse(500, "InternalError", "We encountered an internal error."), "an internal error"},
	{"internal error", manifestRead, 2, refuse(500, "InternalError", "We encountered an internal error."), ""},
	{"internal error", fileRead, always, refuse(500, "InternalError", "We encountered an internal error."), "an internal error"},
	{"slow body", fileRead, always, dribble, ""},
	{"slow body", manifestRead, always, dribble, ""},
	{"truncated body", manifestList, 1, shorten, ""},
	{"truncated body", manifestList, always, shorten, "list "},
	{"truncated body", fileList, 1, shorten, ""},
	{"truncated body", fileList, always, shorten, "list "},
	{"truncated body", manifestRead, 1, shorten, ""},
	{"truncated body", manifestRead, always, shorten, "as long as the object"},
	{"truncated body", fileRead, 1, shorten, ""},
	{"truncated body", fileRead, always, shorten, "as long as the object"},
	{"length too short", manifestList, always, understate, "list "},
	{"length too short", fileRead, 1, understate, ""},
	{"length too short", fileRead, always, understate, "as long as the object"},
	{"length too long", manifestRead, 1, overstate, ""},
	{"length too long", fileList, 1, overstate, ""},
	{"length too long", fileRead, 1, overstate, ""},
	{"reset in mid-body", manifestList, 1, cut, ""},
	{"reset in mid-body", fileList, always, cut, "list "},
	{"reset in mid-body", manifestRead, 1, cut, ""},
	{"reset in mid-body", fileRead, 3, cut, ""},
	{"reset in mid-body", fileRead, always, cut, "reset"},
	{"another ETag", manifestList, always, relabel(`<ETag>"0"</ETag>`), "changed while it was read"},
	{"another ETag", fileList, 1, relabel(`<ETag>"0"</ETag>`), "changed while it was read"},
	{"another ETag", fileList, always, relabel(`<ETag>"0"</ETag>`), "changed while it was read"},
	{"listing without a file", fileList, 1, omit("00002.csv.gz"), "00002.csv.gz, which is not there"},
	{"listing without a file", fileList, always, omit("00002.csv.gz"), "00002.csv.gz, which is not there"},
	{"listing without the month", manifestList, 1, omit("2026-10"), "no export acme-focus"},
	{"listing without the month", manifestList, always, omit("2026-10"), "no export acme-focus"},
	{"key disabled", fileRead, 1, refuse(400, "KMS.DisabledException", kmsKey+" is disabled."), kmsKey + " is disabled"},
	{"key not allowed", fileRead, 1, refuse(403, "AccessDenied", "User: x is not authorized to perform: kms:Decrypt on "+kmsKey), "allow kms:Decrypt"},
	{"archived", fileRead, 1, refuse(403, "InvalidObjectState", "The operation is not valid for the object's storage class"), ".csv.gz: archived by a lifecycle rule"},
	{"clock refused", fileRead, 1, refuse(403, "RequestTimeTooSkewed", "The difference is too large."), ""},
	{"clock refused", fileRead, always, refuse(403, "RequestTimeTooSkewed", "The difference is too large."), "this machine's clock is wrong"},
}

// TestNoFaultHalvesAMonth delivers a month anew for every fault and loads it
// through the fault: all of it is there then, or all of the delivery before and
// an error that says why. Once the fault is over, the next run loads it.
func TestNoFaultHalvesAMonth(t *testing.T) {
	store := newS3Store(t)
	noFaultHalvesAMonth(t, store, store.source(t, "exports", "acme-focus"), store.door, harms)
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
		fmt.Fprintf(&table, "%-26s %-30s %4d  %s\n", h.name, strings.Fields(h.to)[0], met, outcome)
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

// deliverWorth delivers October in two files of fifty lines, which cost a
// hundredth of worth each: worth dollars in all.
func deliverWorth(t *testing.T, store store, worth int) {
	t.Helper()
	const header = "BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd," +
		"ProviderName,ServiceCategory,ServiceName,BilledCost,EffectiveCost,ListCost,ContractedCost,InvoiceId,ResourceId\n"
	var files []string
	for part := range 2 {
		var packed bytes.Buffer
		lines := gzip.NewWriter(&packed)
		fmt.Fprint(lines, header)
		for line := range 50 {
			cost := fmt.Sprintf("%d.%02d", worth/100, worth%100)
			fmt.Fprintf(lines, "000111222333,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,2026-10-31T23:00:00Z,2026-11-01T00:00:00Z,"+
				"AWS,Compute,Amazon Elastic Compute Cloud,%s,%[1]s,%[1]s,%[1]s,,%x\n", cost, sha256.Sum256(fmt.Append(nil, part, line, worth)))
		}
		if err := lines.Close(); err != nil {
			t.Fatal(err)
		}
		files = append(files, packed.String())
	}
	deliver(t, store, "2026-10", files...)
}

// wantWorth holds the tables against a whole delivery of worth dollars.
func wantWorth(t *testing.T, when string, db *sql.DB, worth int) {
	t.Helper()
	const held = `select concat_ws(' ',
		(select concat_ws(' ', count(*), cast(sum(BilledCost) as varchar)) from cost),
		(select cast(sum(BilledCost) as varchar) from daily_cost),
		(select concat_ws(' ', count(*), cast(sum(CostRows) as varchar)) from import where State = 'current'))`
	var got string
	if err := db.QueryRowContext(t.Context(), held).Scan(&got); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("100 %d.000000000000000000 %[1]d.000000000000000000 1 100", worth); got != want {
		t.Errorf("%s: rows, cost, daily cost, imports, their rows are %s; want %s", when, got, want)
	}
}
