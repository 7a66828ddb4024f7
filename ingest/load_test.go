package ingest_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

// folder is a source whose deliveries are files that the test writes.
type folder struct {
	format   string
	encoding string
	version  string
	files    map[string]string // name -> text
}

func (f *folder) Name() string     { return "acme" }
func (f *folder) Provider() string { return "aws" }

func (f *folder) Exports(context.Context) ([]ingest.Export, error) {
	return []ingest.Export{{Slice: "2026-10", Period: period("2026-10"), Version: f.version}}, nil
}

func (f *folder) Fetch(_ context.Context, _ ingest.Export, dir string, _ func(int64)) (ingest.Delivery, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return ingest.Delivery{}, err
	}
	delivery := ingest.Delivery{Format: f.format, Encoding: f.encoding}
	for name, text := range f.files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return ingest.Delivery{}, err
		}
		delivery.Files = append(delivery.Files, ingest.File{Path: path, Object: name, Bytes: int64(len(text)), ETag: f.version})
	}
	return delivery, nil
}

func period(s string) model.Period {
	p, err := model.ParsePeriod(s)
	if err != nil {
		panic(err)
	}
	return p
}

func open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := model.Open(t.Context(), filepath.Join(t.TempDir(), "costwarden.duckdb"), model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

var afterOctober = time.Date(2026, 11, 3, 6, 30, 0, 0, time.UTC)

func run(t *testing.T, db *sql.DB, source ingest.Source) (ingest.Outcome, error) {
	t.Helper()
	outcomes, err := ingest.Run(t.Context(), db, source, ingest.Options{Landing: t.TempDir(), Now: afterOctober})
	if len(outcomes) != 1 {
		t.Fatalf("got %d outcomes, %v; want 1", len(outcomes), err)
	}
	return outcomes[0], err
}

func query(t *testing.T, db *sql.DB, text string) string {
	t.Helper()
	rows, err := db.Query("select cast(columns(*) as varchar) from (" + text + ")")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for rows.Next() {
		cells := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, cell := range cells {
			if i > 0 {
				out.WriteString(" | ")
			}
			out.WriteString(cell.String)
		}
		out.WriteString("\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// csv is a delivery of one plain file.
func csv(format, version, text string) *folder {
	return &folder{format: format, encoding: "csv", version: version, files: map[string]string{"part-00001.csv": text}}
}

const focusHeader = "BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd," +
	"ProviderName,ServiceCategory,ServiceName,BilledCost,EffectiveCost,ListCost,ContractedCost,InvoiceId,Tags\n"

func focusLine(cost string) string {
	return "000111222333,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,2026-10-31T23:59:59Z,2026-11-01T00:00:00Z," +
		"AWS,Compute,Amazon Elastic Compute Cloud," + cost + "," + cost + "," + cost + "," + cost + `,INV1,"{""team"":""search""}"` + "\n"
}

func TestFocusDeliveryLoadsToTheLastDigit(t *testing.T) {
	db := open(t)
	text := focusHeader + focusLine("0.100000000000000001") + focusLine("1.81E-8") + focusLine("-3")
	outcome, err := run(t, db, csv("aws_focus_1_2", "v1", text))
	if err != nil || outcome.Status != ingest.Loaded || outcome.Rows != 3 {
		t.Fatalf("got %+v, %v", outcome, err)
	}
	want := "-2.899999981899999999"
	for _, from := range []string{"cost", "daily_cost", "import_total"} {
		if got := query(t, db, "select sum(BilledCost) from "+from); got != want+"\n" {
			t.Errorf("%s totals %s; want %s", from, got, want)
		}
	}
	if got := query(t, db, "select distinct Tags ->> 'team', x_ChargeDate from daily_cost"); got != "search | 2026-10-31\n" {
		t.Errorf("got %s", got)
	}
}

func TestSecondRunOfTheSameVersionChangesNothing(t *testing.T) {
	db := open(t)
	source := csv("aws_focus_1_2", "v1", focusHeader+focusLine("1"))
	if _, err := run(t, db, source); err != nil {
		t.Fatal(err)
	}
	outcome, err := run(t, db, source)
	if err != nil || outcome.Status != ingest.Unchanged {
		t.Fatalf("got %+v, %v; want unchanged", outcome, err)
	}
}

func TestALoadKilledBeforeItEmptiedTheLandingFolderIsTidiedUp(t *testing.T) {
	db, landing := open(t), t.TempDir()
	source := csv("aws_focus_1_2", "v1", focusHeader+focusLine("1.5"))
	options := ingest.Options{Landing: landing, Now: time.Date(2026, 11, 3, 6, 30, 0, 0, time.UTC)}
	left := filepath.Join(landing, "acme", "2026-10", "v1", "part-00001.csv")
	for _, want := range []ingest.Status{ingest.Loaded, ingest.Unchanged} {
		outcomes, err := ingest.Run(t.Context(), db, source, options)
		if err != nil || len(outcomes) != 1 || outcomes[0].Status != want {
			t.Fatalf("got %v, %v; want %s", outcomes, err, want)
		}
		if _, err := os.Stat(filepath.Join(landing, "acme", "2026-10")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: the landing folder still holds the month", want)
		}
		if err := os.MkdirAll(filepath.Dir(left), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(left, []byte("a bill"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNewVersionReplacesTheMonth(t *testing.T) {
	db := open(t)
	for _, version := range []string{"v1", "v2"} {
		if _, err := run(t, db, csv("aws_focus_1_2", version, focusHeader+focusLine("1")+focusLine("2"))); err != nil {
			t.Fatal(err)
		}
	}
	if got := query(t, db, "select sum(BilledCost), count(*) from cost"); got != "3.000000000000000000 | 2\n" {
		t.Errorf("the month holds %s; want 3 in 2 rows", got)
	}
	if got := query(t, db, "select State, count(*) from import group by all order by all"); got != "current | 1\nsuperseded | 1\n" {
		t.Errorf("got %s", got)
	}
}

func TestBadDeliveriesLeaveTheMonthAsItWas(t *testing.T) {
	good := focusHeader + focusLine("5")
	for _, test := range []struct {
		name, text string
		status     ingest.Status
		is         error
		says       string
	}{
		{"header only", focusHeader, ingest.NotDelivered, ingest.ErrNotDelivered, "no lines"},
		{"thousands separator", focusHeader + focusLine("1") + focusLine(`"1,000.00"`), ingest.Failed, ingest.ErrReconcile, `part-00001.csv:3, column BilledCost: value "1,000.00"`},
		{"not a number", focusHeader + focusLine("NaN"), ingest.Failed, ingest.ErrReconcile, `part-00001.csv:2, column BilledCost: value "NaN"`},
		{"infinite", focusHeader + focusLine("Infinity"), ingest.Failed, ingest.ErrReconcile, `part-00001.csv:2, column BilledCost: value "Infinity"`},
		{"forty digits", focusHeader + focusLine(strings.Repeat("1234567890", 4)), ingest.Failed, ingest.ErrReconcile, `part-00001.csv:2, column BilledCost: value "` + strings.Repeat("1234567890", 4) + `"; want a number such as`},
		{"more than a column can hold", focusHeader + focusLine("1e30"), ingest.Failed, ingest.ErrReconcile, `part-00001.csv:2, column BilledCost: value "1e30"`},
		{"a currency sign", focusHeader + focusLine("$5"), ingest.Failed, ingest.ErrReconcile, `part-00001.csv:2, column BilledCost: value "$5"`},
		{"decimal comma", focusHeader + focusLine(`"1,5"`), ingest.Failed, ingest.ErrReconcile, `part-00001.csv:2, column BilledCost: value "1,5"`},
		{"an accountant's minus", focusHeader + focusLine("(5)"), ingest.Failed, ingest.ErrReconcile, `part-00001.csv:2, column BilledCost: value "(5)"`},
		{"empty cost", focusHeader + focusLine("1") + focusLine(""), ingest.Failed, ingest.ErrReconcile, "part-00001.csv:3, column BilledCost: is empty"},
		{"unknown category", focusHeader + strings.Replace(focusLine("1"), ",Usage,", ",Usages,", 1), ingest.Failed, ingest.ErrReconcile, `ChargeCategory is "Usages" in 1 rows`},
		{"missing columns", "BilledCost\n1\n", ingest.Failed, ingest.ErrReconcile, "BillingAccountId, BillingCurrency"},
		{"another month", focusHeader + focusLine("1") + strings.Replace(focusLine("1"), "2026-10-01", "2026-09-01", 1), ingest.Failed, ingest.ErrReconcile, "want the month 2026-10"},
		{"text for a time", focusHeader + strings.Replace(focusLine("1"), "2026-10-31T23:59:59Z", "yesterday", 1), ingest.Failed, ingest.ErrReconcile, `column ChargePeriodStart: value "yesterday"`},
		{"a date as Americans write it", startsAt("10/31/2026"), ingest.Failed, ingest.ErrReconcile, `part-00001.csv:3, column ChargePeriodStart: value "10/31/2026"; want a time such as 2026-10-31T23:00:00Z`},
		{"a date as Germans write it", startsAt("31.10.2026"), ingest.Failed, ingest.ErrReconcile, `column ChargePeriodStart: value "31.10.2026"`},
		{"a month that no year has", startsAt("2026-13-01T00:00:00Z"), ingest.Failed, ingest.ErrReconcile, `column ChargePeriodStart: value "2026-13-01T00:00:00Z"`},
		{"a day that no February has", startsAt("2026-02-30T00:00:00Z"), ingest.Failed, ingest.ErrReconcile, `column ChargePeriodStart: value "2026-02-30T00:00:00Z"`},
		{"underscore in a number", focusHeader + focusLine("1_000.5"), ingest.Failed, ingest.ErrReconcile, `part-00001.csv:2, column BilledCost: value "1_000.5"`},
		{"a charge without end", focusHeader + strings.Replace(focusLine("1"), "2026-10-31T23:59:59Z,2026-11-01T00:00:00Z", "2026-10-31T23:59:59Z,infinity", 1), ingest.Failed, ingest.ErrReconcile, `ChargePeriodEnd is "infinity" in 1 rows`},
		{"bytes that are no text", focusHeader + focusLine("1") + strings.Replace(focusLine("1"), "Elastic", "El\xff\xfestic", 1), ingest.Failed, ingest.ErrReconcile, "part-00001.csv:3: not UTF-8 text"},
		{"character cut off at the end", focusHeader + focusLine("1") + "\xc3", ingest.Failed, ingest.ErrReconcile, "part-00001.csv:3: not UTF-8 text"},
		{"row cut off", focusHeader + focusLine("1") + "000111222333,USD\n", ingest.Failed, ingest.ErrReconcile, "part-00001.csv:3: 2 values under 16 columns; the file is not whole"},
		{"row too long", focusHeader + focusLine("1") + strings.TrimSpace(focusLine("1")) + ",x\n", ingest.Failed, ingest.ErrReconcile, "part-00001.csv:3: 17 values under 16 columns; the file is not whole"},
		{"quote left open", focusHeader + focusLine("1") + "\"abc\n", ingest.Failed, ingest.ErrReconcile, "part-00001.csv:3: value with unterminated quote found; the file is not whole"},
		{"broken tags", focusHeader + strings.Replace(focusLine("1"), `""search""}`, `""search""`, 1), ingest.Failed, ingest.ErrReconcile, "column Tags"},
	} {
		t.Run(test.name, func(t *testing.T) {
			db := open(t)
			if _, err := run(t, db, csv("aws_focus_1_2", "v1", good)); err != nil {
				t.Fatal(err)
			}
			before := query(t, db, "from cost") + query(t, db, "from daily_cost") + query(t, db, "from import") + query(t, db, "from import_total")
			outcome, err := run(t, db, csv("aws_focus_1_2", "v2", test.text))
			if outcome.Status != test.status || !errors.Is(outcome.Err, test.is) || !strings.Contains(outcome.Err.Error(), test.says) {
				t.Errorf("got %s: %v (%v); want %s saying %s", outcome.Status, outcome.Err, err, test.status, test.says)
			}
			if strings.Contains(outcome.Err.Error(), "\n") {
				t.Errorf("the message spans lines: %v", outcome.Err)
			}
			after := query(t, db, "from cost") + query(t, db, "from daily_cost") + query(t, db, "from import") + query(t, db, "from import_total")
			if before != after {
				t.Errorf("the month changed:\n%s\n%s", before, after)
			}
		})
	}
}

// startsAt is a delivery whose second line begins at a time.
func startsAt(time string) string {
	return focusHeader + focusLine("1") + strings.Replace(focusLine("1"), "2026-10-31T23:59:59Z", time, 1)
}

func TestNumbersThatAParquetFileShouldNotHold(t *testing.T) {
	for _, number := range []string{"nan", "inf", "1e+30"} {
		text := typedParquet(t, focusHeader+focusLine("1")+focusLine(number), "replace (cast(BilledCost as double) as BilledCost)")
		_, err := run(t, open(t), &folder{"aws_focus_1_2", "parquet", "v1", map[string]string{"a.parquet": text}})
		want := `a.parquet, row 2, column BilledCost: value "` + number + `"; want a number`
		if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v; want %s", number, err, want)
		}
	}
}

func TestWhatIsOddAndYetReadsAsWritten(t *testing.T) {
	ofService := func(name string) string {
		return focusHeader + strings.Replace(focusLine("1"), "Amazon Elastic Compute Cloud", name, 1)
	}
	for name, test := range map[string]struct{ text, query, want string }{
		"forty decimals are rounded to eighteen": {focusHeader + focusLine("0."+strings.Repeat("1234567890", 4)), "select BilledCost from cost", "0.123456789012345679\n"},
		"a time with an offset":                  {startsAt("2026-10-31T23:59:59+02:00"), "select min(ChargePeriodStart) from cost", "2026-10-31 21:59:59\n"},
		"a NUL":                                  {ofService("EC\x002"), "select ServiceName from cost", "EC\x002\n"},
		"line breaks in quotes":                  {ofService("\"a\n\r\n\"\"b\"\"\""), "select ServiceName from cost", "a\n\r\n\"b\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			if _, err := run(t, db, csv("aws_focus_1_2", "v1", test.text)); err != nil {
				t.Fatal(err)
			}
			if got := query(t, db, test.query); got != test.want {
				t.Errorf("got %q; want %q", got, test.want)
			}
		})
	}
}

func TestBrokenParquetIsNamedAndTheMonthStays(t *testing.T) {
	whole := parquet(t, focusHeader+strings.Repeat(focusLine("5"), 2000))
	for name, broken := range map[string]string{
		"cut":             whole[:len(whole)/2],
		"empty":           "PAR1",
		"no Parquet":      strings.Repeat("hello ", 100),
		"other bytes":     whole[:100] + strings.Repeat("\xff", 60) + whole[160:],
		"a broken footer": whole[:len(whole)-200] + strings.Repeat("\xff", 100) + whole[len(whole)-100:],
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			files := func(text string) map[string]string { return map[string]string{"part-00001.snappy.parquet": text} }
			if _, err := run(t, db, &folder{"aws_focus_1_2", "parquet", "v1", files(whole)}); err != nil {
				t.Fatal(err)
			}
			outcome, err := run(t, db, &folder{"aws_focus_1_2", "parquet", "v2", files(broken)})
			const says = "part-00001.snappy.parquet is not a whole Parquet file"
			if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %s: %v; want it refused, saying %s", outcome.Status, err, says)
			}
			if got := query(t, db, "select sum(BilledCost) from cost"); got != "10000.000000000000000000\n" {
				t.Errorf("the month holds %s; want what was loaded before", got)
			}
		})
	}
}

// parquet is the CSV text as a Parquet file.
func parquet(t *testing.T, text string) string {
	t.Helper()
	return typedParquet(t, text, "")
}

// typedParquet is the CSV text as a Parquet file, with some columns in types of
// their own: replace (...).
func typedParquet(t *testing.T, text, replace string) string {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "in.csv"), filepath.Join(dir, "out.parquet")
	if err := os.WriteFile(from, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := open(t).Exec("copy (select * " + replace + " from read_csv('" + from + "', all_varchar = true)) to '" + to + "' (format parquet)")
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

// renamed is a source under another name.
type renamed struct {
	*folder
	name string
}

func (r renamed) Name() string { return r.name }

func TestTheSameBillFromTwoSourcesIsRefused(t *testing.T) {
	db := open(t)
	text := focusHeader + focusLine("1")
	if _, err := run(t, db, csv("aws_focus_1_2", "v1", text)); err != nil {
		t.Fatal(err)
	}
	outcome, err := run(t, db, renamed{csv("aws_focus_1_2", "v1", text), "again"})
	if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), "source acme has loaded payer 000111222333") {
		t.Errorf("got %s, %v", outcome.Status, err)
	}
	other := strings.ReplaceAll(text, "000111222333", "000999888777")
	if _, err := run(t, db, renamed{csv("aws_focus_1_2", "v1", other), "other"}); err != nil {
		t.Errorf("another payer: %v", err)
	}
	if got := query(t, db, "select sum(BilledCost), count(*) from cost"); got != "2.000000000000000000 | 2\n" {
		t.Errorf("the month holds %s; want 2 in 2 rows", got)
	}
}
