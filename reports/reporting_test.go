package reports_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/reports"
)

// rates lets db be reported in a currency, at rates such as "2025-10 EUR 1.1".
func rates(t *testing.T, db *sql.DB, to string, all ...string) {
	t.Helper()
	run(t, db, "delete from policy_setting where Name = 'reporting_currency'")
	run(t, db, "insert into policy_setting values ('reporting_currency', '"+to+"')")
	run(t, db, "delete from policy_exchange_rate")
	for _, rate := range all {
		words := strings.Fields(rate)
		run(t, db, fmt.Sprintf("insert into policy_exchange_rate values ('%s-01', '%s', '%s', %s, 'ECB, month end')", words[0], words[1], to, words[2]))
	}
}

// before gives the hand-made company a bill in EUR in September: 20 of data.
func before(t *testing.T, db *sql.DB) {
	t.Helper()
	run(t, db, `insert into daily_cost by name select * replace (
		20 as BilledCost, 20 as EffectiveCost, 20 as ListCost, 20 as ContractedCost, date '2025-09-30' as x_ChargeDate,
		timestamp '2025-09-01' as BillingPeriodStart, '2025-09' as x_Slice, 'aws-payer/2025-09@1' as x_ImportId)
		from daily_cost where ResourceId = 'i-9'`)
	run(t, db, "insert into import_total values ('aws-payer/2025-09@1', '9999', 'INV-09', 'AWS', 'EUR', 20, 20, 20, 20, 20, 1)")
}

// has looks for lines of a sheet, cells as a reader sees them.
func has(t *testing.T, got string, want ...string) {
	t.Helper()
	squeeze := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	lines := strings.Split(got, "\n")
	for i := range lines {
		lines[i] = squeeze(lines[i])
	}
	for _, line := range want {
		if !slices.Contains(lines, squeeze(line)) {
			t.Errorf("no line %q in\n%s", line, got)
		}
	}
}

// October at 1.1, September at 1.05 dollars a euro:
//
//	data         40 + 30 x 1.1 = 73       70 + 20 x 1.05 = 91     -18   rates 30 x 0.05 = 1.50   cost -19.50
//	Unallocated  25 + 10 x 1.1 = 36        0                       36   rates 10 x 0.05 = 0.50   cost  35.50
//	checkout     94.005                   80                       14.005
//	shop         67                       50                       17
//	             270.005                 221                       49.005         2.00                 47.005
func TestCostInTheReportingCurrency(t *testing.T) {
	db, w := given(t), october(t)
	before(t, db)
	rates(t, db, "USD", "2025-09 EUR 1.05", "2025-10 EUR 1.1")
	file := open(t, write(t, db, w))
	got := dump(t, file, "Reporting currency")
	has(t, got,
		"Cost in USD · Acme & Sons",
		"USD, EUR, converted into USD · EffectiveCost: commitments spread over their term · data to 2025-11-01 00:00 UTC · Costwarden 1.2.3",
		"Every charge converted at the rate of its month and rounded by itself at the eighteenth digit, so that parts add up to totals. 1 EUR = 1.1 USD.",
		"Owner | Currency | This month | Previous month | Change | Due to rates | Due to cost | Change % | Share of total",
		"checkout | USD | 94.01 | 80.00 | 14.01 | 0.00 | 14.01 | 17.5% | 34.8%",
		"data | USD | 73.00 | 91.00 | (18.00) | 1.50 | (19.50) | (19.8%) | 27.0%",
		"shop | USD | 67.00 | 50.00 | 17.00 | 0.00 | 17.00 | 34.0% | 24.8%",
		"Unallocated | USD | 36.00 | 0.00 | 36.00 | 0.50 | 35.50 | | 13.3%",
		"Total | USD | 270.01 | 221.00 | 49.01 | 2.00 | 47.01 | 22.2% | 100.0%",
		"Check: loaded less total | USD | 0.00 | 0.00 | 0.00",
	)
	has(t, dump(t, file, "Conversion"),
		"Conversion into USD · Acme & Sons",
		"Owner | Currency | Cost as billed | Rate to USD | Cost in USD | Share of total | Rate published by",
		"data | EUR | 30.00 | 1.1000 | 33.00 | 12.2% | ECB, month end",
		"Unallocated | EUR | 10.00 | 1.1000 | 11.00 | 4.1% | ECB, month end",
		"data | USD | 40.00 | 1.0000 | 40.00 | 14.8%",
		"Total | EUR | 40.00 | 1.1000 | 44.00 | 16.3% | ECB, month end",
		"Total | USD | 226.01 | 1.0000 | 226.01 | 83.7%",
		"Total of all currencies | | | | 270.01 | 100.0%",
		"Check: loaded less total | EUR | 0.00 | | 0.00",
	)
	has(t, dump(t, file, "Exchange rates"),
		"Month | Currency | Cost as billed | Rate to USD | Cost in USD | Booked at (UTC) | Published by",
		"2025-10 | EUR | 40.00 | 1.1000 | 44.00 | 2025-11-20 09:00 | ECB, month end",
		"2025-09 | EUR | 20.00 | 1.0500 | 21.00 | 2025-11-20 09:00 | ECB, month end",
	)
	// Tag coverage: taggable 204.005 + 40 x 1.1, untagged 70 + 10 x 1.1. Savings: 94.005 + 3 x 1.1.
	has(t, dump(t, file, "Overview"),
		"All bills in USD",
		"Not delivered yet, and not in these numbers: azure-ea, snowflake",
		"270.01 | | 49.01 | | 2.00 | | 280.01 | | 67.3% | | 97.31",
		"previous month 221.00 | | +22.2% on previous month | | of exchange, against the month before | | as invoiced, before spreading | | untagged 81.00 | | a month, resources: 2",
		"By currency of the bill",
		"Currency | Effective cost | Previous month | Change | Change % | Billed cost | Tag coverage | Savings found | Budgets | Breached | Rate to USD | Cost in USD",
		"USD | 226.01 | 200.00 | 26.01 | 13.0% | 236.01 | 65.7% | 94.01 | 3 | 1 | 1.0000 | 226.01",
		"EUR | 40.00 | 20.00 | 20.00 | 100.0% | 40.00 | 75.0% | 3.00 | 1 | 0 | 1.1000 | 44.00",
	)
	if got := dump(t, file, "Read me"); !strings.Contains(got, "\nExchange rates | Written by finance") {
		t.Errorf("nothing is said of rates in\n%s", got)
	}
	trend := dump(t, file, "Trend")
	empty := strings.Repeat("| ", 11)
	has(t, trend, "By owner, by currency of the bill", "data | USD "+empty+"| 91.00 | 73.00", "By service, all bills in USD",
		"Amazon EC2 | USD "+empty+"| 191.00 | 222.01", // 170 + 21, 189.005 + 33
		"Amazon S3 | USD "+empty+"| 0.00 | 31.00")     // 20 + 11
}

// At a rate of 1 the converted total is the sum of the bills: 226.005 + 40.
func TestAtARateOfOneConvertedCostIsTheSum(t *testing.T) {
	db, w := given(t), october(t)
	w.DetailRows = 10
	rates(t, db, "USD", "2025-10 EUR 1")
	found, err := reports.Ask(t.Context(), db, w)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, line := range found["reporting_owner"] {
		if line["x_Line"] != "check" {
			got[fmt.Sprint(line["Owner"])] = fmt.Sprint(line["ThisMonth"])
		}
	}
	want := map[string]string{"checkout": "94.005", "data": "70", "shop": "67", "Unallocated": "35", "Total": "266.005"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Amounts and a rate that end in the eighteenth digit: each row is rounded by
// itself, and whatever way the rows are added, they come to the same.
func TestConvertedPartsAddUpToTheLastDigit(t *testing.T) {
	db, w := given(t), october(t)
	run(t, db, `update daily_cost set EffectiveCost = EffectiveCost / 3 + 0.000000000000000001`)
	run(t, db, `insert into daily_cost by name
		select d.* replace (cast(EffectiveCost * n / 7 as decimal(38,18)) as EffectiveCost, 0 as BilledCost, 'i-' || n as ResourceId) from daily_cost as d cross join range(1, 30) as r (n)`)
	rates(t, db, "USD", "2025-10 EUR 1.085312345678901234")
	found, err := reports.Ask(t.Context(), db, w)
	if err != nil {
		t.Fatal(err) // a check that is not zero would be one
	}
	var loaded model.Money
	const query = "select sum(converted(EffectiveCost, if(BillingCurrency = 'USD', 1, 1.085312345678901234))) from daily_cost where BillingPeriodStart = '2025-10-01'"
	if err := db.QueryRow(query).Scan(&loaded); err != nil {
		t.Fatal(err)
	}
	for _, at := range []struct{ query, column, line string }{
		{"reporting_owner", "ThisMonth", "Total"},
		{"reporting_currency", "ReportedCost", "Total of all currencies"},
	} {
		for _, line := range found[at.query] {
			if line["Owner"] == at.line && fmt.Sprint(line[at.column]) != loaded.String() {
				t.Errorf("%s: %v, want %s", at.query, line[at.column], loaded)
			}
		}
	}
	if got := found["reporting"][0]["EffectiveCost"]; fmt.Sprint(got) != loaded.String() {
		t.Errorf("overview: %v, want %s", got, loaded)
	}
}

func TestEveryMissingRateIsToldAndNothingIsWritten(t *testing.T) {
	db, w := given(t), october(t)
	before(t, db)
	run(t, db, `insert into daily_cost by name select * replace ('XTS' as BillingCurrency) from daily_cost where ResourceId = 'i-9' and x_Slice = '2025-10'`)
	run(t, db, `insert into daily_cost by name select * replace ('GBP' as BillingCurrency, timestamp '2024-09-01' as BillingPeriodStart) from daily_cost where ResourceId = 'i-9' and x_Slice = '2025-10'`)
	run(t, db, "insert into import_total values ('aws-payer/2025-10@1', '9999', 'INV-10', 'AWS', 'XTS', 30, 30, 30, 30, 30, 1)")
	// Neither another month, nor the inverse, nor a third currency serves. A month before the thirteen asks for none.
	rates(t, db, "USD", "2025-08 EUR 1.1")
	run(t, db, "insert into policy_exchange_rate values ('2025-10-01', 'USD', 'EUR', 0.9, null), ('2025-10-01', 'EUR', 'GBP', 0.9, null), ('2025-10-01', 'GBP', 'USD', 1.3, null)")
	_, _, err := reports.Write(t.Context(), db, w)
	var missing reports.MissingRates
	if !errors.As(err, &missing) {
		t.Fatalf("got %v", err)
	}
	want := strings.Join([]string{
		"rates.csv: no rate of 2025-09 from EUR to USD; add the row 2025-09,EUR,USD,<rate>,<who published it>",
		"rates.csv: no rate of 2025-10 from EUR to USD; add the row 2025-10,EUR,USD,<rate>,<who published it>",
		"rates.csv: no rate of 2025-10 from XTS to USD, and XTS is no currency of ISO 4217 that could have one; correct the source that bills in it, or leave it out",
	}, "\n")
	if diff := cmp.Diff(want, missing.Error()); diff != "" {
		t.Error(diff)
	}
	if files, err := os.ReadDir(w.Dir); err != nil || len(files) > 0 {
		t.Errorf("left %v, %v", files, err)
	}
	if booked := names(t, db, "select FromCurrency from booked_rate"); len(booked) > 0 {
		t.Errorf("booked %v for a workbook that is not there", booked)
	}
}

// rewritten writes the workbook, lets change happen, writes it again and
// reports whether the bytes are others.
func rewritten(t *testing.T, db *sql.DB, w reports.Workbook, change func()) bool {
	t.Helper()
	first, err := os.ReadFile(write(t, db, w))
	if err != nil {
		t.Fatal(err)
	}
	change()
	second, err := os.ReadFile(write(t, db, w))
	if err != nil {
		t.Fatal(err)
	}
	return !bytes.Equal(first, second)
}

func TestAClosedMonthKeepsItsRate(t *testing.T) {
	for _, c := range []struct {
		name, now string
		changes   bool
	}{
		{"open", "2025-10-20T12:00:00Z", true},
		{"closing", "2025-11-10T12:00:00Z", true},
		{"closed", "2025-11-20T12:00:00Z", false},
	} {
		db, w := given(t), october(t)
		w.Now, _ = time.Parse(time.RFC3339, c.now)
		rates(t, db, "USD", "2025-10 EUR 1.1")
		changed := rewritten(t, db, w, func() { rates(t, db, "USD", "2025-10 EUR 1.2") })
		if changed != c.changes {
			t.Errorf("%s: a new rate changes the workbook: %v, want %v", c.name, changed, c.changes)
		}
		told, err := reports.ChangedRates(t.Context(), db)
		if err != nil || c.changes != (len(told) == 0) {
			t.Errorf("%s: told %v, %v", c.name, told, err)
		}
	}
}

func TestAClosedMonthTakesAnotherRateWhenToldTo(t *testing.T) {
	db, w := given(t), october(t)
	rates(t, db, "USD", "2025-10 EUR 1.1")
	changed := rewritten(t, db, w, func() {
		rates(t, db, "USD", "2025-10 EUR 1.2")
		if other, err := reports.AcceptRates(t.Context(), db, model.Period{}, w.Period.Previous(), w.Now); err != nil || len(other) > 0 {
			t.Fatalf("accepted for months not asked for: %v, %v", other, err)
		}
		accepted, err := reports.AcceptRates(t.Context(), db, w.Period, w.Period, w.Now)
		if err != nil || len(accepted) != 1 || accepted[0].Booked.String() != "1.1" || accepted[0].Policy.String() != "1.2" {
			t.Fatalf("accepted %v, %v", accepted, err)
		}
	})
	if !changed {
		t.Error("the workbook is as before")
	}
	has(t, dump(t, open(t, write(t, db, w)), "Conversion"), "Total | EUR | 40.00 | 1.2000 | 48.00 | 17.5% | ECB, month end")
	if diff := cmp.Diff([]string{"1 1.1", "2 1.2"}, names(t, db, "select Booking || ' ' || cast(Rate as decimal(9,1)) from booked_rate order by all")); diff != "" {
		t.Errorf("the old rate is not on record:\n%s", diff)
	}
}

// A late delivery opens the month again, with another amount and a currency it
// had not: what was booked stays, the new currency has the rate of the policy.
func TestAMonthThatOpensAgainKeepsItsRate(t *testing.T) {
	db, w := given(t), october(t)
	rates(t, db, "USD", "2025-10 EUR 1.1")
	write(t, db, w)
	run(t, db, "update daily_cost set EffectiveCost = 50 where ResourceId = 'i-9'")
	run(t, db, "insert into daily_cost by name select * replace ('GBP' as BillingCurrency) from daily_cost where ResourceId = 'i-2' and x_Slice = '2025-10'")
	run(t, db, "insert into import_total values ('aws-payer/2025-10@1', '9999', null, 'AWS', 'GBP', 50, 50, 50, 50, 50, 1)")
	rates(t, db, "USD", "2025-10 EUR 1.2", "2025-10 GBP 1.5")
	path := write(t, db, w)
	if !strings.HasSuffix(path, "_prelim.xlsx") {
		t.Fatalf("wrote %s", filepath.Base(path))
	}
	// (50 + 10) x 1.1, 50 x 1.5
	has(t, dump(t, open(t, path), "Conversion"), "Total | EUR | 60.00 | 1.1000 | 66.00 | 18.0% | ECB, month end", "Total | GBP | 50.00 | 1.5000 | 75.00 | 20.4% | ECB, month end")
	if diff := cmp.Diff([]string{"EUR"}, names(t, db, "select FromCurrency from booked_rate")); diff != "" {
		t.Errorf("booked while the month is open again:\n%s", diff)
	}
}

func TestConvertedTotalsThatDoNotTieAreNotWritten(t *testing.T) {
	db, w := given(t), october(t)
	w.Now = w.Period.End()
	rates(t, db, "USD", "2025-10 EUR 1.1")
	run(t, db, "create or replace view exchange_rate as select BillingPeriodStart, FromCurrency, ToCurrency, Rate, Source, cast(null as timestamp) as BookedAt, Rate as PolicyRate from policy_exchange_rate union all select BillingPeriodStart, FromCurrency, ToCurrency, 1.3, null, null, 1.3 from policy_exchange_rate")
	if _, _, err := reports.Write(t.Context(), db, w); err == nil || !strings.Contains(err.Error(), "differs from the cost loaded") {
		t.Errorf("two rates of one month: got %v", err)
	}
}

// 226.005 x 150.5 = 34013.7525, 40 x 165 = 6600; yen have no digits.
func TestReportingInYenShowsNoDigits(t *testing.T) {
	db, w := given(t), october(t)
	rates(t, db, "JPY", "2025-09 USD 148", "2025-10 USD 150.5", "2025-10 EUR 165")
	got := dump(t, open(t, write(t, db, w)), "Conversion")
	has(t, got, "Total | USD | 226.01 | 150.5000 | 34,014 | 83.7% | ECB, month end", "Total | EUR | 40.00 | 165.0000 | 6,600 | 16.3% | ECB, month end", "Total of all currencies | | | | 40,614 | 100.0%")
}

// A rate of many digits is shown with all of them.
func TestASmallRateIsShownWhole(t *testing.T) {
	db, w := given(t), october(t)
	run(t, db, "update daily_cost set BillingCurrency = 'IDR' where BillingCurrency = 'EUR'")
	run(t, db, "update import_total set BillingCurrency = 'IDR' where BillingCurrency = 'EUR'")
	run(t, db, "delete from finding where BillingCurrency = 'EUR'")
	rates(t, db, "USD", "2025-10 IDR 0.00006123")
	has(t, dump(t, open(t, write(t, db, w)), "Conversion"), "Total | IDR | 40.00 | 0.00006123 | 0.00 | 0.0% | ECB, month end")
}

func TestWhereEveryBillIsInTheReportingCurrencyNothingIsConverted(t *testing.T) {
	db := billedIn(t, "USD")
	file := open(t, write(t, db, october(t)))
	if got := file.GetSheetList(); slices.Contains(got, "Reporting currency") {
		t.Errorf("the sheets are %v", got)
	}
	if got := dump(t, file, "Overview"); strings.Contains(got, "All bills in") {
		t.Errorf("the overview says the same twice:\n%s", got)
	}
}
