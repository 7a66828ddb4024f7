package aws_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// reportManifest writes what AWS writes beside a month of a legacy report.
func reportManifest(bucket, month, next, assembly string, keys ...string) string {
	content, _ := json.Marshal(map[string]any{
		"assemblyId": assembly, "account": "111122223333", "charset": "UTF-8", "compression": "GZIP", "contentType": "text/csv",
		"reportName": "acme-cur", "bucket": bucket, "reportKeys": keys,
		"billingPeriod": map[string]string{"start": month + "T000000.000Z", "end": next + "T000000.000Z"},
		"columns":       []map[string]string{{"category": "lineItem", "name": "UnblendedCost", "type": "OptionalBigDecimal"}},
	})
	return string(content)
}

const (
	october         = "exports/acme-cur/20261001-20261101/"
	octoberManifest = october + "acme-cur-Manifest.json"
)

func octoberOf(assembly string, keys ...string) string {
	return reportManifest("acme-billing", "20261001", "20261101", assembly, keys...)
}

func TestALegacyReportIsFoundByItsFolders(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		for _, month := range []string{"20261001-20261101", "20251201-20260101"} {
			store.put(t, "exports/acme-cur/"+month+"/acme-cur-Manifest.json", "{}")
		}
		for _, other := range []string{
			"exports/acme-cur/20260901-20261001/acme-cur-00001.csv.gz",                    // no manifest yet
			"exports/acme-cur/20261015-20261101/acme-cur-Manifest.json",                   // no month
			"exports/acme-cur/20261001-20261201/acme-cur-Manifest.json",                   // two months
			"exports/acme-cur/cost_and_usage_data_status/part.parquet",                    // what Athena is told
			"exports/acme-cur/20260801-20260901/3f/acme-cur-Manifest.json",                // an assembly alone
			"exports/acme-cur/20260701-20260801/other-Manifest.json",                      // another report
			"exports/acme-cur-2/20260601-20260701/acme-cur-2-Manifest.json",               // a name that begins alike
			"exports/acme-focus/metadata/billing_period=2026-06/acme-focus-Manifest.json", // the other kind under its own name
		} {
			store.put(t, other, "{}")
		}
		exports, err := store.source(t, "exports", "acme-cur").Exports(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := sliceNames(exports); got != "2025-12 2026-10" {
			t.Errorf("slices %s, want 2025-12 2026-10", got)
		}
	})
}

func TestALegacyReportIsAllFilesOfTheAssemblyThatItsMonthNames(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		for _, assembly := range []string{"3f-1", "20261102T053621Z"} {
			var keys []string
			for _, file := range []string{"acme-cur-00001.csv.gz", "acme-cur-00002.csv.gz"} {
				store.put(t, october+assembly+"/"+file, assembly+file[9:14])
				keys = append(keys, october+assembly+"/"+file)
			}
			store.put(t, october+assembly+"/acme-cur-Manifest.json", octoberOf(assembly, keys...))
			store.put(t, octoberManifest, octoberOf(assembly, keys...))
		}
		source := store.source(t, "exports", "acme-cur")
		delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := contents(t, delivery); got != "20261102T053621Z00001 20261102T053621Z00002" {
			t.Errorf("fetched %q, want both files of the second assembly alone", got)
		}
		if delivery.Format != "aws_cur_legacy" || delivery.Encoding != "csv" {
			t.Errorf("got %s as %s, want aws_cur_legacy as csv", delivery.Format, delivery.Encoding)
		}
	})
}

func TestWhereALegacyReportHasItsFiles(t *testing.T) {
	for _, c := range []struct{ name, bucket, key, file, encoding string }{
		{"overwritten", "acme-billing", october + "acme-cur-00001.csv.gz", "", "csv"},
		{"zip", "acme-billing", october + "3f/acme-cur-00001.csv.zip", "", "csv"},
		{"for Athena", "acme-billing", "exports/acme-cur/acme-cur/year=2026/month=10/acme-cur-00001.snappy.parquet", "", "parquet"},
		{"a copy of the bucket", "payer", "deep/down/acme-cur/20261001-20261101/3f/a.csv.gz", october + "3f/a.csv.gz", "csv"},
		{"a copy for Athena", "payer", "acme-cur/acme-cur/year=2026/month=10/a.parquet", "exports/acme-cur/acme-cur/year=2026/month=10/a.parquet", "parquet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, store store) {
				if c.file == "" {
					c.file = c.key
				}
				store.put(t, c.file, "october")
				store.put(t, octoberManifest, reportManifest(c.bucket, "20261001", "20261101", "3f", c.key))
				source := store.source(t, "exports", "acme-cur")
				delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
				if err != nil {
					t.Fatal(err)
				}
				if got := contents(t, delivery); got != "october" || delivery.Encoding != c.encoding {
					t.Errorf("fetched %q as %s, want october as %s", got, delivery.Encoding, c.encoding)
				}
			})
		})
	}
}

func TestTheManifestOfAReportForAthenaMayLieBesideItsFiles(t *testing.T) {
	const athena = "exports/acme-cur/acme-cur/year=2026/month=10/"
	eachStore(t, func(t *testing.T, store store) {
		store.put(t, athena+"acme-cur-00001.snappy.parquet", "first")
		store.put(t, athena+"acme-cur-Manifest.json", octoberOf("3f", athena+"acme-cur-00001.snappy.parquet"))
		for _, other := range []string{
			"exports/acme-cur/acme-cur/year=2026/month=09/acme-cur-Manifest.json", // not as AWS writes months
			"exports/acme-cur/acme-cur/year=2026/month=13/acme-cur-Manifest.json",
			"exports/acme-cur/acme-cur/year=2026/acme-cur-Manifest.json",
			"exports/acme-cur/acme-cur/year=2026/month=8/other-Manifest.json",
			"exports/acme-cur/acme-cur/year=2026/month=8/3f/acme-cur-Manifest.json",
			"exports/acme-cur/acme-cur/cost_and_usage_data_status/part.parquet",
		} {
			store.put(t, other, "{}")
		}
		source := store.source(t, "exports", "acme-cur")
		delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := contents(t, delivery); got != "first" || delivery.Format != "aws_cur_legacy" || delivery.Encoding != "parquet" {
			t.Errorf("fetched %q, %s as %s; want first, aws_cur_legacy as parquet", got, delivery.Format, delivery.Encoding)
		}

		// Once there are two manifests, the newer one counts.
		store.put(t, athena+"acme-cur-00002.snappy.parquet", "second")
		store.put(t, octoberManifest, octoberOf("3f", athena+"acme-cur-00002.snappy.parquet"))
		if export := onlyExport(t, source); !strings.HasSuffix(octoberManifest, export.Ref) {
			t.Errorf("took %s, want the newer one", export.Ref)
		}
		store.put(t, athena+"acme-cur-Manifest.json", octoberOf("3f", athena+"acme-cur-00001.snappy.parquet", athena+"acme-cur-00002.snappy.parquet"))
		if got := fetchOnly(t, source); got != "first second" {
			t.Errorf("fetched %q, want both files of the newest manifest", got)
		}
	})
}

func TestALegacyReportThatCannotBeFollowed(t *testing.T) {
	outside := "which is neither in this report's folder of 2026-10 nor in that of its assembly 3f"
	for _, c := range []struct{ name, content, want string }{
		{"no JSON", "<html>", "is no manifest of a Cost and Usage Report"},
		{"another month", reportManifest("acme-billing", "20260901", "20261001", "3f", october+"a.csv.gz"), `is of the period from "20260901T000000.000Z"`},
		{"two months", reportManifest("acme-billing", "20261001", "20261201", "3f", october+"a.csv.gz"), `to "20261201T000000.000Z"; want 20261001T000000.000Z to 20261101T000000.000Z`},
		{"no month", `{"reportKeys": ["a.csv.gz"]}`, `is of the period from "" to ""`},
		{"another charset", strings.Replace(octoberOf("3f", october+"a.csv.gz"), "UTF-8", "UTF-16", 1), `has the charset "UTF-16"; want UTF-8`},
		{"another assembly", octoberOf("3f", october+"4a/a.csv.gz"), outside},
		{"climbing out", octoberOf("3f", october+"../../secret.csv.gz"), outside},
		{"climbing out by the assembly", octoberOf("../../x", october+"../../x/secret.csv.gz"), "which is neither"},
		{"another folder of the bucket", octoberOf("3f", "private/salaries.csv.gz"), outside},
		{"another month's file", octoberOf("3f", "exports/acme-cur/20260901-20261001/a.csv.gz"), outside},
		{"another month of Athena", octoberOf("3f", "exports/acme-cur/acme-cur/year=2026/month=1/a.parquet"), outside},
		{"another report of the same bucket", octoberOf("3f", "other/acme-cur/20261001-20261101/a.csv.gz"), outside},
		{"an address", octoberOf("3f", "s3://acme-billing/"+october+"a.csv.gz"), outside},
		{"a file twice", octoberOf("3f", october+"a.csv.gz", october+"a.csv.gz"), "twice, which would count it twice"},
		{"a file that is not there", octoberOf("3f", october+"gone.csv.gz"), "gone.csv.gz, which is not there"},
		{"two encodings", octoberOf("3f", october+"a.csv.gz", october+"b.parquet"), "names both Parquet and CSV files"},
		{"an encoding not known", octoberOf("3f", october+"a.rar"), "names a.rar; want .zip, .parquet, .csv.gz or .csv files"},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := newS3Store(t)
			store.put(t, october+"a.csv.gz", "a")
			store.put(t, october+"b.parquet", "b")
			store.put(t, octoberManifest, c.content)
			err := fetchError(t, store.source(t, "exports", "acme-cur"))
			if !strings.Contains(err.Error(), c.want) || !errors.Is(err, ingest.ErrSource) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestALegacyReportThatIsNotCompleteIsHeldBack(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"no files", octoberOf("3f"), "names no files"},
		{"an empty file", octoberOf("3f", october+"empty.csv.gz"), "empty.csv.gz is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := newS3Store(t)
			store.put(t, october+"empty.csv.gz", "")
			store.put(t, octoberManifest, c.content)
			err := fetchError(t, store.source(t, "exports", "acme-cur"))
			if !errors.Is(err, ingest.ErrNotDelivered) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v; want not delivered yet: %s", err, c.want)
			}
		})
	}
}
