package aws_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws/s3test"
)

func TestFetchReadsWhatTheManifestNames(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		deliver(t, store, "2026-10", "one", "two")
		store.put(t, "exports/acme-focus/data/billing_period=2026-10/acme-focus-00003.csv.gz", "") // left by a longer month
		source := store.source(t, "exports", "acme-focus")
		var arrived int64
		delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), func(n int64) { arrived += n })
		if err != nil {
			t.Fatal(err)
		}
		if got := contents(t, delivery); got != "one two" {
			t.Errorf("fetched %q, want one two", got)
		}
		if delivery.Format != "aws_focus_1_2" || delivery.Encoding != "csv" {
			t.Errorf("got %s as %s, want aws_focus_1_2 as csv", delivery.Format, delivery.Encoding)
		}
		if arrived != 6 {
			t.Errorf("progress of %d bytes, want 6", arrived)
		}
		file, object := delivery.Files[0], "acme-focus/data/billing_period=2026-10/acme-focus-00001.csv.gz"
		if !strings.HasSuffix(file.Object, object) || file.Bytes != 3 || file.ETag == "" {
			t.Errorf("got %+v, want %s of 3 bytes and its ETag", file, object)
		}
	})
}

func TestFetchReadsOnlyTheNewestExecution(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		data := "exports/acme-cur2/data/BILLING_PERIOD=2026-10/"
		for _, execution := range []string{"2026-11-01T23:48:02.356Z-1", "2026-11-02T23:48:02.356Z-2"} {
			file := data + execution + "/acme-cur2-00001.snappy.parquet"
			store.put(t, file, execution)
			m := manifest("bill_payer_account_id line_item_line_item_type", "s3://acme-billing/"+file)
			store.put(t, "exports/acme-cur2/metadata/BILLING_PERIOD=2026-10/"+execution+"/acme-cur2-Manifest.json", m)
			store.put(t, "exports/acme-cur2/metadata/BILLING_PERIOD=2026-10/acme-cur2-Manifest.json", m)
		}
		source := store.source(t, "exports", "acme-cur2")
		delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := contents(t, delivery); got != "2026-11-02T23:48:02.356Z-2" {
			t.Errorf("fetched %q, want the second execution alone", got)
		}
		if delivery.Format != "aws_cur_2_0" || delivery.Encoding != "parquet" {
			t.Errorf("got %s as %s, want aws_cur_2_0 as parquet", delivery.Format, delivery.Encoding)
		}
	})
}

func TestFetchFollowsACopyOfTheBucket(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		store.put(t, "mirror/acme-focus/data/billing_period=2026-10/a.csv", "copied")
		store.put(t, "mirror/acme-focus/metadata/billing_period=2026-10/acme-focus-Manifest.json",
			manifest(focus12, "s3://payer-bucket/deep/down/acme-focus/data/billing_period=2026-10/a.csv"))
		if got := fetchOnly(t, store.source(t, "mirror", "acme-focus")); got != "copied" {
			t.Errorf("fetched %q, want copied", got)
		}
	})
}

func TestFetchKeepsFilesOfOneNameApart(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		data := "exports/acme-focus/data/billing_period=2026-10/"
		store.put(t, data+"a/part.csv", "first")
		store.put(t, data+"b/part.csv", "second")
		store.put(t, manifestKey("2026-10"), manifest(focus12, "s3://acme-billing/"+data+"a/part.csv", "s3://acme-billing/"+data+"b/part.csv"))
		if got := fetchOnly(t, store.source(t, "exports", "acme-focus")); got != "first second" {
			t.Errorf("fetched %q, want first second", got)
		}
	})
}

func TestFetchHoldsAMonthBackThatIsNotThere(t *testing.T) {
	for _, c := range []struct{ name, columns, file, content, want string }{
		{"no files", focus12, "", "", "source aws-payer: fetch 2026-10: not delivered yet: {exports/acme-focus/metadata/billing_period=2026-10/acme-focus-Manifest.json} names no files"},
		{"an empty file", focus12, "a.csv", "", "source aws-payer: fetch 2026-10: not delivered yet: {exports/acme-focus/data/billing_period=2026-10/a.csv} is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, store store) {
				var files []string
				if c.file != "" {
					key := "exports/acme-focus/data/billing_period=2026-10/" + c.file
					store.put(t, key, c.content)
					files = append(files, "s3://acme-billing/"+key)
				}
				store.put(t, manifestKey("2026-10"), manifest(c.columns, files...))
				err := fetchError(t, store.source(t, "exports", "acme-focus"))
				if want := urls(store, c.want); err.Error() != want {
					t.Errorf("got  %v\nwant %s", err, want)
				}
				if !errors.Is(err, ingest.ErrNotDelivered) {
					t.Errorf("%v is no ErrNotDelivered", err)
				}
			})
		})
	}
}

func TestFetchRefusesManifestsItCannotFollow(t *testing.T) {
	month := "s3://acme-billing/exports/acme-focus/data/billing_period=2026-10/"
	outside := "which is not in this export's data folder of 2026-10"
	for _, c := range []struct{ name, content, want string }{
		{"climbing out", manifest(focus12, month+"../../../../secret.csv"), outside},
		{"climbing out of a copy", manifest(focus12, "s3://other/acme-focus/data/billing_period=2026-10/../../a.csv"), outside},
		{"another folder", manifest(focus12, "s3://acme-billing/private/salaries.csv"), outside},
		{"another bucket's other folder", manifest(focus12, "s3://other/private/salaries.csv"), outside},
		{"another export", manifest(focus12, "s3://other/x/acme-cur2/data/billing_period=2026-10/a.csv"), outside},
		{"another month", manifest(focus12, "s3://other/acme-focus/data/billing_period=2026-09/a.csv"), outside},
		{"the folder itself", manifest(focus12, "s3://other/acme-focus/data/billing_period=2026-10/"), outside},
		{"a backslash", manifest(focus12, `s3://other/acme-focus/data/billing_period=2026-10/..\..\a.csv`), outside},
		{"a line end", manifest(focus12, "s3://other/acme-focus/data/billing_period=2026-10/a\n.csv"), outside},
		{"a local path", manifest(focus12, "/etc/passwd"), "which is no s3:// address"},
		{"another scheme", manifest(focus12, "file:///etc/passwd"), "which is no s3:// address"},
		{"a file twice", manifest(focus12, month+"a.csv", "s3://copy/acme-focus/data/billing_period=2026-10/a.csv"), "twice, which would count it twice"},
		{"a file that is not there", manifest(focus12, month+"gone.csv"), "gone.csv, which is not there"},
		{"two encodings", manifest(focus12, month+"a.csv", month+"b.parquet"), "names both Parquet and CSV files, such as a.csv and b.parquet"},
		{"an encoding not known", manifest(focus12, month+"a.csv.zip"), "names a.csv.zip; want .parquet, .csv.gz or .csv files"},
		{"no columns", manifest("", month+"a.csv"), "names no columns"},
		{"no manifest", "<html>", "is no manifest of Data Exports"},
		{"a list", "[]", "is no manifest of Data Exports"},
		{"nothing", "", "is no manifest of Data Exports"},
		{"a legacy report", `{"reportKeys": ["a.csv.gz"]}`, "found a legacy Cost and Usage Report; want"},
		{"recommendations", manifest("account_id recommendation_id", month+"a.csv"), "found COST_OPTIMIZATION_RECOMMENDATIONS; want"},
		{"emissions", manifest("payer_account_id total_mbm_emissions_value", month+"a.csv"), "found CARBON_EMISSIONS; want"},
		{"another table", manifest("colour weight", month+"a.csv"), "found a table with the columns colour, weight; want"},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, store store) {
				store.put(t, "exports/acme-focus/data/billing_period=2026-10/a.csv", "a")
				store.put(t, "exports/acme-focus/data/billing_period=2026-10/b.parquet", "b")
				store.put(t, manifestKey("2026-10"), c.content)
				err := fetchError(t, store.source(t, "exports", "acme-focus"))
				if !strings.Contains(err.Error(), c.want) || !errors.Is(err, ingest.ErrSource) {
					t.Errorf("got  %v\nwant %s", err, c.want)
				}
				if manifest := store.url(manifestKey("2026-10")); !strings.Contains(err.Error(), manifest) {
					t.Errorf("%v does not name %s", err, manifest)
				}
			})
		})
	}
}

func TestFetchTellsFocusVersionsApart(t *testing.T) {
	for columns, want := range map[string]string{
		"BilledCost SkuMeter":                      "aws_focus_1_2",
		"BilledCost Tags ServiceSubcategory":       "aws_focus_1_2",
		"BilledCost Tags x_UsageType x_Operation":  "aws_focus_1_0",
		"line_item_line_item_type line_item_usage": "aws_cur_2_0",
	} {
		store := &folderStore{dir: t.TempDir(), clock: s3test.FirstDelivery}
		file := "acme-focus/data/billing_period=2026-10/a.parquet"
		store.put(t, file, "PAR1")
		store.put(t, "acme-focus/metadata/billing_period=2026-10/acme-focus-Manifest.json", manifest(columns, "s3://b/"+file))
		source := store.source(t, "", "acme-focus")
		delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
		if err != nil || delivery.Format != want {
			t.Errorf("%s: got %q, %v; want %s", columns, delivery.Format, err, want)
		}
	}
}

func TestFetchFindsItsFilesAmongThousands(t *testing.T) {
	store := newS3Store(t)
	data := "exports/acme-focus/data/billing_period=2026-10/"
	var files []string
	for i := range 1100 {
		store.put(t, fmt.Sprintf("%sacme-focus-%05d.csv.gz", data, i), "x")
	}
	for _, i := range []int{0, 999, 1000, 1099} {
		files = append(files, fmt.Sprintf("s3://acme-billing/%sacme-focus-%05d.csv.gz", data, i))
	}
	store.put(t, manifestKey("2026-10"), manifest(focus12, files...))
	if got := fetchOnly(t, store.source(t, "exports", "acme-focus")); got != "x x x x" {
		t.Errorf("fetched %q, want four files", got)
	}
}

// fetchOnly fetches the only month and gives its files' contents.
func fetchOnly(t *testing.T, source ingest.Source) string {
	t.Helper()
	delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return contents(t, delivery)
}

// fetchError fetches the only month, which must fail and land nothing.
func fetchError(t *testing.T, source ingest.Source) error {
	t.Helper()
	landing := t.TempDir()
	_, err := source.Fetch(t.Context(), onlyExport(t, source), landing, nil)
	if err == nil {
		t.Fatal("fetched, want an error")
	}
	if left := mustReadDir(t, landing); len(left) > 0 {
		t.Errorf("left in the landing: %v", left)
	}
	return err
}

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

func mustReadDir(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return entries
}
