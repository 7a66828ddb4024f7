package gcp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/ingest/sourcetest"
	"github.com/costwarden/costwarden/model"
)

var fileHarms = []sourcetest.Harm{
	stays("throttling", "listing", always, slowDown, "slow down (429)"),
	loads("throttling", "file", 3, slowDown),
	stays("throttling", "file", always, slowDown, "Too Many Requests (429)"),
	stays("internal error", "file", always, backendError, "Service Unavailable (503)"),
	stays("role taken away", "listing", always, bigquerytest.Refuse(403, "forbidden", "no storage.objects.list"), "roles/storage.objectViewer"),
	stays("credentials expired", "file", always, bigquerytest.Refuse(401, "authError", "Invalid Credentials"), "the credentials are expired or not valid"),
	loads("body cut short, without a length", "listing", 1, sourcetest.Shorten),
	stays("body cut short, without a length", "listing", always, sourcetest.Shorten, "list "),
	loads("body cut short, without a length", "file", 1, sourcetest.Shorten),
	stays("body cut short, without a length", "file", always, sourcetest.Shorten, "read "),
	stays("body cut short, with its length", "file", always, sourcetest.Understate, "read "),
	loads("length announced too long", "file", 1, sourcetest.Overstate),
	loads("connection reset in mid-body", "file", always, sourcetest.Cut), // the client goes on by itself, half of the rest at a time
}

// fakeHarms need answers written as our fake does, and reads held to their
// generation, as Google's are.
var fakeHarms = []sourcetest.Harm{
	stays("listing that omits a file", "listing", always, sourcetest.Omit(item, "000000000001.json.gz"), "000000000001.json.gz, which is not there"),
	stays("listing that omits the month", "listing", always, sourcetest.Omit(item, "2026-01"), "no costwarden-export.json anywhere in"),
	stays("another ETag listed than read", "listing", 1, generation, "changed while it was read"),
	stays("another ETag listed than read", "listing", always, generation, "changed while it was read"),
}

func TestSourceOfFiles(t *testing.T) {
	sourcetest.Run(t, filesSubject(t, "Google files", slices.Concat(fileHarms, fakeHarms), func(t *testing.T) sourcetest.Store {
		server := newGCSServer(t)
		return &filed{put: server.put, bucket: "acme-billing", endpoint: server.url, door: server.Door, anyName: true}
	}))
}

func filesSubject(t *testing.T, heading string, harms []sourcetest.Harm, open func(t *testing.T) sourcetest.Store) sourcetest.Subject {
	t.Helper()
	s := subject(t)
	s.Heading, s.Open, s.Harms, s.Listing, s.Twin = heading, open, harms, 1+14, filedTwin
	s.Requests = map[string]string{"listing": "list ", "manifest": "costwarden-export.json", "file": ".json.gz"}
	return s
}

// filed is the bill as exports to files, each into a folder of its own.
type filed struct {
	put              func(t *testing.T, key, content string)
	bucket, endpoint string
	door             *sourcetest.Door
	anyName          bool // put takes what no client would
}

func (f *filed) Door() *sourcetest.Door { return f.door }

func (f *filed) source(t *testing.T, name, table string) ingest.Source {
	t.Helper()
	source := open(t, gcp.Config{Location: "gs://" + f.bucket + "/gcp", Table: table, Endpoint: f.endpoint}, ingest.Place{})
	gcp.HastenFiles(source)
	return sourcetest.Named(source, name)
}

func (f *filed) Source(t *testing.T, name string, _ ingest.Place) ingest.Source {
	t.Helper()
	return f.source(t, name, detailedTable)
}

// manifest is of the edition of a month, exported a minute after the one before.
func (f *filed) manifest(month model.Period, edition int, files ...string) said {
	at := month.End().Add(time.Duration(edition) * time.Minute)
	return october(files...).with("invoice_month", month.Start().Format("200601")).with("exported_at", at.Format(time.RFC3339))
}

func folderOf(month model.Period, edition int) string {
	return fmt.Sprintf("gcp/%s/run-%03d/", month, edition)
}

func (f *filed) Deliver(t *testing.T, month model.Period, edition int) []string {
	t.Helper()
	f.Break(t, month, edition)
	text, late := sample(t, "detailed"), late(t, edition)
	contents := []string{sourcetest.Zip(text), sourcetest.Zip(late)}
	f.put(t, folderOf(month, edition)+"000000000001.json.gz", contents[1])
	m := f.manifest(month, edition, "000000000000.json.gz", "000000000001.json.gz").with("rows", strings.Count(text+late, "\n"))
	f.put(t, folderOf(month, edition)+"costwarden-export.json", m.text(t))
	return contents
}

// Break leaves an export without its last file and its manifest.
func (f *filed) Break(t *testing.T, month model.Period, edition int) {
	t.Helper()
	f.put(t, folderOf(month, edition)+"000000000000.json.gz", sourcetest.Zip(sample(t, "detailed")))
}

func (f *filed) Smuggle(t *testing.T, month model.Period, name string) bool {
	t.Helper()
	if !f.anyName {
		return false
	}
	f.put(t, folderOf(month, 1)+name, sourcetest.Zip("{}\n"))
	f.put(t, folderOf(month, 1)+"costwarden-export.json", f.manifest(month, 1, name).text(t))
	return true
}

// filedTwin exports the standard table beside the detailed one.
func filedTwin(t *testing.T, s sourcetest.Store) sourcetest.TwinSource {
	t.Helper()
	f, month := s.(*filed), period("2026-01")
	f.put(t, "gcp/standard/000000000000.json.gz", sourcetest.Zip(sample(t, "standard")))
	m := f.manifest(month, 1, "000000000000.json.gz").with("table", standardTable).with("kind", "standard")
	f.put(t, "gcp/standard/costwarden-export.json", m.text(t))
	return sourcetest.TwinSource{Source: f.source(t, "standard", standardTable), Told: told}
}
