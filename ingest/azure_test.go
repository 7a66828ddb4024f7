package ingest_test

import (
	"context"
	encoding "encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// bill is a source of Azure whose one delivery is files that the test writes.
type bill struct {
	format   string
	encoding string
	version  string
	files    []billFile
}

type billFile struct{ part, name, text string }

func (b *bill) Name() string     { return "azure-ea" }
func (b *bill) Provider() string { return "azure" }

func (b *bill) Exports(context.Context) ([]ingest.Export, error) {
	return []ingest.Export{{Slice: "2026-10", Period: period("2026-10"), Version: b.version}}, nil
}

func (b *bill) Fetch(_ context.Context, _ ingest.Export, dir string, _ func(int64)) (ingest.Delivery, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return ingest.Delivery{}, err
	}
	delivery := ingest.Delivery{Format: b.format, Encoding: b.encoding}
	for _, file := range b.files {
		path := filepath.Join(dir, strings.ReplaceAll(file.name, "/", "-"))
		if err := os.WriteFile(path, []byte(file.text), 0o600); err != nil {
			return ingest.Delivery{}, err
		}
		delivery.Files = append(delivery.Files, ingest.File{Path: path, Object: file.name, Part: file.part, Bytes: int64(len(file.text)), ETag: b.version})
	}
	return delivery, nil
}

// focus is a delivery of one CSV of FOCUS.
func focus(format, text string) *bill {
	return &bill{format, "csv", "v1", []billFile{{name: "part_0_0001.csv", text: text}}}
}

// sheet writes lines as a CSV. A line is column=value, separated by semicolons;
// what it leaves out stands in defaults, and else is empty.
func sheet(t *testing.T, defaults string, lines ...string) string {
	t.Helper()
	base := cells(t, defaults)
	var rows []map[string]string
	for _, line := range lines {
		row := maps.Clone(base)
		maps.Copy(row, cells(t, line))
		rows = append(rows, row)
	}
	return table(t, rows)
}

// table writes rows as a CSV with the columns that any of them has, in order.
func table(t *testing.T, rows []map[string]string) string {
	t.Helper()
	header := map[string]bool{}
	for _, row := range rows {
		for name := range row {
			header[name] = true
		}
	}
	names := slices.Sorted(maps.Keys(header))
	records := [][]string{names}
	for _, row := range rows {
		var cells []string
		for _, name := range names {
			cells = append(cells, row[name])
		}
		records = append(records, cells)
	}
	var out strings.Builder
	if err := encoding.NewWriter(&out).WriteAll(records); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// lines reads what table wrote.
func lines(t *testing.T, text string) []map[string]string {
	t.Helper()
	records, err := encoding.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func cells(t *testing.T, line string) map[string]string {
	t.Helper()
	row := map[string]string{}
	for cell := range strings.SplitSeq(line, ";") {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		name, value, ok := strings.Cut(cell, "=")
		if !ok {
			t.Fatalf("%q is no column=value", cell)
		}
		row[name] = value
	}
	return row
}

// renamedColumns writes a CSV with other names in its header; a column whose
// new name is empty is left out.
func renamedColumns(t *testing.T, text string, names map[string]string) string {
	t.Helper()
	rows := lines(t, text)
	for _, row := range rows {
		for name, other := range names {
			value, has := row[name]
			if delete(row, name); has && other != "" {
				row[other] = value
			}
		}
	}
	return table(t, rows)
}
