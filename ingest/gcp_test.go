package ingest_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// billingTable is a source whose deliveries are rows of a Google billing table.
type billingTable struct {
	format   string
	encoding string
	version  string
	files    map[string]string
}

func (s *billingTable) Name() string     { return "google" }
func (s *billingTable) Provider() string { return "gcp" }

func (s *billingTable) Exports(context.Context) ([]ingest.Export, error) {
	return []ingest.Export{{Slice: "2026-10", Period: period("2026-10"), Version: s.version}}, nil
}

func (s *billingTable) Fetch(_ context.Context, _ ingest.Export, dir string, _ func(int64)) (ingest.Delivery, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return ingest.Delivery{}, err
	}
	delivery := ingest.Delivery{Format: s.format, Encoding: s.encoding}
	for name, text := range s.files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return ingest.Delivery{}, err
		}
		delivery.Files = append(delivery.Files, ingest.File{Path: path, Object: name, Bytes: int64(len(text)), ETag: s.version})
	}
	return delivery, nil
}

// rows is a delivery of rows in one file.
func rows(format string, lines []string) *billingTable {
	return &billingTable{format, "json", "v1", map[string]string{"000000000000.json": strings.Join(lines, "\n") + "\n"}}
}

// usual is what a row has where a test does not say otherwise.
const usual = `{"billing_account_id": "012345-6789AB-CDEF01", "invoice": {"month": "202610"}, "cost_type": "regular", "currency": "USD",
	"service": {"id": "6F81-5844-456A", "description": "Compute Engine"}, "sku": {"id": "CORE", "description": "N2 Instance Core running in Frankfurt"},
	"usage_start_time": "2026-10-05T10:00:00.000000Z", "usage_end_time": "2026-10-05T11:00:00.000000Z", "credits": [],
	"project": {"id": "shop", "number": "1001", "name": "Shop"}, "location": {"location": "europe-west3", "region": "europe-west3"}}`

// row is a row of the table: the usual one with other fields, written as JSON
// without its braces.
func row(t *testing.T, fields string) string {
	t.Helper()
	return overlay(t, usual, fields)
}

// overlay is an object with other fields, as one line.
func overlay(t *testing.T, object, fields string) string {
	t.Helper()
	all := map[string]json.RawMessage{}
	for _, text := range []string{object, "{" + fields + "}"} {
		var some map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &some); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		maps.Copy(all, some)
	}
	line, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}

// loadRows loads rows, given by their fields.
func loadRows(t *testing.T, format string, fields []string) *sql.DB {
	t.Helper()
	var lines []string
	for _, f := range fields {
		lines = append(lines, row(t, f))
	}
	db := open(t)
	if _, err := run(t, db, rows(format, lines)); err != nil {
		t.Fatal(err)
	}
	return db
}

// plain is a column of amounts as people write them.
func plain(columns string) string {
	var out []string
	for column := range strings.SplitSeq(columns, " ") {
		out = append(out, "coalesce(rtrim(rtrim(cast("+column+" as varchar), '0'), '.'), '-')")
	}
	return strings.Join(out, ", ")
}
