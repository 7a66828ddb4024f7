package aws_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws/s3test"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

func TestExportsListsTheMonthsInOrder(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		deliver(t, store, "2026-10", "october")
		deliver(t, store, "2025-12", "december")
		store.put(t, "exports/acme-focus/metadata/billing_period=2026-10/acme-focus-Manifest-FOCUS.json", "{}")
		store.put(t, "exports/acme-focus/metadata/billing_period=2026-10/2026-11-01T23:48:02.356Z-1/acme-focus-Manifest.json", "{}")
		store.put(t, "exports/acme-focus/metadata/billing_period=2026-13/acme-focus-Manifest.json", "{}")
		store.put(t, "exports/acme-focus/metadata/readme.txt", "by hand")
		store.put(t, "exports/acme-focus-2/metadata/billing_period=2026-09/acme-focus-2-Manifest.json", "{}")

		exports, err := store.source(t, "exports", "acme-focus").Exports(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := sliceNames(exports); got != "2025-12 2026-10" {
			t.Errorf("slices %s, want 2025-12 2026-10", got)
		}
		if got := exports[1].Ref; !strings.HasSuffix(manifestKey("2026-10"), got) {
			t.Errorf("ref %s, want the manifest of the month's own folder", got)
		}
		if got := exports[1].Period.String(); got != "2026-10" {
			t.Errorf("period %s, want 2026-10", got)
		}
	})
}

func TestTwoCasingsOfAMonthAreOneMonth(t *testing.T) {
	upper := "exports/acme-focus/metadata/BILLING_PERIOD=2026-10/acme-focus-Manifest.json"
	store := newS3Store(t) // not every file system keeps casings apart
	source := store.source(t, "exports", "acme-focus")
	deliver(t, store, "2026-10", "lower case")
	store.put(t, upper, manifest(focus12, "s3://acme-billing/exports/acme-focus/data/BILLING_PERIOD=2026-10/a.parquet"))
	if got := onlyExport(t, source).Ref; got != upper {
		t.Errorf("took %s, want the newer, in upper case", got)
	}
	deliver(t, store, "2026-10", "lower case again")
	if got := onlyExport(t, source).Ref; got != manifestKey("2026-10") {
		t.Errorf("took %s, want the newer, in lower case", got)
	}
}

func TestAnEmptyPrefixIsTheTopOfTheBucket(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		store.put(t, "acme-focus/data/billing_period=2026-10/a.csv", "top")
		store.put(t, "acme-focus/metadata/billing_period=2026-10/acme-focus-Manifest.json",
			manifest(focus12, "s3://acme-billing/acme-focus/data/billing_period=2026-10/a.csv"))
		if got := fetchOnly(t, store.source(t, "", "acme-focus")); got != "top" {
			t.Errorf("fetched %q, want top", got)
		}
	})
}

func TestKeysThatBeginWithASlash(t *testing.T) {
	store := newS3Store(t)
	key := "/acme-focus/metadata/billing_period=2026-10/acme-focus-Manifest.json"
	store.put(t, key, manifest(focus12))
	if got := onlyExport(t, store.source(t, "", "acme-focus")).Ref; got != key {
		t.Errorf("found %s, want %s", got, key)
	}
}

func TestMoreManifestsThanOnePageLists(t *testing.T) {
	store := newS3Store(t)
	for i := range 1100 {
		execution := fmt.Sprintf("2025-10-01T00:00:00.%04dZ-1", i)
		store.put(t, "exports/acme-focus/metadata/BILLING_PERIOD=2025-10/"+execution+"/acme-focus-Manifest.json", "{}")
	}
	deliver(t, store, "2026-10", "october")
	exports, err := store.source(t, "exports", "acme-focus").Exports(t.Context())
	if err != nil || sliceNames(exports) != "2026-10" {
		t.Errorf("got %s, %v; want 2026-10", sliceNames(exports), err)
	}
}

func TestAnAbsentExportSaysWhatIsThere(t *testing.T) {
	for _, c := range []struct {
		name, prefix, export string
		keys                 []string
		want                 string
	}{
		{
			"a misspelt name", "exports", "acme-fokus",
			[]string{"exports/acme-cur2/metadata/BILLING_PERIOD=2026-10/x.json", "exports/acme-focus/metadata/billing_period=2026-10/x.json", "exports/notes/a.txt"},
			"source aws-payer: no export acme-fokus in {exports/}, but acme-cur2, acme-focus; set export to the one you mean",
		},
		{
			"nothing there", "exports", "acme-focus", []string{"exports/notes/a.txt"},
			"source aws-payer: no export acme-focus in {exports/}, nor any other; check location, or wait for the first delivery, which takes up to 24 hours",
		},
		{
			"a location one folder too deep", "exports/acme-focus", "acme-focus",
			[]string{"exports/acme-focus/metadata/billing_period=2026-10/acme-focus-Manifest.json"},
			"source aws-payer: no export acme-focus in {exports/acme-focus/}: this is an export's own folder; set location to the folder above it",
		},
		{
			"a copy of the data alone", "exports", "acme-cur", []string{"exports/acme-cur/data/BILLING_PERIOD=2026-10/a.csv.gz"},
			"source aws-payer: no export acme-cur in {exports/}: its folder is there with neither a metadata folder, as Data Exports writes, " +
				"nor folders of months such as 20261001-20261101, as the legacy Cost and Usage Report does; " +
				"set manifest: none if it is a copy of the data folder alone",
		},
		{
			"a misspelt name beside a report", "exports", "acme-fokus", []string{"exports/acme-cur/20261001-20261101/acme-cur-Manifest.json"},
			"source aws-payer: no export acme-fokus in {exports/}, but acme-cur; set export to the one you mean",
		},
		{
			"a report's own folder", "exports/acme-cur", "acme-cur", []string{"exports/acme-cur/20261001-20261101/acme-cur-Manifest.json"},
			"source aws-payer: no export acme-cur in {exports/acme-cur/}: this is an export's own folder; set location to the folder above it",
		},
		{
			"a report whose manifests are missing", "exports", "acme-cur", []string{"exports/acme-cur/20261001-20261101/acme-cur-00001.csv.gz"},
			"source aws-payer: no <dates>/acme-cur-Manifest.json in {exports/acme-cur/}, only folders of months; " +
				"wait for the report's first delivery, or check that the manifests were copied too",
		},
		{
			"both kinds under one name", "exports", "acme-cur",
			[]string{"exports/acme-cur/20261001-20261101/acme-cur-Manifest.json", "exports/acme-cur/metadata/BILLING_PERIOD=2026-10/acme-cur-Manifest.json"},
			"source aws-payer: {exports/acme-cur/} holds both an export of Data Exports and a legacy Cost and Usage Report: " +
				"found 20261001-20261101, metadata; deliver one of them under another name or prefix, or move what is no longer delivered",
		},
		{
			"recommendations", "exports", "acme-hub", []string{"exports/acme-hub/metadata/date=2026-10-31/acme-hub-Manifest.json"},
			"source aws-payer: {exports/acme-hub/metadata/}: found COST_OPTIMIZATION_RECOMMENDATIONS; " +
				"want an export of FOCUS 1.2 (FOCUS_1_2_AWS) or CUR 2.0 (COST_AND_USAGE_REPORT)",
		},
		{
			"no delivery yet", "exports", "acme-focus", []string{"exports/acme-focus/metadata/aws-programmatic-access-test-object"},
			"source aws-payer: no BILLING_PERIOD=<month>/acme-focus-Manifest.json in {exports/acme-focus/metadata/}, " +
				"only aws-programmatic-access-test-object; wait for the export's first delivery",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, store store) {
				for _, key := range c.keys {
					store.put(t, key, "{}")
				}
				_, err := store.source(t, c.prefix, c.export).Exports(t.Context())
				if want := urls(store, c.want); err == nil || err.Error() != want {
					t.Errorf("got  %v\nwant %s", err, want)
				}
				if !errors.Is(err, ingest.ErrSource) {
					t.Errorf("%v is no ErrSource", err)
				}
			})
		})
	}
}

func TestAnAbsentExportWhereListingIsLimited(t *testing.T) {
	store := newS3Store(t)
	store.put(t, "exports/acme-focus/metadata/", "")      // as the S3 console makes a folder
	store.Arrange(&sourcetest.Fault{In: "GET", Times: 2}, // the listings of metadata/ and of the folders
		&sourcetest.Fault{In: "GET", Times: 1, Happen: s3test.Refuse(403, "AccessDenied", "Access Denied")})
	_, err := store.source(t, "exports", "acme-focus").Exports(t.Context())
	want := "source aws-payer: no export acme-focus in s3://acme-billing/exports/, and no telling what is: " +
		"list s3://acme-billing/exports/: access denied; allow s3:ListBucket on the bucket for this prefix (AccessDenied, request 4442587FB7D0A2F9)"
	if err == nil || err.Error() != want || !errors.Is(err, ingest.ErrSource) {
		t.Errorf("got  %v\nwant %s", err, want)
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

func versionOf(t *testing.T, source ingest.Source) string {
	t.Helper()
	return onlyExport(t, source).Version
}
