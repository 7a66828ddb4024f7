package azure_test

import (
	"fmt"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
	"github.com/costwarden/costwarden/ingest/sourcetest"
	"github.com/costwarden/costwarden/model"
)

// What a request asks for, as a door notes it.
const (
	listRequest  = "GET /acmecosts/exports list"
	manifestRead = "manifest.json"
	fileRead     = ".csv"
)

const always = sourcetest.Always

var (
	loads, stays = sourcetest.Loads, sourcetest.Stays

	busy          = refuse(503, "ServerBusy", "Ingress is over the account limit.")
	internalError = refuse(500, "InternalError", "The server encountered an internal error.")
	anotherETag   = relabel("<Etag>0x0</Etag>")
)

var harms = []sourcetest.Harm{
	loads("throttling", "listing", 2, busy),
	stays("throttling", "listing", always, busy, "503 Service Unavailable (ServerBusy"),
	loads("throttling", "manifest", 2, refuse(429, "TooManyRequests", "Too many requests.")),
	loads("throttling", "file", 3, busy),
	stays("throttling", "file", always, busy, "503 Service Unavailable (ServerBusy"),
	loads("internal error", "listing", 1, internalError),
	loads("internal error", "file", 2, refuse(500, "OperationTimedOut", "The operation could not be completed within the specified time.")),
	stays("internal error", "file", always, internalError, "500 Internal Server Error"),
	stays("firewall closed", "file", always, refuse(403, "AuthorizationFailure", "This request is not authorized to perform this operation."), "firewall"),
	stays("role taken away", "listing", always, refuse(403, "AuthorizationPermissionMismatch", "This request is not authorized."), "Storage Blob Data Reader"),
	loads("slow body", "file", always, sourcetest.Dribble),
	loads("body cut short, without a length", "listing", 1, sourcetest.Shorten),
	stays("body cut short, without a length", "listing", always, sourcetest.Shorten, "list "),
	loads("body cut short, without a length", "manifest", 1, sourcetest.Shorten),
	stays("body cut short, without a length", "manifest", always, sourcetest.Shorten, "as long as the object"),
	loads("body cut short, without a length", "file", 1, sourcetest.Shorten),
	stays("body cut short, without a length", "file", always, sourcetest.Shorten, "as long as the object"),
	loads("body cut short, with its length", "file", 1, sourcetest.Understate),
	stays("body cut short, with its length", "file", always, sourcetest.Understate, "as long as the object"),
	loads("length announced too long", "listing", 1, sourcetest.Overstate),
	loads("length announced too long", "file", 1, sourcetest.Overstate),
	loads("connection reset in mid-body", "file", 3, sourcetest.Cut),
	stays("connection reset in mid-body", "file", always, sourcetest.Cut, "reset"),
	loads("304 Not Modified, which nobody asked for", "file", 1, unmodified),
	stays("304 Not Modified, which nobody asked for", "file", always, unmodified, "304 Not Modified"),
	stays("304 Not Modified, which nobody asked for", "manifest", always, unmodified, "304 Not Modified"),
	stays("no Last-Modified", "file", always, untimed, "may be no Blob service"),
	loads("another ETag listed than read", "listing", 1, anotherETag),
	stays("another ETag listed than read", "listing", always, anotherETag, "changed while it was read"),
	stays("listing that omits a file", "listing", 1, omit("part_1_0001"), "its run was not whole when it was listed and is now"),
	stays("listing that omits a file", "listing", always, omit("part_1_0001"), "part_1_0001.csv.gz, which its manifest names, is not there"),
	stays("listing that omits half of the pair", "listing", always, omit("acme-amortized"), "no run of an export acme-amortized is in"),
	stays("listing that omits the month", "listing", always, omit("202609"), "nothing is there"),
}

func TestSource(t *testing.T) {
	sourcetest.Run(t, subject(t, "Azure", func(t *testing.T) sourcetest.Store {
		store := newBlobStore(t)
		return &bill{store, store.Door}
	}))
}

// subject is the enrollment's month of the samples as a pair of exports, actual
// and amortized cost, delivers it to a store.
func subject(t *testing.T, heading string, open func(*testing.T) sourcetest.Store) sourcetest.Subject {
	t.Helper()
	month, err := model.ParsePeriod("2026-09")
	if err != nil {
		t.Fatal(err)
	}
	return sourcetest.Subject{
		Heading: heading, Month: month, Open: open, Twin: twin, Listing: 1 + 2*14, Harms: harms,
		Requests: map[string]string{"listing": " list", "manifest": manifestRead, "file": fileRead},
		Ledger:   sourcetest.Ledger(t, "azure_bill/truth.json", "BillingAccounts", "/8608480"),
		Late:     sourcetest.Total{BillingCurrency: "EUR", Billed: "2.76048", Effective: "2.76048"}, // line 9 of EA in its ledger.csv
	}
}

// bill is delivered into store by a pair of exports whose runs overwrite those
// before.
type bill struct {
	store
	door *sourcetest.Door
}

func (b *bill) Door() *sourcetest.Door { return b.door }

func (b *bill) Source(t *testing.T, name string, _ ingest.Place) ingest.Source {
	t.Helper()
	config := below
	config.Exports = []string{"acme-actual", "acme-amortized"}
	return sourcetest.Named(b.source(t, config), name)
}

// run is a run of one half of the pair: the sample and a file of late charges.
func run(t *testing.T, dataset string, month model.Period, edition int) delivery {
	t.Helper()
	name := strings.ToLower(strings.TrimSuffix(dataset, "Cost"))
	text := sourcetest.Sample(t, "azure_cost_details/ea/2026-09."+name+".csv")
	late := sourcetest.Late(t, text, "vm-westeurope-877ba5", edition)
	submitted := month.End().AddDate(0, 0, 1).Add(time.Duration(edition) * time.Minute)
	d := half(dataset, submitted.Format(time.RFC3339), sourcetest.Zip(text), sourcetest.Zip(late))
	d.month, d.run = month.String(), "0c1f5a2e-0000-4000-8000-00000000000a"
	d.names = []string{"part_0_0001.csv.gz", "part_1_0001.csv.gz"}
	d.change = func(m object) { m["dataRowCount"] = strings.Count(text+late, "\n") - 2 }
	return d
}

func (b *bill) Deliver(t *testing.T, month model.Period, edition int) (all []string) {
	t.Helper()
	for _, dataset := range []string{"ActualCost", "AmortizedCost"} {
		d := run(t, dataset, month, edition)
		deliver(t, b.store, d)
		all = append(all, d.files...)
	}
	return all
}

// Break has the last file of the run of amortized cost half written.
func (b *bill) Break(t *testing.T, month model.Period, edition int) {
	t.Helper()
	b.Deliver(t, month, edition)
	d := run(t, "AmortizedCost", month, edition).usual()
	b.put(t, path.Join("exports", d.folder(), d.names[1]), d.files[1][:len(d.files[1])/2])
}

func (b *bill) Smuggle(t *testing.T, month model.Period, name string) bool {
	t.Helper()
	for _, dataset := range []string{"ActualCost", "AmortizedCost"} {
		d := run(t, dataset, month, 1)
		key := d.usual().folder() + "/" + name
		d.files, d.names = d.files[:1], d.names[:1]
		d.change = func(m object) { m["blobs"].([]object)[0]["blobName"] = key }
		deliver(t, b.store, d)
		if fake, ok := b.store.(*blobStore); ok {
			fake.server.put(key, d.files[0])
		}
	}
	return true
}

// twin delivers the bill as a FOCUS export beside the pair.
func twin(t *testing.T, s sourcetest.Store) sourcetest.TwinSource {
	t.Helper()
	b, text := s.(*bill), sourcetest.Sample(t, "azure_focus_1_0/ea/2026-09.csv")
	deliver(t, b.store, delivery{month: "2026-09", files: []string{text}, submitted: "2026-10-02T00:00:00Z",
		change: func(m object) { m["dataRowCount"] = strings.Count(text, "\n") - 1 }})
	return sourcetest.TwinSource{
		Source: sourcetest.Named(b.source(t, azure.Config{Location: below.Location, Exports: []string{"acme-focus"}}), "focus"),
		Told:   fmt.Sprint("source bill has loaded payer ", strings.ToLower(path.Join("/", enrollment))),
	}
}
