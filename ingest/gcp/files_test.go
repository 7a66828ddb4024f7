package gcp_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp"
)

// folder is a location with exports in it. Each file is a minute younger than
// the one before.
type folder struct {
	dir   string
	clock time.Time
}

func newFolder(t *testing.T) *folder {
	return &folder{t.TempDir(), time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)}
}

func (f *folder) put(t *testing.T, name, content string) {
	t.Helper()
	path := filepath.Join(f.dir, filepath.FromSlash(name))
	f.clock = f.clock.Add(time.Minute)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, f.clock, f.clock); err != nil {
		t.Fatal(err)
	}
}

func (f *folder) source(t *testing.T, table string) ingest.Source {
	t.Helper()
	return open(t, gcp.Config{Location: "file:" + f.dir, Table: table}, ingest.Place{})
}

func open(t *testing.T, config gcp.Config, place ingest.Place) ingest.Source {
	t.Helper()
	source, err := gcp.Open(t.Context(), "gcp-main", config, place)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// said is a manifest that a test can bend.
type said map[string]any

func october(files ...string) said {
	var named []any
	for _, file := range files {
		named = append(named, map[string]any{"name": file, "bytes": nil})
	}
	return said{"table": detailedTable, "kind": "detailed", "invoice_month": "202610", "exported_at": "2026-11-01T06:00:00Z", "rows": nil, "files": named}
}

func (s said) with(key string, value any) said { s[key] = value; return s }

func (s said) text(t *testing.T) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// export puts a month as one export writes it: files, then the manifest.
func (f *folder) export(t *testing.T, run string, m said, contents ...string) {
	t.Helper()
	for i, content := range contents {
		f.put(t, fmt.Sprintf("%s/%012d.json", run, i), content)
	}
	f.put(t, run+"/costwarden-export.json", m.text(t))
}

func onlyExport(t *testing.T, source ingest.Source) ingest.Export {
	t.Helper()
	exports, err := source.Exports(t.Context())
	if err != nil || len(exports) != 1 {
		t.Fatalf("got %d exports, %v; want one", len(exports), err)
	}
	return exports[0]
}

// contents joins the files of a delivery.
func contents(t *testing.T, delivery ingest.Delivery) string {
	t.Helper()
	var all []string
	for _, file := range delivery.Files {
		content, err := os.ReadFile(file.Path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(content))
	}
	return strings.Join(all, " ")
}

func TestFilesOfTheNewestExportAreTheMonth(t *testing.T) {
	f := newFolder(t)
	names := []string{"000000000000.json", "000000000001.json"}
	f.export(t, "2026-10/run-1", october(names...), "old", "old too")
	first := onlyExport(t, f.source(t, "")).Version
	f.export(t, "2026-10/run-2", october(names[0]).with("exported_at", "2026-11-02T06:00:00Z").with("rows", 7), "new")
	f.put(t, "2026-10/run-2/000000000001.json", "a shard that the manifest does not name")
	f.put(t, "2026-10/run-3/000000000000.json", "an export without its manifest")
	source := f.source(t, "")
	export := onlyExport(t, source)
	if export.Slice != "2026-10" || export.Version == first {
		t.Errorf("got %+v, want 2026-10 in another version than %s", export, first)
	}
	delivery, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := contents(t, delivery); got != "new" {
		t.Errorf("fetched %q, want the files that the newest manifest names", got)
	}
	if delivery.Format != "gcp_detailed" || delivery.Encoding != "json" || delivery.Rows == nil || *delivery.Rows != 7 {
		t.Errorf("got %+v, want 7 rows of gcp_detailed as json", delivery)
	}
}

func TestAFileThatIsWrittenAgainIsAnotherVersion(t *testing.T) {
	f := newFolder(t)
	f.export(t, "run", october("000000000000.json"), "one")
	first := onlyExport(t, f.source(t, "")).Version
	if again := onlyExport(t, f.source(t, "")).Version; again != first {
		t.Errorf("versions %s and %s of the same files", first, again)
	}
	f.put(t, "run/000000000000.json", "two")
	if onlyExport(t, f.source(t, "")).Version == first {
		t.Error("the version stays while a file is another")
	}
}

func TestTwoTablesAreNeverOneBill(t *testing.T) {
	f := newFolder(t)
	f.export(t, "detailed", october("000000000000.json"), "detailed")
	f.export(t, "standard", october("000000000000.json").with("table", standardTable).with("kind", "standard"), "standard")
	_, err := f.source(t, "").Exports(t.Context())
	if err == nil || !errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(), "holds exports of "+detailedTable+", "+standardTable+
		", and each is a bill of its own; set table to the one that is meant") {
		t.Errorf("got %v, want both tables named", err)
	}
	source := f.source(t, standardTable)
	delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
	if err != nil || contents(t, delivery) != "standard" || delivery.Format != "gcp_standard" {
		t.Errorf("got %+v, %v; want the standard export", delivery, err)
	}
	if _, err = f.source(t, focusTable).Exports(t.Context()); err == nil || !strings.Contains(err.Error(), "no export of "+focusTable) {
		t.Errorf("got %v, want: no export of %s", err, focusTable)
	}
}

func TestManifestsThatAreRefused(t *testing.T) {
	const json = "000000000000.json"
	for want, m := range map[string]said{
		`has the invoice_month "2026-10"; want one such as 202610`:  october(json).with("invoice_month", "2026-10"),
		`has the invoice_month "202613"; want one such as 202610`:   october(json).with("invoice_month", "202613"),
		`has the kind "reseller"; want detailed, standard or focus`: october(json).with("kind", "reseller"),
		"has the kind standard, and the name of its table":          october(json).with("kind", "standard"),
		"has no exported_at":                                         october(json).with("exported_at", nil),
		`names a table "": want project.dataset.table`:               october(json).with("table", ""),
		"the reseller's export holds the bills":                      october(json).with("table", "p-1.d.reseller_billing_detailed_export_v1"),
		`names "../secret.json"; want a path below its own folder`:   october("../secret.json"),
		`names "/etc/passwd.json"; want a path below its own folder`: october("/etc/passwd.json"),
		`names "a/../../b.json"; want a path below its own folder`:   october("a/../../b.json"),
		`names "gs://other/x.json"; want a path below`:               october("gs://other/x.json"),
		`names ""; want a path below its own folder`:                 october(""),
		"names 000000000000.json twice, which would count it twice":  october(json, json),
		"names 9.json, which is not there; export the month again":   october("9.json"),
		"names 000000000000.csv; want .parquet, or .json":            october("000000000000.csv"),
		"names 0.parquet.gz; want .parquet":                          october("0.parquet.gz"),
		"names parquet files beside json files; want one":            october(json, "1.parquet"),
		"says 000000000000.json has 99 bytes, and it has 3":          october().with("files", []any{map[string]any{"name": json, "bytes": 99}}),
		"names no files": october(),
	} {
		f := newFolder(t)
		f.export(t, "run", m, "one")
		source, err := f.source(t, ""), error(nil)
		exports, err := source.Exports(t.Context())
		if err == nil {
			_, err = source.Fetch(t.Context(), exports[0], filepath.Join(t.TempDir(), "landing"), nil)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if wanted := ingest.ErrSource; want != "names no files" && !errors.Is(err, wanted) {
			t.Errorf("%v is no ErrSource", err)
		}
	}
}

func TestAnEmptyExportIsNotDelivered(t *testing.T) {
	f := newFolder(t)
	f.export(t, "run", october())
	source := f.source(t, "")
	if _, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil); !errors.Is(err, ingest.ErrNotDelivered) {
		t.Errorf("got %v, want ErrNotDelivered", err)
	}
}

func TestALocationWithoutManifests(t *testing.T) {
	f := newFolder(t)
	f.put(t, "run/000000000000.json", "one")
	_, err := f.source(t, "").Exports(t.Context())
	if err == nil || !strings.Contains(err.Error(), "no costwarden-export.json anywhere in file:"+f.dir) {
		t.Errorf("got %v, want: no costwarden-export.json", err)
	}
}

func TestAManifestThatIsNoJSON(t *testing.T) {
	f := newFolder(t)
	f.put(t, "run/costwarden-export.json", `{"table": `)
	_, err := f.source(t, "").Exports(t.Context())
	if err == nil || !strings.Contains(err.Error(), "run/costwarden-export.json is no manifest of an export") {
		t.Errorf("got %v, want: is no manifest", err)
	}
}
