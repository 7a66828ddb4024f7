package ingest_test

import (
	"strings"
	"testing"
)

const fileTotals = `select Object, BillingCurrency, Lines, cost(SourceCost) from import_file_total order by all`

func TestEachFileIsTotalled(t *testing.T) {
	inRupees := func(text string) string { return strings.ReplaceAll(text, "USD", "INR") }
	files := map[string]string{
		"part-00001.csv": focusHeader + focusLine("1.25") + focusLine("2") + inRupees(focusLine("80")),
		"part-00002.csv": focusHeader + strings.Replace(focusLine("-0.000000000000000001"), "Amazon Elastic Compute Cloud", "\"Elastic\nand \"\"more\"\"\nof it\"", 1),
		"part-00003.csv": focusHeader,
	}
	const want = "part-00001.csv | INR | 1 | 80\npart-00001.csv | USD | 2 | 3.25\npart-00002.csv | USD | 1 | -0.000000000000000001\n"
	const lost = `select BillingCurrency, sum(SourceCost) from import_file_total group by all
		except select BillingCurrency, sum(SourceCost) from import_total group by all`

	for _, format := range []string{"aws_focus_1_2", "focus_1_2", "azure_focus_1_2"} {
		db := openWithCost(t)
		source := &folder{format: format, encoding: "csv", version: "v1", files: files}
		if _, err := run(t, db, source); err != nil {
			t.Fatal(err)
		}
		if got := query(t, db, fileTotals); got != want {
			t.Errorf("%s: got\n%swant\n%s", format, got, want)
		}
		if got := query(t, db, lost); got != "" {
			t.Errorf("%s: the files total to %s; the import does not", format, got)
		}
	}
}

func TestFilesOfACURAreTotalledOnTheBasisOfTheirPayer(t *testing.T) {
	db := openWithCost(t)
	source := &folder{format: "aws_cur_2_0", encoding: "parquet", version: "v1", files: map[string]string{
		"a.snappy.parquet": parquet(t, curFile(twoBases[:5])),
		"b.snappy.parquet": parquet(t, curFile(twoBases[5:])),
	}}
	if _, err := run(t, db, source); err != nil {
		t.Fatal(err)
	}
	// 9 + 3.6 - 3.6 + 2.7 net and 20 unblended; 0.12 - 2 unblended.
	if got, want := query(t, db, fileTotals), "a.snappy.parquet | USD | 5 | 31.7\nb.snappy.parquet | USD | 3 | -1.88\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
