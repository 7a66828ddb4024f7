package azure_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
)

func TestExportsListsTheMonthsInOrder(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		deliver(t, store, october("october"), delivery{month: "2025-12", files: []string{"december"}})
		exports, err := store.source(t, azure.Config{Location: "exports"}).Exports(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := sliceNames(exports); got != "2025-12 2026-10" {
			t.Errorf("slices %s, want 2025-12 2026-10", got)
		}
		if got := exports[1]; got.Period.String() != "2026-10" || got.Bytes != int64(len("october")) || got.Note != "" {
			t.Errorf("got %+v, want October of 7 bytes", got)
		}
	})
}

func TestFetchGivesTheFilesThatTheManifestNames(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		deliver(t, store, october("one", "two"))
		store.put(t, "exports/"+october().usual().folder()+"/part_2_0001.csv", "left over")
		got := fetchOnly(t, store.source(t, azure.Config{Location: "exports/bills"}))
		if got.Format != "azure_focus_1_0" || got.Encoding != "csv" || contents(t, got) != "one two" {
			t.Errorf("got %s in %s: %q; want azure_focus_1_0 in csv: one two", got.Format, got.Encoding, contents(t, got))
		}
	})
}

func sliceNames(exports []ingest.Export) string {
	var names []string
	for _, export := range exports {
		names = append(names, export.Slice)
	}
	return strings.Join(names, " ")
}

func onlyExport(t *testing.T, source ingest.Source) ingest.Export {
	t.Helper()
	exports, err := source.Exports(t.Context())
	if err != nil || len(exports) != 1 {
		t.Fatalf("got %d exports, %v; want 1", len(exports), err)
	}
	return exports[0]
}

// fetchOnly fetches the only month that source has.
func fetchOnly(t *testing.T, source ingest.Source) ingest.Delivery {
	t.Helper()
	delivery, err := source.Fetch(t.Context(), onlyExport(t, source), filepath.Join(t.TempDir(), "landing"), nil)
	if err != nil {
		t.Fatal(err)
	}
	return delivery
}

// contents are the files of delivery, those of a named part with its name
// before them.
func contents(t *testing.T, delivery ingest.Delivery) string {
	t.Helper()
	var all []string
	for _, file := range delivery.Files {
		content, err := os.ReadFile(file.Path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(content)
		if file.Part != "" {
			text = file.Part + ": " + text
		}
		all = append(all, text)
	}
	return strings.Join(all, " ")
}
