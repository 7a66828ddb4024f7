//go:build bench

package gcp_test

import (
	"flag"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	bills "github.com/costwarden/costwarden/fixtures/gcp"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/model"
)

var benchRows = flag.String("rows", "1000000", "how many rows to land, separated by commas")

// TestBenchLanding lands a month of the sample company's detailed export, its
// rows repeated until they are many, from the server of the tests in this same
// process: both ends together take the time.
func TestBenchLanding(t *testing.T) {
	fmt.Printf("%10s %8s %9s %14s %16s\n", "rows", "took s", "rows/s", "raw bytes/row", "landed bytes/row")
	for text := range strings.SplitSeq(*benchRows, ",") {
		rows, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		benchLanding(t, rows)
	}
}

func benchLanding(t *testing.T, rows int) {
	dir, name := t.TempDir(), bills.Main.Table("detailed")
	options := bills.Options{Formats: []bills.Format{bills.DetailedTable}, Only: []model.Period{period("2026-09")}}
	if _, err := bills.Write(t.Context(), dir, options); err != nil {
		t.Fatal(err)
	}
	table, err := bigquerytest.ReadTable(tableFolder(dir, name), name)
	if err != nil {
		t.Fatal(err)
	}
	var raw int64
	for i := 0; len(table.Rows) < rows; i++ {
		table.Rows = append(table.Rows, table.Rows[i])
	}
	for _, row := range table.Rows {
		raw += int64(len(row.Line))
	}
	server := bigquerytest.NewServer(table)
	defer server.Close()
	server.PageRows = 5000
	config := gcp.Config{Table: name, Endpoint: server.URL, MaxBytesBilled: "1TiB"}
	source := open(t, config, ingest.Place{Folder: filepath.Join(dir, "partitions")})
	exports, err := source.Exports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	var landed int64
	for _, export := range exports {
		delivery, err := source.Fetch(t.Context(), export, dir, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range delivery.Files {
			landed += file.Bytes
		}
	}
	took, n := time.Since(began).Seconds(), float64(len(table.Rows))
	fmt.Printf("%10d %8.1f %9.0f %14.0f %16.1f\n", len(table.Rows), took, n/took, float64(raw)/n, float64(landed)/n)
}
