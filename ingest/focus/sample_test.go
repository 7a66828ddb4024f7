package focus_test

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/focus"
)

// The sample of the FinOps Foundation holds rows of three providers and two
// months, the words NULL, times without a zone, Usage-based for Usage-Based,
// a column that FOCUS does not have, and costs that Oracle leaves out. Totals
// are those of its text, summed without any of our code.
func TestTheFoundationsSampleLoads(t *testing.T) {
	v, dir := newVendor(t), t.TempDir()
	v.put(t, "sample.csv", unpacked(t, "testdata/focus_1_0_sample.csv.gz"))
	_, err := v.load(t, focus.Config{})
	const months = "sample.csv holds the billing periods 2024-09 and 2024-10; write one file for each month, as docs/connect-focus.md shows with one query"
	if !errors.Is(err, ingest.ErrSource) || !strings.HasSuffix(err.Error(), months) {
		t.Fatalf("got %v\nwant %s", err, months)
	}

	split := strings.Replace(documented(t, "sql")[1], "all.csv", "sample.csv", 1)
	if _, err := v.db.Exec(strings.Replace(inFolder(v.dir, split), "to '"+v.dir, "to '"+dir, 1)); err != nil {
		t.Fatal(err)
	}
	v.dir = filepath.Join(dir, "bills")
	_, err = v.load(t, focus.Config{})
	const ask = "set dialect: [null_words, short_times, casing] to have it and its like repaired"
	if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), ask) {
		t.Errorf("got %v\nwant it to say %s", err, ask)
	}
	got, err := v.load(t, focus.Config{Dialect: []string{"null_words", "short_times", "casing", "missing_costs"}})
	if err != nil || got != "2024-09 loaded USD 20.28022672899\n2024-10 loaded USD 0.24\n" {
		t.Fatalf("got %s %v", got, err)
	}
	v.asks(t, `select x_Slice as Month, ProviderName as Provider, sum(BilledCost)::decimal(18,11) as Billed, sum(EffectiveCost)::decimal(18,11) as Effective,
		sum(ListCost)::decimal(18,11) as List, sum(ContractedCost)::decimal(18,11) as Contracted, count(*) as Charges from cost group by all order by all`,
		`{"Month":"2024-09","Provider":"AWS","Billed":18.00663861840,"Effective":13.00000000000,"List":18.14931764060,"Contracted":13.00000000000,"Charges":942}
{"Month":"2024-09","Provider":"Microsoft","Billed":1.97651418586,"Effective":1.97651418586,"List":1.97651418586,"Contracted":1.97626039326,"Charges":51}
{"Month":"2024-09","Provider":"Oracle","Billed":0.29707392473,"Effective":0.00000000000,"List":0.02507392473,"Contracted":0.29707392473,"Charges":6}
{"Month":"2024-10","Provider":"Oracle","Billed":0.24000000000,"Effective":0.00000000000,"List":0.24000000000,"Contracted":0.24000000000,"Charges":1}`)
	v.asks(t, `select x_Slice as Month, count(*) filter (Tags is null) as Untagged, count(x_Custom ->> 'Id') as Ids from cost group by all order by all`,
		`{"Month":"2024-09","Untagged":289,"Ids":999}
{"Month":"2024-10","Untagged":0,"Ids":1}`)
	v.asks(t, `select ChangeCode as Code, sum(CostRows)::integer as Charges, sum(BilledCost)::decimal(18,11) as Billed from import_change group by all order by all`,
		`{"Code":"casing","Charges":7,"Billed":0.53707392473}
{"Code":"missing_costs","Charges":7,"Billed":0.53707392473}
{"Code":"null_words","Charges":1000,"Billed":20.52022672899}
{"Code":"short_times","Charges":1000,"Billed":20.52022672899}`)
}

func unpacked(t *testing.T, file string) string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// The specification's commitment examples show the columns that they are about
// and no others; one query adds the rest. Sums are of the files' own text.
func TestTheSpecificationsCommitmentExamplesLoad(t *testing.T) {
	const hour30 = `column ChargePeriodEnd: value "2023-02-01T30:00:00Z"; want a time such as 2026-10-31T23:00:00Z`
	v := newVendor(t)
	for _, example := range []struct{ file, billed, effective, fault string }{
		{"commitment_discount_purchase_scenario_1", "8760.00", "0.00", ""},
		{"commitment_discount_purchase_scenario_2", "", "", hour30}, // there is no hour 30, not even for a dialect
		{"commitment_discount_purchase_scenario_3", "", "", hour30},
		{"commitment_discount_usage_scenario_1", "0.00", "1.00", ""},
		{"commitment_discount_usage_scenario_2", "0.00", "1.00", ""},
		{"commitment_discount_usage_scenario_3", "0.00", "1.00", ""},
		{"commitment_discount_usage_scenario_4", "0.50", "1.50", ""},
		{"one_hundred_percent_utilization_with_commitment_discount_flexibility_with_1_resource", "2.75", "2.75", ""},
		{"one_hundred_percent_utilization_with_commitment_discount_flexibility_with_2_resources", "2.00", "2.00", ""},
		{"one_hundred_percent_utilization_without_commitment_discount_flexibility", "1.50", "1.50", ""},
		{"zero_percent_utilization_without_commitment_discount_flexibility", "3.50", "3.50", ""},
	} {
		t.Run(example.file, func(t *testing.T) {
			file := "testdata/specification/" + example.file + ".csv"
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			v.put(t, "2023-01.csv", string(text))
			if _, err := v.load(t, focus.Config{}); err == nil || !strings.Contains(err.Error(), "neither a column ProviderName") {
				t.Errorf("got %v; want the example refused as it is", err)
			}
			prices := "BilledCost as ListCost, BilledCost as ContractedCost"
			if strings.Contains(string(text), "ListCost") {
				prices = "ListCost as ContractedCost"
			}
			const complete = `copy (select *, %s, '4711' as BillingAccountId, 'USD' as BillingCurrency, 'Specification' as ProviderName,
				'Compute' as ServiceCategory, 'Virtual Machines' as ServiceName from read_csv('%s', header = true, all_varchar = true)) to '%s'`
			if _, err := v.db.Exec(fmt.Sprintf(complete, prices, file, filepath.Join(v.dir, "2023-01.csv"))); err != nil {
				t.Fatal(err)
			}
			_, err = v.load(t, focus.Config{Dialect: []string{"null_words", "casing"}})
			if example.fault != "" {
				if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), example.fault) {
					t.Errorf("got %v; want it to say %s", err, example.fault)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			v.asks(t, "select sum(BilledCost)::decimal(9,2)::varchar as Billed, sum(EffectiveCost)::decimal(9,2)::varchar as Effective from cost",
				fmt.Sprintf(`{"Billed":%q,"Effective":%q}`, example.billed, example.effective))
			v.asks(t, "select CheckName, Difference from current_import join import_check using (ImportId) where CheckName like 'commitment%' and Difference <> 0", "")
		})
	}
}
