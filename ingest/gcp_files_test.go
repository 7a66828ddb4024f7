package ingest_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/costwarden/costwarden/ingest"
)

// The columns of a billing table as BigQuery exports them to Parquet, old and new: cost became NUMERIC, structs and
// columns were added.
const (
	oldTable = `{billing_account_id: 'VARCHAR', invoice: 'STRUCT(month VARCHAR)', cost_type: 'VARCHAR', currency: 'VARCHAR',
		service: 'STRUCT(id VARCHAR, description VARCHAR)', sku: 'STRUCT(id VARCHAR, description VARCHAR)',
		usage_start_time: 'TIMESTAMPTZ', usage_end_time: 'TIMESTAMPTZ', project: 'STRUCT(id VARCHAR, "number" VARCHAR, "name" VARCHAR)',
		location: 'STRUCT("location" VARCHAR, region VARCHAR)', labels: 'STRUCT("key" VARCHAR, "value" VARCHAR)[]',
		credits: 'STRUCT("name" VARCHAR, amount DOUBLE, full_name VARCHAR, id VARCHAR, "type" VARCHAR)[]', cost: 'DOUBLE'}`
	newTable = `{billing_account_id: 'VARCHAR', invoice: 'STRUCT(month VARCHAR, publisher_type VARCHAR)', cost_type: 'VARCHAR', currency: 'VARCHAR',
		service: 'STRUCT(id VARCHAR, description VARCHAR)', sku: 'STRUCT(id VARCHAR, description VARCHAR)',
		usage_start_time: 'TIMESTAMP', usage_end_time: 'TIMESTAMP', project: 'STRUCT(id VARCHAR, "number" VARCHAR, "name" VARCHAR)',
		location: 'STRUCT("location" VARCHAR, region VARCHAR)', tags: 'STRUCT("key" VARCHAR, "value" VARCHAR, inherited BOOLEAN, namespace VARCHAR)[]',
		labels: 'STRUCT("key" VARCHAR, "value" VARCHAR)[]', consumption_model: 'STRUCT(id VARCHAR, description VARCHAR)',
		subscription: 'STRUCT(instance_id VARCHAR)', price: 'STRUCT(effective_price DECIMAL(38,9))',
		credits: 'STRUCT("type" VARCHAR, amount DECIMAL(38,9), "name" VARCHAR)[]', cost: 'DECIMAL(38,9)'}`
)

// parquetTable is rows as a Parquet file of the columns given.
func parquetTable(t *testing.T, columns string, lines []string) string {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "in.json"), filepath.Join(dir, "out.parquet")
	if err := os.WriteFile(from, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := open(t).Exec("copy (from read_json('" + from + "', format = 'newline_delimited', columns = " + columns + ")) to '" + to + "' (format parquet)")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func packed(t *testing.T, text, kind string) string {
	t.Helper()
	var out bytes.Buffer
	var err error
	switch kind {
	case "gzip":
		w := gzip.NewWriter(&out)
		_, err = w.Write([]byte(text))
		w.Close()
	case "zstd":
		w, _ := zstd.NewWriter(&out)
		_, err = w.Write([]byte(text))
		w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestOneBillIsTheSameInEachEncoding(t *testing.T) {
	old := []string{
		row(t, ramFee+`, "cost": 0.046868`),
		row(t, ram+`, "cost": 0.174496`+legacyCredit("-0.065095")),
		row(t, `"cost": 0.30000000000000004, "labels": [{"key": "team", "value": "search"}]`),
	}
	latest := []string{
		row(t, newFee+`, "cost": "0.125637"`+offset("-0.1256348")),
		row(t, flex+","+ram+`, "cost": 0.125637`),
		row(t, `"cost": "123456789.123456789", "tags": [{"key": "cost-center", "value": "7", "inherited": true, "namespace": "1"}]`),
	}
	all := strings.Join(append(append([]string{}, old...), latest...), "\n")
	loads := map[string]*billingTable{
		"json":      {"gcp_detailed", "json", "v1", map[string]string{"a.json": all}},
		"gzip":      {"gcp_detailed", "json", "v1", map[string]string{"a.json.gz": packed(t, all, "gzip")}},
		"zstandard": {"gcp_detailed", "json", "v1", map[string]string{"a.json.zst": packed(t, all, "zstd")}},
		"parquet, two shapes": {"gcp_detailed", "parquet", "v1", map[string]string{
			"a.parquet": parquetTable(t, newTable, latest),
			"b.parquet": parquetTable(t, newTable, []string{old[0], old[1]}),
			"c.parquet": parquetTable(t, oldTable, []string{old[2]}),
		}},
	}
	// 0.046868 + 0.109401 + 0.3 + (0.125637 + 0.125637 - 0.1256348) + 123456789.123456789: the noise of a FLOAT64 is cut off.
	const want = "123456789.705364989 | 8 | 3\n"
	var first string
	for name, source := range loads {
		db := open(t)
		if outcome, err := run(t, db, source); err != nil {
			t.Fatalf("%s: %v, %v", name, outcome, err)
		}
		if got := query(t, db, "select "+plain("sum(BilledCost)")+", count(*), count(Tags) from cost"); got != want {
			t.Errorf("%s: got %s; want %s", name, got, want)
		}
		bill := query(t, db, "select * exclude (x_ImportId) from cost order by all")
		if first == "" {
			first = bill
		}
		if bill != first {
			t.Errorf("%s: got\n%s\nwant as in another encoding\n%s", name, bill, first)
		}
		const encoding = "select Encoding, RawRows from import"
		if got, want := query(t, db, encoding), source.encoding+" | 6\n"; got != want {
			t.Errorf("%s: got %s; want %s", name, got, want)
		}
	}
}

func TestLongJSONNumbersKeepTheirDigits(t *testing.T) {
	db := loadRows(t, "gcp_detailed", []string{
		`"cost": 123456789.123456789, "credits": [{"type": "DISCOUNT", "amount": -0.123456788, "name": "1234567890123456789, \"0.1234567890123456789"}]`,
		`"cost": 1.81E-8`,
		`"cost": "1e-2"`,
	})
	got := query(t, db, "select "+plain("BilledCost")+", x_Discounts from cost order by BilledCost")
	// 123456789.123456789 - 0.123456788, and nine decimals of 1.81E-8
	const want = "0.000000018 | \n0.01 | \n123456789.000000001 | {\"DISCOUNT\":-0.123456788}\n"
	if got != want {
		t.Errorf("got %s; want %s", got, want)
	}
}

func TestBadDeliveriesOfGoogleLeaveTheMonthAsItWas(t *testing.T) {
	good := row(t, `"cost": 5`)
	db := open(t)
	if _, err := run(t, db, rows("gcp_detailed", []string{good})); err != nil {
		t.Fatal(err)
	}
	before := query(t, db, "from cost") + query(t, db, "from import")
	whole := packed(t, good, "gzip")
	for _, test := range []struct {
		name   string
		source *billingTable
		is     error
		says   string
	}{
		{"a line cut off", rows("", []string{good, good[:100]}), ingest.ErrReconcile, "000000000000.json is no newline-delimited JSON of the billing table"},
		{"a text that is no JSON", rows("", []string{"cost,currency"}), ingest.ErrReconcile, "000000000000.json is no newline-delimited JSON"},
		{"credits that are no list", rows("", []string{row(t, `"cost": 5, "credits": "none"`)}), ingest.ErrReconcile, "000000000000.json is no newline-delimited JSON"},
		{"nothing", rows("", nil), ingest.ErrNotDelivered, "no lines"},
		{"no column of the table", rows("", []string{`{"other": 5}`}), ingest.ErrReconcile, "no column billing_account_id, currency, invoice.month, service.description, usage_start_time, usage_end_time, cost"},
		{"a cost that is no number", rows("", []string{good, row(t, `"cost": "1,5"`)}), ingest.ErrReconcile, `000000000000.json, row 2, column cost: value "1,5"; want a number`},
		{"a cost that is not there", rows("", []string{good, row(t, `"cost": null`)}), ingest.ErrReconcile, "000000000000.json, row 2, column cost: is empty"},
		{"a credit that is no number", rows("", []string{good, row(t, `"cost": 1, "credits": [{"type": "DISCOUNT", "amount": -1}, {"type": "DISCOUNT", "amount": "NaN"}]`)}),
			ingest.ErrReconcile, `000000000000.json, row 2, column credits.amount: value "NaN"`},
		{"a time that is none", rows("", []string{row(t, `"cost": 1, "usage_start_time": "yesterday"`)}), ingest.ErrReconcile, `row 1, column usage_start_time: value "yesterday"`},
		{"another month", rows("", []string{good, row(t, `"cost": 1, "invoice": {"month": "202609"}`)}), ingest.ErrReconcile, "want the month 2026-10"},
		{"an invoice month that is none", rows("", []string{good, row(t, `"cost": 1, "invoice": {"month": "2026"}`)}), ingest.ErrReconcile, `Could not parse string "2026"`},
		{"no invoice month", rows("", []string{good, row(t, `"cost": 1, "invoice": null`)}), ingest.ErrReconcile, "000000000000.json, row 2, column invoice.month: is empty"},
		{"a currency in words", rows("", []string{row(t, `"cost": 1, "currency": "dollars"`)}), ingest.ErrReconcile, `BillingCurrency is "dollars"`},
		{"bytes that are no text", rows("", []string{good, strings.Replace(good, "Shop", "Sh\xff", 1)}), ingest.ErrReconcile, "000000000000.json:2: not UTF-8 text"},
		{"gzip cut off", &billingTable{"", "json", "v2", map[string]string{"a.json.gz": whole[:len(whole)-20]}}, ingest.ErrReconcile, "a.json.gz is not a whole gzip file"},
		{"no gzip", &billingTable{"", "json", "v2", map[string]string{"a.json.gz": good}}, ingest.ErrReconcile, "a.json.gz is not a whole gzip file"},
		{"no Zstandard", &billingTable{"", "json", "v2", map[string]string{"a.json.zst": good}}, ingest.ErrReconcile, "a.json.zst is not a whole Zstandard file"},
		{"Parquet cut off", &billingTable{"", "parquet", "v2", map[string]string{"a.parquet": parquetTable(t, newTable, []string{good})[:900]}}, ingest.ErrReconcile, "a.parquet is not a whole Parquet file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.source.format, test.source.version = "gcp_detailed", "v2"
			outcome, err := run(t, db, test.source)
			if outcome.Status == ingest.Loaded || !errors.Is(outcome.Err, test.is) || !strings.Contains(outcome.Err.Error(), test.says) {
				t.Errorf("got %s: %v (%v); want it to say %s", outcome.Status, outcome.Err, err, test.says)
			} else if strings.Contains(outcome.Err.Error(), "\n") || strings.Contains(outcome.Err.Error(), "/tmp/") {
				t.Errorf("the message spans lines or names a file of this machine: %v", outcome.Err)
			}
			if after := query(t, db, "from cost") + query(t, db, "from import"); after != before {
				t.Errorf("the month changed:\n%s\n%s", before, after)
			}
		})
	}
}
