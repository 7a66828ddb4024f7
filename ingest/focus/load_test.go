package focus_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/focus"
)

func TestMonthsAreKnownByTheirPathsOrTheirRows(t *testing.T) {
	for _, name := range []string{
		"2026-10.csv", "202610.csv", "invoice_2026-10_final.csv", "snowfall.2026.10.csv", "Usage 2026_10.CSV",
		"2026-10/a.csv", "billing_period=2026-10/a.csv", "BILLING_PERIOD=2026-10-01/invoice.csv", "2026/10/usage.csv",
		"year=2026/month=10/usage.csv", "year=2026/month=10/day.csv", "20261001-20261101/part-1.csv", "invoice.csv",
		"invoice-2026-11-05.csv", "20261105.csv", "acme-2026-10/created-2026-11.csv", "2026-10/2026-11-05/usage.csv",
	} {
		t.Run(name, func(t *testing.T) {
			v := &vendor{dir: t.TempDir(), clock: firstDelivery}
			v.put(t, name, bill("2026-10", "1.5", "2"))
			exports, err := v.source(t, "vendor", focus.Config{}).Exports(t.Context())
			if err != nil || len(exports) != 1 || exports[0].Slice != "2026-10" || exports[0].Period.String() != "2026-10" {
				t.Errorf("got %v %v; want the month 2026-10", exports, err)
			}
		})
	}
}

func TestEveryEncodingIsRead(t *testing.T) {
	text := bill("2026-10", "0.1", "1.81E-8", "-3")
	for name, content := range map[string]string{
		"2026-10.csv":     text,
		"2026-10.csv.gz":  gzipped(t, text),
		"2026-10.csv.zip": zipped(t, text),
		"invoice.zip":     zipped(t, text),
		"invoice.csv.gz":  gzipped(t, text),
		"2026-10.parquet": parquet(t, text),
		"invoice.parquet": parquet(t, text),
	} {
		t.Run(name, func(t *testing.T) {
			v := newVendor(t)
			v.put(t, name, content)
			if got, err := v.load(t, focus.Config{}); err != nil || got != "2026-10 loaded USD -2.8999999819\n" {
				t.Errorf("got %s %v", got, err)
			}
			v.asks(t, "select Provider, Format, Encoding, RawRows, Note from import", `{"Provider":"focus","Format":"focus_1_0","Encoding":"`+
				map[bool]string{true: "parquet", false: "csv"}[strings.HasSuffix(name, ".parquet")]+`","RawRows":3,"Note":"FOCUS 1.0, recognised by its columns"}`)
		})
	}
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	file, err := w.Create("inside.csv")
	if err == nil {
		_, err = file.Write([]byte(text))
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// parquet is the CSV text as a Parquet file with numbers and times in types of
// their own.
func parquet(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "in.csv"), filepath.Join(dir, "out.parquet")
	if err := os.WriteFile(from, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	const typed = `copy (select * replace (BilledCost::double as BilledCost, EffectiveCost::decimal(20, 9) as EffectiveCost,
		ListCost::double as ListCost, BillingPeriodStart::timestamp as BillingPeriodStart, ChargePeriodStart::timestamp as ChargePeriodStart)
		from read_csv('%s', all_varchar = true)) to '%s' (format parquet)`
	if _, err := newVendor(t).db.Exec(fmt.Sprintf(typed, from, to)); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestPartsOfAFolderAreOneMonth(t *testing.T) {
	v := newVendor(t)
	v.put(t, "2026-10/part-1.csv", bill("2026-10", "1"))
	v.put(t, "2026-10/part-2.csv", bill("2026-10", "2"))
	v.put(t, "2026-09.csv", bill("2026-09", "7"))
	v.put(t, "README.md", "what this is")
	v.put(t, "2026-10/.part-3.csv.swp", "half")
	v.put(t, "2026-10/_SUCCESS", "")
	if got, err := v.load(t, focus.Config{}); err != nil || got != "2026-09 loaded USD 7\n2026-10 loaded USD 3\n" {
		t.Errorf("got %s %v", got, err)
	}
}

func TestAFileReplacedAddedOrRemovedRestatesItsMonth(t *testing.T) {
	v := newVendor(t)
	v.put(t, "2026-09.csv", bill("2026-09", "7"))
	v.put(t, "2026-10/a.csv", bill("2026-10", "1"))
	for _, step := range []struct {
		name string
		do   func()
		want string
	}{
		{"first", func() {}, "2026-09 loaded USD 7\n2026-10 loaded USD 1\n"},
		{"nothing", func() {}, "2026-09 unchanged\n2026-10 unchanged\n"},
		{"replaced", func() { v.put(t, "2026-10/a.csv", bill("2026-10", "4")) }, "2026-09 unchanged\n2026-10 loaded USD 4\n"},
		{"added", func() { v.put(t, "2026-10/b.csv", bill("2026-10", "2")) }, "2026-09 unchanged\n2026-10 loaded USD 6\n"},
		{"removed", func() { os.Remove(filepath.Join(v.dir, "2026-10/a.csv")) }, "2026-09 unchanged\n2026-10 loaded USD 2\n"},
	} {
		step.do()
		if got, err := v.load(t, focus.Config{}); err != nil || got != step.want {
			t.Errorf("%s: got %s %v; want %s", step.name, got, err, step.want)
		}
	}
	v.asks(t, "select sum(BilledCost) as Billed, count(*) as Charges from cost", `{"Billed":9.000000000000000000,"Charges":2}`)
	v.asks(t, "select OldBilledCost::integer as Old, NewBilledCost::integer as New from restatement order by RestatedAt",
		`{"Old":1,"New":4}
{"Old":4,"New":6}
{"Old":6,"New":2}`)
}

func TestWhatCouldCountTwiceIsRefused(t *testing.T) {
	db := newVendor(t).db
	october := bill("2026-10", "1")
	for _, test := range []struct {
		name  string
		files map[string]string
		says  string
	}{
		{"two files of a month", map[string]string{"usage-2026-10.csv": october, "usage-2026-10-v2.csv": bill("2026-10", "2")},
			"usage-2026-10-v2.csv and usage-2026-10.csv are both 2026-10: set layout: parts if the month is both together, or layout: newest"},
		{"a file and a folder", map[string]string{"2026-10/a.csv": october, "2026-10.csv": bill("2026-10", "2")}, "are both 2026-10"},
		{"two runs in a folder", map[string]string{"2026-10/run1/a.csv": october, "2026-10/run2/a.csv": bill("2026-10", "2")},
			"2026-10/run1/ and 2026-10/run2/ are both 2026-10"},
		{"two files without a month", map[string]string{"a.csv": october, "b.csv": bill("2026-10", "2")}, "a.csv and b.csv are both 2026-10"},
		{"days", map[string]string{"2026-10-05.csv": october, "2026-10-06.csv": bill("2026-10", "2")}, "are both 2026-10"},
		{"a copy", map[string]string{"2026-10/a.csv": october, "2026-10/a (1).csv": october},
			"2026-10/a (1).csv and 2026-10/a.csv are the same file twice; keep one"},
		{"CSV and Parquet", map[string]string{"2026-10/a.csv": october, "2026-10/a.parquet": "PAR1"}, "are one month as CSV and as Parquet"},
		{"two months in a name", map[string]string{"2026-09-2026-10.csv": october}, "names the months 2026-09 and 2026-10"},
		{"two months in a file", map[string]string{"all.csv": october + line("2026-11", "2")},
			"all.csv holds the billing periods 2026-10 and 2026-11; write one file for each month"},
		{"a row of another month", map[string]string{"2026-10.csv": october + line("2026-11", "2")}, "want the month 2026-10"},
		{"a spreadsheet", map[string]string{"2026-10.csv": october, "2026-11.xlsx": "PK"}, "2026-11.xlsx is no file that is read"},
		{"no FOCUS", map[string]string{"2026-10.csv": "Date,Amount\n2026-10-01,5\n"}, "2026-10.csv is no FOCUS file: it has the columns Date, Amount"},
		{"no provider", map[string]string{"2026-10.csv": strings.Replace(october, ",ProviderName", ",Provider", 1)}, "neither a column ProviderName"},
		{"no month at all", map[string]string{"bill.csv": strings.Replace(october, ",BillingPeriodStart", ",Start", 1)}, "no telling which month bill.csv is"},
		{"an empty file without a month", map[string]string{"bill.csv": ""}, "bill.csv is empty, and its path names no month"},
		{"nothing", map[string]string{"README.md": "soon"}, "no CSV or Parquet file in"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := &vendor{t.TempDir(), db, firstDelivery}
			for name, text := range test.files {
				v.put(t, name, text)
			}
			got, err := v.load(t, focus.Config{})
			if err == nil || !strings.Contains(err.Error(), test.says) || !errors.Is(err, ingest.ErrSource) && !errors.Is(err, ingest.ErrReconcile) {
				t.Errorf("got %s %v; want it to say %s", got, err, test.says)
			}
			v.asks(t, "select count(*) as Charges from cost", `{"Charges":0}`)
		})
	}
}

func TestAMonthThatIsNotClearKeepsNoOtherFromItsLoad(t *testing.T) {
	v := newVendor(t)
	v.put(t, "2026-09.csv", bill("2026-09", "7"))
	v.put(t, "2026-10.csv", "")
	v.put(t, "2026-11-a.csv", bill("2026-11", "1"))
	v.put(t, "2026-11-b.csv", bill("2026-11", "2"))
	got, err := v.load(t, focus.Config{})
	if got != "2026-09 loaded USD 7\n2026-10 not delivered\n2026-11 failed\n" || !strings.Contains(err.Error(), "both 2026-11") {
		t.Errorf("got %s %v", got, err)
	}
}

func TestLayoutSaysWhatSeveralFilesAre(t *testing.T) {
	for layout, want := range map[string]string{"parts": "2026-10 loaded USD 3\n", "newest": "2026-10 loaded USD 2\n"} {
		v := newVendor(t)
		v.put(t, "2026-10-05.csv", bill("2026-10", "1"))
		v.put(t, "2026-10-06.csv", bill("2026-10", "2"))
		if got, err := v.load(t, focus.Config{Layout: layout}); err != nil || got != want {
			t.Errorf("%s: got %s %v; want %s", layout, got, err, want)
		}
	}
}

func TestTheSameBillTwiceIsRefusedAndAnotherVendorsIsNot(t *testing.T) {
	v, again, other := newVendor(t), newVendor(t), newVendor(t)
	again.db, other.db = v.db, v.db
	v.put(t, "2026-10.csv", bill("2026-10", "1"))
	again.put(t, "2026-10.csv", bill("2026-10", "2"))
	other.put(t, "2026-10.csv", strings.ReplaceAll(bill("2026-10", "4"), "Snowfall,", "Rainfall,"))
	if _, err := v.load(t, focus.Config{}); err != nil {
		t.Fatal(err)
	}
	if _, err := again.loadAs(t, "again", focus.Config{}); !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), "source vendor has loaded payer 4711") {
		t.Errorf("got %v; want the second source of the bill refused", err)
	}
	if got, err := other.loadAs(t, "other", focus.Config{}); err != nil || got != "2026-10 loaded USD 4\n" {
		t.Errorf("got %s %v; another vendor may number its accounts alike", got, err)
	}
	v.asks(t, "select sum(BilledCost)::integer as Billed from cost", `{"Billed":5}`)
}
