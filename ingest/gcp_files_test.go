package ingest_test

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
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
