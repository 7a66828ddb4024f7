package aws_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws/s3test"
	"github.com/costwarden/costwarden/ingest/sourcetest"
	"github.com/costwarden/costwarden/model"
)

// What a request asks for, as a door notes it.
const (
	manifestList = " exports/acme-focus/metadata/"
	fileList     = " exports/acme-focus/data/"
	manifestRead = "/exports/acme-focus/metadata/"
	fileRead     = "/exports/acme-focus/data/"
)

var requests = map[string]string{"listing of months": manifestList, "listing of files": fileList, "manifest": manifestRead, "file": fileRead, "any": "GET"}

const always = sourcetest.Always

var (
	loads, stays = sourcetest.Loads, sourcetest.Stays

	slowDown      = s3test.Refuse(503, "SlowDown", "Please reduce your request rate.")
	internalError = s3test.Refuse(500, "InternalError", "We encountered an internal error.")
	anotherETag   = s3test.Relabel(`<ETag>"0"</ETag>`)
)

var harms = []sourcetest.Harm{
	loads("throttling", "listing of months", 2, slowDown),
	stays("throttling", "listing of months", always, slowDown, "reduce your request rate"),
	loads("throttling", "file", 3, slowDown),
	stays("throttling", "file", always, slowDown, "reduce your request rate"),
	loads("internal error", "listing of months", 1, internalError),
	loads("internal error", "listing of files", 2, internalError),
	stays("internal error", "listing of files", always, internalError, "an internal error"),
	loads("internal error", "manifest", 2, internalError),
	loads("internal error", "file", 2, internalError),
	stays("internal error", "file", always, internalError, "an internal error"),
	loads("slow body", "file", always, sourcetest.Dribble),
	loads("slow body", "manifest", always, sourcetest.Dribble),
	loads("body cut short, without a length", "listing of months", 1, sourcetest.Shorten),
	stays("body cut short, without a length", "listing of months", always, sourcetest.Shorten, "list "),
	loads("body cut short, without a length", "listing of files", 1, sourcetest.Shorten),
	stays("body cut short, without a length", "listing of files", always, sourcetest.Shorten, "list "),
	loads("body cut short, without a length", "manifest", 1, sourcetest.Shorten),
	stays("body cut short, without a length", "manifest", always, sourcetest.Shorten, "as long as the object"),
	loads("body cut short, without a length", "file", 1, sourcetest.Shorten),
	stays("body cut short, without a length", "file", always, sourcetest.Shorten, "as long as the object"),
	stays("body cut short, with its length", "listing of months", always, sourcetest.Understate, "list "),
	loads("body cut short, with its length", "file", 1, sourcetest.Understate),
	stays("body cut short, with its length", "file", always, sourcetest.Understate, "as long as the object"),
	loads("length announced too long", "manifest", 1, sourcetest.Overstate),
	loads("length announced too long", "listing of files", 1, sourcetest.Overstate),
	loads("length announced too long", "file", 1, sourcetest.Overstate),
	loads("connection reset in mid-body", "listing of months", 1, sourcetest.Cut),
	stays("connection reset in mid-body", "listing of files", always, sourcetest.Cut, "list "),
	loads("connection reset in mid-body", "manifest", 1, sourcetest.Cut),
	loads("connection reset in mid-body", "file", 3, sourcetest.Cut),
	stays("connection reset in mid-body", "file", always, sourcetest.Cut, "reset"),
	stays("another ETag listed than read", "listing of months", always, anotherETag, "changed while it was read"),
	stays("another ETag listed than read", "listing of files", 1, anotherETag, "changed while it was read"),
	stays("another ETag listed than read", "listing of files", always, anotherETag, "changed while it was read"),
	stays("listing that omits a file", "listing of files", 1, s3test.Omit("00002.csv.gz"), "00002.csv.gz, which is not there"),
	stays("listing that omits a file", "listing of files", always, s3test.Omit("00002.csv.gz"), "00002.csv.gz, which is not there"),
	stays("listing that omits the month", "listing of months", 1, s3test.Omit("2026-09"), "no export acme-focus"),
	stays("listing that omits the month", "listing of months", always, s3test.Omit("2026-09"), "no export acme-focus"),
	stays("encryption key disabled", "file", 1, s3test.Refuse(400, "KMS.DisabledException", kmsKey+" is disabled."), kmsKey+" is disabled"),
	stays("encryption key not allowed", "file", 1, s3test.Refuse(403, "AccessDenied", "User: x is not authorized to perform: kms:Decrypt on "+kmsKey), "allow kms:Decrypt"),
	stays("file archived", "file", 1, s3test.Refuse(403, "InvalidObjectState", "The operation is not valid for the object's storage class"), ".csv.gz: archived by a lifecycle rule"),
	loads("clock refused", "file", 1, s3test.Refuse(403, "RequestTimeTooSkewed", "The difference is too large.")),
	stays("clock refused", "file", always, s3test.Refuse(403, "RequestTimeTooSkewed", "The difference is too large."), "this machine's clock is wrong"),
}

// misdate answers as a server does whose clock is off.
func misdate(by time.Duration) sourcetest.Happening {
	return sourcetest.Head(func(h http.Header) { h.Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat)) })
}

func TestSource(t *testing.T) {
	sourcetest.Run(t, subject(t, "AWS", harms, func(t *testing.T) sourcetest.Store {
		store := newS3Store(t)
		return &bill{store, store.Door}
	}))
}

// subject is the month of the samples as Data Exports delivers it to a store.
func subject(t *testing.T, heading string, harms []sourcetest.Harm, open func(*testing.T) sourcetest.Store) sourcetest.Subject {
	t.Helper()
	return sourcetest.Subject{
		Heading: heading, Month: period(t, "2026-09"), Open: open, Twin: twin, Listing: 2, Requests: requests, Harms: harms,
		Ledger: sourcetest.Ledger(t, "truth.json", "Totals", ""),
		Late:   sourcetest.Total{BillingCurrency: "USD", Billed: "5.00832", Effective: "5.00832"}, // line 28 of its ledger.csv
	}
}

// bill is delivered into store as the export acme-focus, overwritten in place.
type bill struct {
	store
	door *sourcetest.Door
}

func (b *bill) Door() *sourcetest.Door { return b.door }

func (b *bill) Source(t *testing.T, name string, _ ingest.Place) ingest.Source {
	t.Helper()
	return sourcetest.Named(b.source(t, "exports", "acme-focus"), name)
}

// files are the sample and a file of late charges.
func files(t *testing.T, edition int) []string {
	t.Helper()
	text := sourcetest.Sample(t, "aws_focus_1_2/csv/2026-09.csv.gz")
	return []string{sourcetest.Zip(text), sourcetest.Zip(sourcetest.Late(t, text, "m4.xlarge Instance Hour", edition))}
}

func (b *bill) Deliver(t *testing.T, month model.Period, edition int) []string {
	t.Helper()
	contents := files(t, edition)
	deliver(t, b.store, month.String(), contents...)
	return contents
}

// Break leaves the files half overwritten and the manifest as it was.
func (b *bill) Break(t *testing.T, month model.Period, edition int) {
	t.Helper()
	b.put(t, fileKey(month.String(), 2), files(t, edition)[1])
}

func (b *bill) Smuggle(t *testing.T, month model.Period, name string) bool {
	t.Helper()
	if _, fake := b.store.(*s3Store); !fake {
		return false // the SDK puts no such keys
	}
	key := "exports/acme-focus/data/billing_period=" + month.String() + "/" + name
	b.put(t, key, "a,b")
	b.put(t, manifestKey(month.String()), manifest(focus12, "s3://acme-billing/"+key))
	return true
}

// twin delivers the bill as CUR 2.0 beside the FOCUS export.
func twin(t *testing.T, s sourcetest.Store) sourcetest.TwinSource {
	t.Helper()
	b := s.(*bill)
	key := "exports/acme-cur2/data/BILLING_PERIOD=2026-09/acme-cur2-00001.csv.gz"
	b.put(t, key, sourcetest.Zip(sourcetest.Sample(t, "aws_cur_2_0/csv/2026-09.csv.gz")))
	b.put(t, "exports/acme-cur2/metadata/BILLING_PERIOD=2026-09/acme-cur2-Manifest.json",
		manifest("bill_payer_account_id line_item_line_item_type", "s3://acme-billing/"+key))
	return sourcetest.TwinSource{Source: sourcetest.Named(b.source(t, "exports", "acme-cur2"), "cur"), Told: "source bill has loaded payer 111122223333"}
}

func fileKey(month string, number int) string {
	return fmt.Sprintf("exports/acme-focus/data/billing_period=%s/acme-focus-%05d.csv.gz", month, number)
}
