package azure_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// half is the actual or the amortized cost of October.
func half(dataset, submitted string, files ...string) delivery {
	return delivery{export: "acme-" + strings.ToLower(strings.TrimSuffix(dataset, "Cost")), dataset: dataset,
		submitted: submitted, run: strings.ReplaceAll(submitted, ":", ""), files: files}
}

func TestActualAndAmortizedAreOneMonth(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		deliver(t, store, half("AmortizedCost", "2026-11-01T06:20:00Z", "c"), half("ActualCost", "2026-11-01T06:10:00Z", "a", "b"))
		got := fetchOnly(t, store.source(t, below))
		if want := "ActualCost: a ActualCost: b AmortizedCost: c"; contents(t, got) != want || got.Format != "azure_cost_details" {
			t.Errorf("got %s: %s; want azure_cost_details: %s", got.Format, contents(t, got), want)
		}
	})
}

func TestHalfAPairWaits(t *testing.T) {
	for dataset, other := range map[string]string{"ActualCost": "AmortizedCost", "AmortizedCost": "ActualCost"} {
		store := newFolderStore(t)
		d := half(dataset, "2026-11-01T06:10:00Z", "a")
		deliver(t, store, d)
		source := store.source(t, below)
		_, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
		want := "source azure-ea: fetch 2026-10: not delivered yet: there is " + dataset + " (export " + d.export + ") and no " + other +
			"; want both of one scope: create an export of " + other + " for it, or wait for its first run"
		if err == nil || err.Error() != want || !errors.Is(err, ingest.ErrNotDelivered) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		deliver(t, store, half(other, "2026-11-01T06:20:00Z", "b"))
		fetchOnly(t, source)
	}
}

// TestANewerHalfWaitsForTheOther has exports that keep every run: until the
// other half of today has come, the month is as both told it yesterday.
func TestANewerHalfWaitsForTheOther(t *testing.T) {
	store := newFolderStore(t)
	deliver(t, store, half("ActualCost", "2026-10-20T06:10:00Z", "actual 20"), half("AmortizedCost", "2026-10-20T06:20:00Z", "amortized 20"))
	source := store.source(t, below)
	before := onlyExport(t, source)

	deliver(t, store, half("ActualCost", "2026-10-21T06:10:00Z", "actual 21"))
	got := fetchOnly(t, source)
	if want := "ActualCost: actual 20 AmortizedCost: amortized 20"; contents(t, got) != want || onlyExport(t, source).Version != before.Version {
		t.Errorf("got %s, want %s", contents(t, got), want)
	}
	note := "the run of acme-actual submitted 2026-10-20 06:10 UTC is read; not delivered yet: the run of acme-actual submitted 2026-10-21 06:10 UTC: " +
		"it waits for a run of AmortizedCost (export acme-amortized) as new; the last one was submitted 2026-10-20 06:20 UTC"
	if got.Note != note {
		t.Errorf("note %q\nwant %q", got.Note, note)
	}

	deliver(t, store, half("AmortizedCost", "2026-10-21T06:30:00Z", "amortized 21"))
	got = fetchOnly(t, source)
	if want := "ActualCost: actual 21 AmortizedCost: amortized 21"; contents(t, got) != want || got.Note != "" {
		t.Errorf("got %s and the note %q, want %s", contents(t, got), got.Note, want)
	}
}

// TestANewerHalfWaitsWhereTheOlderIsGone has exports that overwrite their runs.
func TestANewerHalfWaitsWhereTheOlderIsGone(t *testing.T) {
	store := newFolderStore(t)
	deliver(t, store, half("ActualCost", "2026-10-20T06:10:00Z", "actual 20"), half("AmortizedCost", "2026-10-21T06:20:00Z", "amortized 21"))
	source := store.source(t, below)
	_, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
	want := "source azure-ea: fetch 2026-10: not delivered yet: the run of acme-amortized submitted 2026-10-21 06:20 UTC: " +
		"it waits for a run of ActualCost (export acme-actual) as new; the last one was submitted 2026-10-20 06:10 UTC"
	if err == nil || err.Error() != want || !errors.Is(err, ingest.ErrNotDelivered) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestHalvesOfAClosedMonthMayBeFarApart has an old month that was exported by
// hand, each half on another day.
func TestHalvesOfAClosedMonthMayBeFarApart(t *testing.T) {
	store := newFolderStore(t)
	deliver(t, store, half("ActualCost", "2026-11-08T06:10:00Z", "a"), half("AmortizedCost", "2026-12-24T06:20:00Z", "b"))
	if got := contents(t, fetchOnly(t, store.source(t, below))); got != "ActualCost: a AmortizedCost: b" {
		t.Errorf("fetched %s, want both", got)
	}
}

func TestAPairInTwoEncodings(t *testing.T) {
	store := newFolderStore(t)
	parquet := half("AmortizedCost", "2026-11-01T06:20:00Z", "b")
	parquet.names = []string{"part_0_0001.snappy.parquet"}
	deliver(t, store, half("ActualCost", "2026-11-01T06:10:00Z", "a"), parquet)
	source := store.source(t, below)
	_, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
	if want := "names part_0_0001.snappy.parquet, and other files of the month are csv; export both in one format"; err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestAPriceSheetGoesAlong(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		sheet := delivery{export: "acme-prices", dataset: "PriceSheet", version: "2023-05-01", files: []string{"prices"}, names: []string{"part_0_0001.parquet"}}
		deliver(t, store, october("costs"), sheet, delivery{month: "2026-09", files: []string{"costs"}})
		source := store.source(t, below)
		exports, err := source.Exports(t.Context())
		if err != nil || sliceNames(exports) != "2026-09 2026-10" {
			t.Fatalf("got %s, %v; want both months", sliceNames(exports), err)
		}
		for i, want := range []string{"costs", "costs PriceSheet: prices"} {
			got, err := source.Fetch(t.Context(), exports[i], t.TempDir(), nil)
			if err != nil || contents(t, got) != want || got.Encoding != "csv" || got.Format != "azure_focus_1_0" {
				t.Errorf("%s: got %s of %s in %s, %v; want %s", exports[i].Slice, contents(t, got), got.Format, got.Encoding, err, want)
			}
		}
	})
}

func TestAMonthDoesNotWaitForItsPriceSheet(t *testing.T) {
	store := newFolderStore(t)
	sheet := delivery{export: "acme-prices", dataset: "PriceSheet", scope: enrollment + "/billingProfiles/1", files: []string{"prices"},
		change: func(m object) { m["dataRowCount"] = 0 }}
	deliver(t, store, october("costs"), sheet)
	got := fetchOnly(t, store.source(t, below))
	want := "without its price sheet: not delivered yet: the run of acme-prices submitted 2026-11-01 06:10 UTC: it holds no rows"
	if contents(t, got) != "costs" || got.Note != want {
		t.Errorf("got %s and the note %q\nwant costs and %q", contents(t, got), got.Note, want)
	}
}
