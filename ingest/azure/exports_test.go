package azure_test

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
)

var below = azure.Config{Location: "exports/bills"}

func TestVersionChangesWithTheDeliveryAndOnlyThen(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		deliver(t, store, october("first"))
		source := store.source(t, below)
		first, again := onlyExport(t, source).Version, onlyExport(t, store.source(t, below)).Version
		if first != again || !regexp.MustCompile(`^[0-9a-f]{32}$`).MatchString(first) {
			t.Errorf("versions %q and %q of one delivery", first, again)
		}
		deliver(t, store, delivery{files: []string{"first"}, run: "2", submitted: "2026-11-02T06:10:00Z"})
		second := onlyExport(t, source).Version
		if second == first {
			t.Errorf("version %q for both runs", first)
		}
		store.put(t, "exports/"+delivery{run: "2"}.usual().folder()+"/part_0_0001.csv", "third")
		if got := onlyExport(t, source).Version; got == second {
			t.Errorf("version %q for the run and for what was written over it", got)
		}
	})
}

// TestTheNewestRunIsTheMonth has a daily export that keeps every run.
func TestTheNewestRunIsTheMonth(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		deliver(t, store,
			delivery{run: "c", submitted: "2026-11-03T06:00:00Z", files: []string{"newest"}},
			delivery{run: "a", submitted: "2026-11-01T06:00:00Z", files: []string{"older"}},
			delivery{run: "b", submitted: "2026-11-03T05:59:59.9999999Z", files: []string{"old"}},
		)
		if got := contents(t, fetchOnly(t, store.source(t, below))); got != "newest" {
			t.Errorf("fetched %q, want the run that was submitted last", got)
		}
	})
}

// TestTheDoubleRunOfTheFirstDays has the export run twice, as it does on the
// first five days of a month.
func TestTheDoubleRunOfTheFirstDays(t *testing.T) {
	store := newFolderStore(t)
	deliver(t, store,
		delivery{run: "a", submitted: "2026-10-31T06:00:00Z", files: []string{"october so far"}},
		delivery{run: "b", submitted: "2026-11-01T06:00:00Z", month: "2026-11", files: []string{"november so far"}},
		delivery{run: "c", submitted: "2026-11-01T06:00:01Z", files: []string{"october whole"}},
	)
	source := store.source(t, below)
	exports, err := source.Exports(t.Context())
	if err != nil || sliceNames(exports) != "2026-10 2026-11" {
		t.Fatalf("got %s, %v; want both months", sliceNames(exports), err)
	}
	for i, want := range []string{"october whole", "november so far"} {
		got, err := source.Fetch(t.Context(), exports[i], t.TempDir(), nil)
		if err != nil || contents(t, got) != want {
			t.Errorf("%s: got %q, %v; want %s", exports[i].Slice, contents(t, got), err, want)
		}
	}
}

// TestARunThatIsNotWholeStandsBack delivers October well, then as each case
// says: the run before stays and the note tells why. Alone, it is waited for.
func TestARunThatIsNotWholeStandsBack(t *testing.T) {
	set := func(path string, value any) func(object) {
		return func(m object) {
			group, key, nested := strings.Cut(path, ".")
			switch {
			case !nested:
				m[path] = value
			case group == "blobs":
				m["blobs"].([]object)[0][key] = value
			default:
				m[group].(object)[key] = value
			}
		}
	}
	for name, c := range map[string]struct {
		d    delivery
		want string
	}{
		"a file shorter than its manifest says": {delivery{change: set("blobs.byteCount", 99)},
			"part_0_0001.csv has 3 bytes and its manifest says 99: it is being written"},
		"an empty file": {delivery{files: []string{""}, change: set("blobs.byteCount", nil)},
			"part_0_0001.csv has 0 bytes and its manifest says not how many: it is being written"},
		"a total that is not reached": {delivery{change: func(m object) { m["byteCount"] = 99; set("blobs.byteCount", nil)(m) }},
			"its files have 3 bytes and its manifest says 99: it is being written"},
		"a file that is not there": {delivery{change: set("blobs.blobName", delivery{run: "new"}.usual().folder()+"/part_1_0001.csv")},
			"part_1_0001.csv, which its manifest names, is not there"},
		"no rows":         {delivery{change: set("dataRowCount", 0)}, "it holds no rows"},
		"no rows in all":  {delivery{change: func(m object) { set("blobs.dataRowCount", 0)(m); delete(m, "dataRowCount") }}, "it holds no rows"},
		"no files":        {delivery{change: func(m object) { m["blobs"] = []object{}; m["blobCount"] = 0; m["byteCount"] = 0 }}, "it holds no rows"},
		"some days":       {delivery{days: "10-15"}, "it covers only 2026-10-10 to 2026-10-15; run the export for the whole of 2026-10"},
		"the first days":  {delivery{days: "01-15"}, "it covers only 2026-10-01 to 2026-10-15; run the export for the whole of 2026-10"},
		"several months":  {delivery{change: set("runInfo.endDate", "2026-11-30")}, "it covers 2026-10-01 to 2026-11-30; want a run for each month"},
		"a billing month": {delivery{days: "15-31", change: set("runInfo.endDate", "2026-11-14T00:00:00")}, "it covers 2026-10-15 to 2026-11-14; want a run for each month"},
	} {
		t.Run(name, func(t *testing.T) {
			c.d.run, c.d.submitted = "new", "2026-11-02T06:10:00Z"
			if c.d.files == nil {
				c.d.files = []string{"new"}
			}
			store := newFolderStore(t)
			deliver(t, store, c.d)
			source := store.source(t, below)
			_, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
			want := "source azure-ea: fetch 2026-10: not delivered yet: the run of acme-focus submitted 2026-11-02 06:10 UTC: " + c.want
			if err == nil || err.Error() != want || !errors.Is(err, ingest.ErrNotDelivered) {
				t.Errorf("alone: got  %v\nwant %s", err, want)
			}

			deliver(t, store, october("before"))
			got := fetchOnly(t, source)
			note := "the run of acme-focus submitted 2026-11-01 06:10 UTC is read; not delivered yet: " +
				"the run of acme-focus submitted 2026-11-02 06:10 UTC: " + c.want
			if contents(t, got) != "before" || got.Note != note || onlyExport(t, source).Note != note {
				t.Errorf("got %q and the notes %q, %q\nwant the run before and %q", contents(t, got), got.Note, onlyExport(t, source).Note, note)
			}

			deliver(t, store, delivery{run: "newer", submitted: "2026-11-03T06:10:00Z", files: []string{"after"}})
			if got := fetchOnly(t, source); contents(t, got) != "after" || got.Note != "" {
				t.Errorf("got %q and the note %q, want the run after and nothing to say", contents(t, got), got.Note)
			}
		})
	}
}

// TestARunThatCoversLessStandsBack has a month to date whose newest run ends a
// day earlier than the one before.
func TestARunThatCoversLessStandsBack(t *testing.T) {
	store := newFolderStore(t)
	deliver(t, store,
		delivery{days: "01-14", submitted: "2026-10-15T06:00:00Z", files: []string{"wider"}},
		delivery{days: "01-13", submitted: "2026-10-15T09:00:00Z", files: []string{"narrower"}},
	)
	got := fetchOnly(t, store.source(t, below))
	if contents(t, got) != "wider" || !strings.HasSuffix(got.Note, "it covers less than the run before it") {
		t.Errorf("got %q and the note %q, want the wider", contents(t, got), got.Note)
	}
	deliver(t, store, delivery{days: "01-15", submitted: "2026-10-16T06:00:00Z", files: []string{"a day later"}})
	if got := contents(t, fetchOnly(t, store.source(t, below))); got != "a day later" {
		t.Errorf("fetched %q, want the day later", got)
	}
}

func TestCountsThatAreNotKnown(t *testing.T) {
	store := newFolderStore(t)
	d := october("one", "two")
	d.change = func(m object) { // a null is how Microsoft writes that it has not counted
		m["dataRowCount"], m["byteCount"] = nil, nil
		delete(m, "blobCount")
		delete(m, "manifestVersion")
		for _, blob := range m["blobs"].([]object) {
			delete(blob, "byteCount")
			blob["dataRowCount"] = nil
		}
	}
	deliver(t, store, d)
	if got := fetchOnly(t, store.source(t, below)); contents(t, got) != "one two" || got.Rows != nil {
		t.Errorf("fetched %q of %v rows, want one two and no word of rows", contents(t, got), got.Rows)
	}
}

// TestRowsAreThoseOfTheCosts has a price sheet beside a pair.
func TestRowsAreThoseOfTheCosts(t *testing.T) {
	store := newFolderStore(t)
	deliver(t, store, half("ActualCost", "2026-11-01T06:10:00Z", "a", "b"), half("AmortizedCost", "2026-11-01T06:20:00Z", "c"),
		delivery{export: "acme-prices", dataset: "PriceSheet", files: []string{"prices"}})
	if got := fetchOnly(t, store.source(t, below)); got.Rows == nil || *got.Rows != 3 || len(got.Files) != 4 {
		t.Errorf("got %d files of %v rows, want four files and the three rows of the costs", len(got.Files), got.Rows)
	}
}

func TestTimesAsManifestsWriteThem(t *testing.T) {
	for _, c := range []struct{ submitted, start, end string }{
		{"2026-11-02T06:10:23.1234567Z", "2026-10-01T00:00:00", "2026-10-31T00:00:00"},
		{"2026-11-02T06:10:23Z", "2026-10-01T00:00:00Z", "2026-10-31T23:59:59Z"},
		{"2026-11-02T08:10:23+02:00", "2026-10-01T00:00:00+02:00", "2026-10-31T00:00:00+00:00"},
		{"2026-11-02T06:10:23.5", "2026-10-01", "2026-11-01"},
		{"2026-11-02 06:10:23", "20261001", ""},
	} {
		store := newFolderStore(t)
		d := delivery{run: "new", files: []string{"new"}}
		d.change = func(m object) {
			m["runInfo"] = object{"submittedTime": c.submitted, "runId": "new", "startDate": c.start, "endDate": c.end}
		}
		deliver(t, store, d, delivery{submitted: "2026-11-02T06:10:22Z", files: []string{"a second older"}})
		if got := contents(t, fetchOnly(t, store.source(t, below))); got != "new" {
			t.Errorf("%v: fetched %q, want new", c, got)
		}
	}
}

func TestTheFirstCheckReadsEachManifestAndTheNextOnesNone(t *testing.T) {
	store := newBlobStore(t)
	for i := range 14 {
		deliver(t, store, delivery{month: fmt.Sprintf("%d-%02d", 2025+(i+9)/12, (i+9)%12+1), submitted: "2026-11-20T06:00:00Z", files: []string{"a"}})
	}
	source := store.source(t, below)
	for _, want := range []int{1 + 14, 1} {
		store.Arrange()
		exports, err := source.Exports(t.Context())
		if err != nil || len(exports) != 14 {
			t.Fatalf("got %d months, %v; want 14", len(exports), err)
		}
		if requests := store.Asked(""); len(requests) != want {
			t.Errorf("took %d requests, want %d: %v", len(requests), want, requests)
		}
	}
}

func TestMoreBlobsThanOnePageLists(t *testing.T) {
	store := newBlobStore(t)
	store.server.page = 10
	for i := range 40 {
		store.put(t, fmt.Sprintf("exports/bills/acme-focus/left-over/%03d.csv", i), "a")
	}
	deliver(t, store, october("october"))
	if got := contents(t, fetchOnly(t, store.source(t, below))); got != "october" {
		t.Errorf("fetched %q, want october", got)
	}
}

// TestPlaceholdersOfFolders has the empty blobs that stand for folders where
// the account has a hierarchical namespace.
func TestPlaceholdersOfFolders(t *testing.T) {
	store := newBlobStore(t)
	deliver(t, store, october("october"))
	for folder := path.Join("exports", october().usual().folder()); folder != "exports"; folder = path.Dir(folder) {
		store.put(t, folder, "")
	}
	if got := contents(t, fetchOnly(t, store.source(t, azure.Config{Location: "exports"}))); got != "october" {
		t.Errorf("fetched %q, want october", got)
	}
}

func TestWhatIsThereInsteadOfABill(t *testing.T) {
	for _, c := range []struct {
		name, want string
		keys       map[string]string
	}{
		{"nothing", "nothing is there: in {exports/bills/}; check location, or wait for the export's first run",
			map[string]string{"exports/readme.txt": "by hand"}},
		{"files without a manifest", "no manifest.json is in {exports/bills/}, only files such as 000001.csv; only a manifest tells which files are a month: " +
			"set location to the folder that the export's folders are in, or create the export anew where it is too old to write one",
			map[string]string{"exports/bills/000001.csv": "a"}},
		{"another manifest", "no bill is in {exports/bills/}: {exports/bills/app/manifest.json} is no manifest of an export: it names neither an export nor files; " +
			"export FocusCost, or both ActualCost and AmortizedCost",
			map[string]string{"exports/bills/app/manifest.json": `{"name": "app"}`}},
		{"half a manifest", "no bill is in {exports/bills/}: {exports/bills/app/manifest.json} is no manifest of an export: unexpected end of JSON input; " +
			"export FocusCost, or both ActualCost and AmortizedCost",
			map[string]string{"exports/bills/app/manifest.json": `{"blobs": [`}},
		{"reservations alone", "no bill is in {exports/bills/}: export acme-ri is of ReservationDetails, which is not read; " +
			"export FocusCost, or both ActualCost and AmortizedCost",
			map[string]string{"exports/bills/acme-ri/manifest.json": `{"exportConfig": {"exportName": "acme-ri", "type": "ReservationDetails"}}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, store store) {
				if folder, isFolder := store.(*folderStore); isFolder {
					if err := os.MkdirAll(folder.dir+"/exports/bills", 0o755); err != nil {
						t.Fatal(err)
					}
				}
				for key, content := range c.keys {
					store.put(t, key, content)
				}
				_, err := store.source(t, below).Exports(t.Context())
				if want := urls(store, "source azure-ea: "+c.want); err == nil || err.Error() != want || !errors.Is(err, ingest.ErrSource) {
					t.Errorf("got  %v\nwant %s", err, want)
				}
			})
		})
	}
}

func TestWhatIsPassedOverIsTold(t *testing.T) {
	store := newFolderStore(t)
	deliver(t, store, october("october"), delivery{month: "2026-09", files: []string{"september"}},
		delivery{export: "acme-ri", dataset: "ReservationDetails", files: []string{"a"}},
		delivery{export: "acme-ri", dataset: "ReservationDetails", month: "2026-09", files: []string{"a"}},
		delivery{export: "acme-prices", dataset: "PriceSheet", scope: "/providers/Microsoft.Billing/billingAccounts/9", files: []string{"a"}})
	store.put(t, "exports/bills/app/manifest.json", "{}")
	exports, err := store.source(t, below).Exports(t.Context())
	if err != nil || len(exports) != 2 {
		t.Fatalf("got %d months, %v; want 2", len(exports), err)
	}
	want := "export acme-ri is of ReservationDetails, which is not read; " +
		store.url("exports/bills/") + "app/manifest.json is no manifest of an export: it names neither an export nor files; " +
		"price sheet acme-prices is of /providers/microsoft.billing/billingaccounts/9 and not of the costs' scope"
	if exports[0].Note != "" || exports[1].Note != want {
		t.Errorf("notes %q and %q\nwant none and %q", exports[0].Note, exports[1].Note, want)
	}
}

// urls replaces each {key} in text by its address in store.
func urls(store store, text string) string {
	return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllStringFunc(text, func(key string) string {
		return store.url(strings.Trim(key, "{}"))
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
