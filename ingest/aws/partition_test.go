package aws_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/ingest/aws/s3test"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// copied is a copy of the data folder alone, as a replication that leaves the
// metadata out makes: keys below data/ and what they hold.
func copied(t *testing.T, files map[string]string) (*folderStore, ingest.Source) {
	t.Helper()
	store := &folderStore{dir: t.TempDir(), clock: s3test.FirstDelivery}
	for key, content := range files {
		store.put(t, "cur2/111122223333/acme-cur2/data/"+key, content)
	}
	config := aws.Config{Location: "file:" + store.dir + "/cur2/111122223333", Export: "acme-cur2", Manifest: "none"}
	return store, open(t, config)
}

const curText = "line_item_line_item_type,line_item_unblended_cost\nUsage,1\n"

func TestWithoutAManifestAMonthIsWhatItsFolderHolds(t *testing.T) {
	_, source := copied(t, map[string]string{
		"BILLING_PERIOD=2026-09/2026-10-03T04:48:02.481Z-1/acme-cur2-00001.csv": "BilledCost\n1\n",
		"BILLING_PERIOD=2026-10/acme-cur2-00001.csv":                            curText,
		"BILLING_PERIOD=2026-10/acme-cur2-00002.csv":                            curText,
		"BILLING_PERIOD=2026-10/acme-cur2-00003.csv":                            "", // left by a longer month
		"notes.txt": "by hand",
	})
	exports, err := source.Exports(t.Context())
	if err != nil || sliceNames(exports) != "2026-09 2026-10" {
		t.Fatalf("got %s, %v; want 2026-09 2026-10", sliceNames(exports), err)
	}
	for i, want := range []struct{ format, content string }{{"aws_focus_1_0", "BilledCost\n1\n"}, {"aws_cur_2_0", curText + " " + curText}} {
		delivery, err := source.Fetch(t.Context(), exports[i], t.TempDir(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if delivery.Format != want.format || contents(t, delivery) != want.content {
			t.Errorf("%s: got %s with %q; want %s with %q", exports[i].Slice, delivery.Format, contents(t, delivery), want.format, want.content)
		}
		if delivery.Note != "completeness not verified: no manifest" {
			t.Errorf("%s: note %q", exports[i].Slice, delivery.Note)
		}
	}
}

func TestWithoutAManifestTheVersionIsTheFiles(t *testing.T) {
	store, source := copied(t, map[string]string{"BILLING_PERIOD=2026-10/a.csv": curText})
	first, again := versionOf(t, source), versionOf(t, source)
	if first != again {
		t.Errorf("versions %q and %q of one delivery", first, again)
	}
	store.put(t, "cur2/111122223333/acme-cur2/data/BILLING_PERIOD=2026-10/b.csv", curText)
	if changed := versionOf(t, source); changed == first {
		t.Errorf("version %q also with a file more", changed)
	}
}

func TestWithoutAManifestAnAmbiguousMonthIsRefused(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
		is    error
	}{
		{"two executions", map[string]string{"BILLING_PERIOD=2026-10/1/a.csv": curText, "BILLING_PERIOD=2026-10/2/a.csv": curText},
			"has files of 2026-10 in 2 folders", ingest.ErrSource},
		{"an execution beside files", map[string]string{"BILLING_PERIOD=2026-10/a.csv": curText, "BILLING_PERIOD=2026-10/2/a.csv": curText},
			"has files of 2026-10 in 2 folders", ingest.ErrSource},
		{"two formats", map[string]string{"BILLING_PERIOD=2026-10/a.csv": curText, "BILLING_PERIOD=2026-10/a.parquet": "PAR1"},
			"acme-cur2/data/BILLING_PERIOD=2026-10/ names both Parquet and CSV files", ingest.ErrSource},
		{"a file of another kind", map[string]string{"BILLING_PERIOD=2026-10/a.csv": curText, "BILLING_PERIOD=2026-10/_SUCCESS": "x"},
			"_SUCCESS", ingest.ErrSource},
		{"empty files alone", map[string]string{"BILLING_PERIOD=2026-10/a.csv": ""}, "no file of 2026-10", ingest.ErrNotDelivered},
		{"columns of another table", map[string]string{"BILLING_PERIOD=2026-10/a.csv": "colour\nred\n"}, "found a table with the columns colour", ingest.ErrSource},
		{"no Parquet", map[string]string{"BILLING_PERIOD=2026-10/a.parquet": "not at all"}, "read the columns of", ingest.ErrReconcile},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, source := copied(t, c.files)
			_, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
			if !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v; want %s", err, c.want)
			}
		})
	}
}

func TestWithoutAManifestThereMustBeAMonth(t *testing.T) {
	_, source := copied(t, map[string]string{"date=2026-10-01/a.csv": curText})
	_, err := source.Exports(t.Context())
	if !errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(), "its folder is there without a data folder that has months") {
		t.Errorf("got %v; want that no month is there", err)
	}
}

func TestARefusedListingIsNoMissingManifest(t *testing.T) {
	store := newS3Store(t)
	store.put(t, "exports/acme-focus/data/billing_period=2026-10/a.csv", curText)
	store.Arrange(&sourcetest.Fault{In: "metadata/", Times: 1, Happen: s3test.Refuse(403, "AccessDenied", "Access Denied")})
	_, err := store.source(t, "exports", "acme-focus").Exports(t.Context())
	if !errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(), "access denied; allow s3:ListBucket") {
		t.Errorf("got %v; want a refusal", err)
	}
}
