package gcp_test

import (
	"bytes"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/ingest/sourcetest"
	"github.com/costwarden/costwarden/model"
)

// rowsRead are the queries that read rows.
const rowsRead = "to_json_string"

var tableHarms = []sourcetest.Harm{
	loads("throttling", "query", 1, bigquerytest.Refuse(403, "rateLimitExceeded", "slow down")),
	loads("internal error", "table", 1, backendError),
	loads("body cut short, without a length", "table", 1, sourcetest.Shorten),
	loads("body cut short, without a length", "query", 1, sourcetest.Shorten),
	loads("body cut short, without a length", "page", 1, sourcetest.Shorten),
	stays("body cut short, without a length", "page", always, sourcetest.Shorten,
		"BigQuery's answer broke off 3 times: unexpected end of JSON input; check the network, or run again later"),
	loads("connection reset in mid-body", "page", 1, sourcetest.Cut),
	loads("page that lost its rows", "page", 1, without("rows")),
	stays("page that lost its rows", "page", always, without("rows"), "changed while it was read: "),
	loads("pages that lost their successors", "rows", 1, without("pageToken")),
	stays("role taken away", "estimate", always, bigquerytest.Refuse(403, "accessDenied", "User does not have bigquery.jobs.create"), "roles/bigquery.jobUser"),
	stays("credentials expired", "table", always, bigquerytest.Refuse(401, "authError", "Invalid Credentials"), "the credentials are expired or not valid"),
	stays("quota used up", "query", always, bigquerytest.Refuse(403, "quotaExceeded", "Custom quota exceeded"), "a quota of the project that runs the queries is used up"),
	stays("more bytes than estimated", "rows", always, bigquerytest.Refuse(400, "bytesBilledLimitExceeded", "Query exceeded limit"), "raise max_bytes_billed"),
	stays("table gone", "table", always, bigquerytest.Refuse(404, "notFound", "Not found: Table x"), "no such table, or it lies elsewhere"),
}

func TestSourceOfTables(t *testing.T) {
	s := subject(t)
	s.Heading, s.Harms, s.Listing, s.Partial = "Google tables", tableHarms, 3, true
	s.Open, s.Twin, s.Contents = newTabled, tabledTwin, linesOf
	s.Requests = map[string]string{"table": getTable, "estimate": dryRun, "query": anyQuery, "rows": rowsRead, "page": nextPage}
	sourcetest.Run(t, s)
}

// tabled is the bill as BigQuery holds it. Late charges arrive in a partition
// of their own.
type tabled struct {
	*bigquerytest.Server
	table *bigquerytest.Table
}

func newTabled(t *testing.T) sourcetest.Store {
	t.Helper()
	table := &bigquerytest.Table{Name: detailedTable, Location: "EU", Columns: usage(usageNames...)}
	server := bigquerytest.NewServer(table)
	t.Cleanup(server.Close)
	server.PageRows = 40
	return &tabled{server, table}
}

func (b *tabled) Door() *sourcetest.Door { return b.Server.Door }

func (b *tabled) source(t *testing.T, name, table string, place ingest.Place) ingest.Source {
	t.Helper()
	source := open(t, gcp.Config{Table: table, Endpoint: b.URL}, place)
	gcp.Hasten(source, 20*time.Second)
	return sourcetest.Named(source, name)
}

func (b *tabled) Source(t *testing.T, name string, place ingest.Place) ingest.Source {
	t.Helper()
	return b.source(t, name, detailedTable, place)
}

var (
	exportDay = regexp.MustCompile(`"export_time":"(\d+)-(\d+)-(\d+)`)
	fileTimes = regexp.MustCompile(`(\d{4}-\d\d-\d\d) (\d\d:\d\d:[0-9.]+) UTC`) // as an export to files writes what to_json_string writes otherwise
)

// rowsOf are the lines of an export as rows of month.
func rowsOf(text string, month model.Period, edition int) (rows []bigquerytest.Row) {
	for line := range strings.Lines(text) {
		rows = append(rows, bigquerytest.Row{
			Partition: strings.Join(exportDay.FindStringSubmatch(line)[1:], ""), Month: month.Start().Format("200601"),
			Exported: month.Start().UnixMicro() + int64(edition), Line: fileTimes.ReplaceAllString(strings.TrimSuffix(line, "\n"), "${1}T${2}Z"),
		})
	}
	return rows
}

func (b *tabled) Deliver(t *testing.T, month model.Period, edition int) (lines []string) {
	t.Helper()
	known := rowsOf(sample(t, "detailed"), month, 0)
	added := rowsOf(late(t, edition), month, edition)
	partition := month.Next().Start().Format("200601") + "12"
	for i := range added {
		added[i].Partition = partition
	}
	other := &bigquerytest.Table{}
	for _, row := range b.table.Rows {
		if row.Month != added[0].Month {
			other.Rows = append(other.Rows, row)
		}
	}
	other.Rows = append(other.Rows, append(known, added...)...)
	b.Change(func() { b.table.Become(other) })
	for _, row := range append(known, added...) {
		lines = append(lines, row.Line)
	}
	return lines
}

// Break is never asked for: a table holds what has arrived, and that is the
// month so far.
func (b *tabled) Break(t *testing.T, _ model.Period, _ int) {
	t.Error("a table has no half of a delivery")
}

func (b *tabled) Smuggle(_ *testing.T, _ model.Period, name string) bool {
	b.Change(func() {
		b.table.Append(bigquerytest.Row{Partition: "20260115", Month: name, Exported: 1, Line: "{}"})
	})
	return true
}

// tabledTwin holds the standard export beside the detailed one.
func tabledTwin(t *testing.T, s sourcetest.Store) sourcetest.TwinSource {
	t.Helper()
	b := s.(*tabled)
	b.Hold(&bigquerytest.Table{Name: standardTable, Location: "EU", Columns: usage(usageNames...), Rows: rowsOf(sample(t, "standard"), period("2026-01"), 0)})
	return sourcetest.TwinSource{Source: b.source(t, "standard", standardTable, ingest.Place{Folder: t.TempDir()}), Told: told}
}

// linesOf are the rows of a landed file.
func linesOf(t *testing.T, file string) []string {
	t.Helper()
	packed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := zstd.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}
