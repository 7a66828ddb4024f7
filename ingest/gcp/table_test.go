package gcp_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
)

// desk is a source that reads a table of a fake BigQuery, the folder where it
// keeps its partitions, and what it logs.
type desk struct {
	server *bigquerytest.Server
	table  *bigquerytest.Table
	config gcp.Config
	folder string
	log    bytes.Buffer
}

func usage(names ...string) []bigquerytest.Column {
	var columns []bigquerytest.Column
	for _, name := range names {
		column := bigquerytest.Column{Name: name, Type: "STRING"}
		switch name {
		case "cost":
			column.Type = "FLOAT"
		case "export_time", "usage_start_time":
			column.Type = "TIMESTAMP"
		case "invoice":
			column.Type, column.Columns = "RECORD", []bigquerytest.Column{{Name: "month", Type: "STRING"}}
		}
		columns = append(columns, column)
	}
	return columns
}

var usageNames = []string{"billing_account_id", "invoice", "cost_type", "usage_start_time", "cost", "currency", "credits", "resource", "export_time", "a_column_nobody_reads"}

// row is a row of a partition that was exported minutes after midnight.
func row(partition, month string, minutes int, line string) bigquerytest.Row {
	day, err := time.Parse("20060102", partition)
	if err != nil {
		panic(err)
	}
	return bigquerytest.Row{Partition: partition, Month: month, Exported: day.Add(time.Duration(minutes) * time.Minute).UnixMicro(), Line: line}
}

// newDesk is a table of two months: the first days of November hold rows of
// both.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{folder: filepath.Join(t.TempDir(), "partitions")}
	d.table = &bigquerytest.Table{
		Name: detailedTable, Location: "EU", Columns: usage(usageNames...),
		Rows: []bigquerytest.Row{
			row("20261030", "202610", 60, `{"cost":1}`),
			row("20261031", "202610", 60, `{"cost":2}`),
			row("20261101", "202610", 60, `{"cost":3}`),
			row("20261101", "202611", 90, `{"cost":4}`),
			row("20261102", "202611", 60, `{"cost":5}`),
		},
	}
	d.server = bigquerytest.NewServer(d.table)
	t.Cleanup(d.server.Close)
	d.config = gcp.Config{Table: detailedTable, Endpoint: d.server.URL}
	return d
}

func (d *desk) source(t *testing.T) ingest.Source {
	t.Helper()
	source := open(t, d.config, ingest.Place{Folder: d.folder, Log: slog.New(slog.NewJSONHandler(&d.log, nil))})
	gcp.Hasten(source, 20*time.Second)
	return source
}

// run opens the source, as each run does, and fetches the months whose version
// is not as known. It returns the fetched months' rows.
func (d *desk) run(t *testing.T, known map[string]string) map[string]string {
	t.Helper()
	fetched, err := d.try(t, d.source(t), known)
	if err != nil {
		t.Fatal(err)
	}
	return fetched
}

func (d *desk) try(t *testing.T, source ingest.Source, known map[string]string) (map[string]string, error) {
	exports, err := source.Exports(t.Context())
	if err != nil {
		return nil, err
	}
	fetched := map[string]string{}
	for _, export := range exports {
		if known[export.Slice] == export.Version {
			continue
		}
		delivery, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
		if err != nil {
			return nil, err
		}
		known[export.Slice] = export.Version
		fetched[export.Slice] = lines(t, delivery)
	}
	return fetched, nil
}

// lines joins the rows of a delivery's files.
func lines(t *testing.T, delivery ingest.Delivery) string {
	t.Helper()
	var all []string
	for _, file := range delivery.Files {
		packed, err := os.ReadFile(file.Path)
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(packed)) != file.Bytes {
			t.Errorf("%s has %d bytes, and the delivery says %d", file.Path, len(packed), file.Bytes)
		}
		reader, err := zstd.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(reader)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.Fields(string(text))...)
	}
	if delivery.Rows == nil || *delivery.Rows != int64(len(all)) {
		t.Errorf("the delivery says %v rows and has %d", delivery.Rows, len(all))
	}
	slices.Sort(all)
	return strings.Join(all, " ")
}

func wantFetched(t *testing.T, got map[string]string, want map[string]string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("fetched %v\nwant    %v", got, want)
	}
}

const (
	octoberRows  = `{"cost":1} {"cost":2} {"cost":3}`
	novemberRows = `{"cost":4} {"cost":5}`
)

func TestTheFirstRunReadsEachPartitionOnce(t *testing.T) {
	d := newDesk(t)
	wantFetched(t, d.run(t, map[string]string{}), map[string]string{"2026-10": octoberRows, "2026-11": novemberRows})
	reads := map[string]int{}
	for _, query := range d.server.Queries() {
		if strings.Contains(query.Text, "to_json_string") {
			_, where, _ := strings.Cut(query.Text, "\nwhere ")
			reads[where]++
		}
	}
	want := map[string]int{}
	for _, days := range [][2]string{{"2026-10-30", "2026-10-31"}, {"2026-10-31", "2026-11-01"}, {"2026-11-01", "2026-11-02"}, {"2026-11-02", "2026-11-03"}} {
		want[fmt.Sprintf("_PARTITIONTIME >= timestamp '%s 00:00:00' and _PARTITIONTIME < timestamp '%s 00:00:00'", days[0], days[1])] = 1
	}
	if fmt.Sprint(reads) != fmt.Sprint(want) {
		t.Errorf("read %v\nwant %v", reads, want)
	}
}

func TestADeliveryNamesItsFormatAndPartitions(t *testing.T) {
	d := newDesk(t)
	source := d.source(t)
	exports, err := source.Exports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	delivery, err := source.Fetch(t.Context(), exports[0], t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if delivery.Format != "gcp_detailed" || delivery.Encoding != "json" {
		t.Errorf("got %s as %s, want gcp_detailed as json", delivery.Format, delivery.Encoding)
	}
	var objects []string
	for _, file := range delivery.Files {
		objects = append(objects, strings.TrimPrefix(file.Object, detailedTable))
	}
	if got := strings.Join(objects, " "); got != "$20261030/202610 $20261031/202610 $20261101/202610" {
		t.Errorf("objects %s", got)
	}
}

func TestARunWithoutChangesReadsNoRows(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	d.run(t, known)
	d.server.Arrange()
	wantFetched(t, d.run(t, known), map[string]string{})
	queries := d.server.Queries()
	if len(queries) != 1 || !strings.Contains(queries[0].Text, "INFORMATION_SCHEMA.PARTITIONS") {
		t.Errorf("asked %+v; want the list of partitions alone", queries)
	}
}

func TestLateRowsInAnOldPartitionChangeTheirMonthAlone(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	d.run(t, known)
	d.table.Append(row("20261030", "202611", 50000, `{"cost":6}`)) // a correction: an old day, a later invoice
	d.server.Arrange()
	wantFetched(t, d.run(t, known), map[string]string{"2026-11": `{"cost":4} {"cost":5} {"cost":6}`})
	if got := d.readPartitions(); got != "20261030" {
		t.Errorf("read the partitions %s; want the one that changed alone", got)
	}
}

// readPartitions are the days whose rows were read.
func (d *desk) readPartitions() string {
	var days []string
	for _, query := range d.server.Queries() {
		if _, after, found := strings.Cut(query.Text, "_PARTITIONTIME >= timestamp '"); found && strings.Contains(query.Text, "to_json_string") {
			days = append(days, strings.ReplaceAll(after[:10], "-", ""))
		}
	}
	slices.Sort(days)
	return strings.Join(days, " ")
}

func TestAPartitionThatShrankChangesItsMonth(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	d.run(t, known)
	d.table.Rebuild("20261031") // nothing left of it
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": `{"cost":1} {"cost":3}`})
	if _, err := os.Stat(filepath.Join(d.folder, "20261031")); !os.IsNotExist(err) {
		t.Errorf("the landed rows of a partition that is gone are still there: %v", err)
	}
	d.table.Rebuild("20261101", row("20261101", "202611", 95, `{"cost":7}`))
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": `{"cost":1}`, "2026-11": `{"cost":5} {"cost":7}`})
}

func TestAPartitionThatWasOnlyTouchedChangesNothing(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	d.run(t, known)
	d.table.Append()
	d.table.Rebuild("20261030", row("20261030", "202610", 60, `{"cost":1}`))
	d.server.Arrange()
	wantFetched(t, d.run(t, known), map[string]string{})
	if got := d.server.Queries(); len(got) != 2 || !strings.Contains(got[1].Text, "count(*)") {
		t.Errorf("asked %+v; want the list and the counts of one partition", got)
	}
}

func TestALostCensusComesOutTheSame(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	d.run(t, known)
	for _, harm := range []func() error{
		func() error { return os.Remove(filepath.Join(d.folder, "census.json")) },
		func() error {
			return os.WriteFile(filepath.Join(d.folder, "census.json"), []byte(`{"table": "`), 0o600)
		},
		func() error { return os.RemoveAll(d.folder) },
	} {
		if err := harm(); err != nil {
			t.Fatal(err)
		}
		wantFetched(t, d.run(t, known), map[string]string{})
	}
}

func TestLandedRowsThatAreLostAreReadAgain(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	d.run(t, known)
	for _, harm := range []func(dir string) error{
		func(dir string) error { return os.Remove(filepath.Join(dir, "landed.json")) },
		func(dir string) error { return os.WriteFile(filepath.Join(dir, "landed.json"), []byte(`{`), 0o600) },
		func(dir string) error {
			files, err := filepath.Glob(filepath.Join(dir, "202610-*.zst"))
			if err != nil || len(files) != 1 {
				return fmt.Errorf("found %v, %v", files, err)
			}
			return os.Truncate(files[0], 3)
		},
	} {
		if err := harm(filepath.Join(d.folder, "20261101")); err != nil {
			t.Fatal(err)
		}
		d.server.Arrange()
		delete(known, "2026-10")
		wantFetched(t, d.run(t, known), map[string]string{"2026-10": octoberRows})
		if got := d.readPartitions(); got != "20261101" {
			t.Errorf("read the partitions %s; want the one that was lost alone", got)
		}
	}
}

func TestEveryQueryIsBoundedAndNamed(t *testing.T) {
	d := newDesk(t)
	d.config.JobProject, d.config.JobLabel, d.config.MaxBytesBilled = "acme-jobs", "finops", "1GiB"
	d.run(t, map[string]string{})
	queries := d.server.Queries()
	if len(queries) < 6 {
		t.Fatalf("%d queries; want the list, the counts and four partitions", len(queries))
	}
	for _, query := range queries {
		onTable := !strings.Contains(query.Text, "INFORMATION_SCHEMA.PARTITIONS")
		if onTable && !strings.Contains(query.Text, "\nwhere _PARTITIONTIME >= timestamp '2026-") {
			t.Errorf("no partition filter in:\n%s", query.Text)
		}
		if query.Location != "EU" || query.Project != "acme-jobs" || query.Labels["costwarden"] != "finops" ||
			query.MaximumBytesBilled < 10<<20 || query.MaximumBytesBilled > 1<<30 {
			t.Errorf("got %+v; want EU, acme-jobs, the label and a bound", query)
		}
	}
	if dry := d.server.Asked("POST /projects/acme-jobs/jobs "); len(dry) != len(queries) {
		t.Errorf("%d dry runs of %d queries", len(dry), len(queries))
	}
}

func TestOnlyWantedColumnsAreRead(t *testing.T) {
	d := newDesk(t)
	d.run(t, map[string]string{})
	const want = "to_json_string(struct(`billing_account_id`, `invoice`, `cost_type`, `usage_start_time`, `resource`, `cost`, `currency`, `credits`, `export_time`))"
	for _, query := range d.server.Queries() {
		if strings.Contains(query.Text, "to_json_string") && !strings.Contains(query.Text, want) {
			t.Errorf("read %s\nwant %s", query.Text, want)
		}
	}
}

func TestWhatARunReadsIsLogged(t *testing.T) {
	d := newDesk(t)
	d.table.BytesPerRow = 20 << 20
	d.run(t, map[string]string{})
	var last struct {
		Reads    string `json:"reads"`
		Bytes    int64  `json:"bytes"`
		RunBytes int64  `json:"run_bytes"`
	}
	queries := 0
	for line := range strings.Lines(d.log.String()) {
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			t.Fatal(err)
		}
		queries++
	}
	// five rows of 20 MiB, and the list and the counts at BigQuery's least, 10 MiB each
	if want := int64(5*20<<20 + 2*10<<20); last.RunBytes != want || queries != 6 {
		t.Errorf("%d queries, the last with %+v; want 6 and %d bytes in all", queries, last, want)
	}
}

func TestRunsWithALowCeilingGetThereStepByStep(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	d.table.BytesPerRow = 30 << 20
	d.config.MaxBytesBilled = "100MiB"
	_, err := d.try(t, d.source(t), known)
	const want = "is more than max_bytes_billed, 100.0MiB; raise max_bytes_billed to 1"
	if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "or run again: what was read is kept") {
		t.Fatalf("got  %v\nwant %s", err, want)
	}
	for runs := 2; len(known) < 2; runs++ {
		if _, err := d.try(t, d.source(t), known); err != nil && runs == 4 {
			t.Fatalf("not there after %d runs: %v", runs, err)
		}
	}
	if got := d.readPartitions(); got != "20261030 20261031 20261101 20261102" {
		t.Errorf("read %s; want each partition once over all runs", got)
	}
	for _, query := range d.server.Queries() {
		if query.MaximumBytesBilled > 100<<20 {
			t.Errorf("%+v may read more than its run", query)
		}
	}
}

func TestAPartitionBeyondTheCeilingSaysWhatToRaise(t *testing.T) {
	d := newDesk(t)
	d.table.BytesPerRow, d.table.Rows = 300<<20, d.table.Rows[:1]
	d.config.MaxBytesBilled = "100MiB"
	_, err := d.try(t, d.source(t), map[string]string{})
	const want = "it reads 300.0MiB, which with the 20.0MiB that this run has read before is more than max_bytes_billed, 100.0MiB; raise max_bytes_billed to 320.0MiB at least"
	if err == nil || !errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if got := d.readPartitions(); got != "" {
		t.Errorf("read %s; want nothing", got)
	}
}

func TestADryRunWritesNothing(t *testing.T) {
	d := newDesk(t)
	source := open(t, d.config, ingest.Place{Folder: d.folder, ReadOnly: true})
	exports, err := source.Exports(t.Context())
	if err != nil || len(exports) != 2 {
		t.Errorf("got %v, %v; want two months", exports, err)
	}
	if _, err := os.Stat(d.folder); !os.IsNotExist(err) {
		t.Errorf("%s: %v; want it not made", d.folder, err)
	}
}
