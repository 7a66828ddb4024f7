package focus_test

import (
	"context"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/ingest/aws/s3test"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/ingest/focus"
	"github.com/costwarden/costwarden/ingest/sourcetest"
	"github.com/costwarden/costwarden/model"
)

const always = sourcetest.Always

var (
	loads, stays = sourcetest.Loads, sourcetest.Stays

	slowDown = s3test.Refuse(503, "SlowDown", "Please reduce your request rate.")
)

var harms = []sourcetest.Harm{
	loads("throttling", "listing", 2, slowDown),
	stays("throttling", "listing", always, slowDown, "reduce your request rate"),
	stays("throttling", "file", always, slowDown, "reduce your request rate"),
	stays("role taken away", "listing", always, s3test.Refuse(403, "AccessDenied", "Access Denied"), "allow s3:ListBucket"),
	stays("body cut short, without a length", "listing", always, sourcetest.Shorten, "list "),
	loads("body cut short, without a length", "file", 1, sourcetest.Shorten),
	stays("body cut short, without a length", "file", always, sourcetest.Shorten, "as long as the object"),
	stays("body cut short, with its length", "file", always, sourcetest.Understate, "as long as the object"),
	loads("connection reset in mid-body", "file", 3, sourcetest.Cut),
	stays("connection reset in mid-body", "file", always, sourcetest.Cut, "reset"),
	stays("another ETag listed than read", "listing", 1, s3test.Relabel(`<ETag>"0"</ETag>`), "changed after they were listed"),
	stays("another ETag listed than read", "listing", always, s3test.Relabel(`<ETag>"0"</ETag>`), "changed while it was read"),
	stays("listing that omits a file", "file's listing", always, s3test.Omit("part-2"), "part-2.csv.gz: not there"),
	stays("listing that omits the month", "listing", always, s3test.Omit("2026-09"), "no CSV or Parquet file in"),
}

// TestSource reads the sample company's bill of AWS as the files that anyone
// may put into a bucket: FOCUS is FOCUS.
func TestSource(t *testing.T) {
	month, err := model.ParsePeriod("2026-09")
	if err != nil {
		t.Fatal(err)
	}
	sourcetest.Run(t, sourcetest.Subject{
		Heading: "FOCUS files", Month: month, Twin: twin, Listing: 1, Harms: harms,
		Requests: map[string]string{"listing": " bills/", "file's listing": " bills/2026-09/part-2", "file": "/bills/"},
		Ledger:   sourcetest.Ledger(t, "truth.json", "Totals", ""),
		Late:     sourcetest.Total{BillingCurrency: "USD", Billed: "5.00832", Effective: "5.00832"}, // line 28 of its ledger.csv
		Open:     func(t *testing.T) sourcetest.Store { return &put{s3test.NewServer(t), "bills"} },
	})
}

// put is a bucket that somebody puts a folder of parts into each month.
type put struct {
	*s3test.Server
	prefix string
}

func (p *put) Door() *sourcetest.Door { return p.Server.Door }

func (p *put) Source(t *testing.T, name string, _ ingest.Place) ingest.Source {
	t.Helper()
	config := focus.Config{Location: "s3://" + s3test.Bucket + "/" + p.prefix, Region: "eu-west-1", Endpoint: p.URL, PathStyle: true}
	source, err := focus.Open(t.Context(), name, config, impatient)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// impatient opens buckets that lose their patience within milliseconds.
func impatient(ctx context.Context, location bucket.Location, config focus.Config) (focus.Store, error) {
	open, err := aws.OpenBucket(ctx, location, aws.Config{Region: config.Region, Endpoint: config.Endpoint, PathStyle: config.PathStyle})
	return func() (*bucket.Bucket, error) {
		b, err := open()
		if err == nil {
			b.Patience = sourcetest.Impatient
		}
		return b, err
	}, err
}

func (p *put) Deliver(t *testing.T, month model.Period, edition int) []string {
	t.Helper()
	text := sourcetest.Sample(t, "aws_focus_1_2/csv/2026-09.csv.gz")
	parts := []string{sourcetest.Zip(text), sourcetest.Zip(sourcetest.Late(t, text, "m4.xlarge Instance Hour", edition))}
	folder := p.prefix + "/" + month.String() + "/"
	p.Put(t, folder+"part-1.csv.gz", parts[0])
	p.Put(t, folder+"part-2.csv.gz", parts[1])
	return parts
}

// Break leaves a part empty, as an upload that was begun may.
func (p *put) Break(t *testing.T, month model.Period, edition int) {
	t.Helper()
	p.Deliver(t, month, edition)
	p.Put(t, p.prefix+"/"+month.String()+"/part-2.csv.gz", "")
}

func (p *put) Smuggle(t *testing.T, month model.Period, name string) bool {
	t.Helper()
	p.Put(t, p.prefix+"/"+month.String()+"/"+name, strings.ReplaceAll(bill("2026-09", "1"), "2026-09", month.String()))
	return true
}

// twin puts the month's file at another place.
func twin(t *testing.T, s sourcetest.Store) sourcetest.TwinSource {
	t.Helper()
	other := &put{s.(*put).Server, "copies"}
	other.Put(t, "copies/2026-09.csv", sourcetest.Sample(t, "aws_focus_1_2/csv/2026-09.csv.gz"))
	return sourcetest.TwinSource{Source: other.Source(t, "copies", ingest.Place{}), Told: "source bill has loaded payer 111122223333"}
}
