package focus_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/focus"
)

// stained are bills with one kind of dirt each, what is said of it where the
// dialect does not ask for its repair, and what its row is after it.
var stained = []struct {
	name, text string
	dialect    string
	says       string
	query      string
	want       string
}{
	{"a word for a number", with(bill("2026-10", "5"), "PricingQuantity", "NULL"), "null_words",
		`2026-10.csv:2, column PricingQuantity: value "NULL"; want nothing at all where there is no value; set dialect: [null_words] to have it`,
		"select PricingQuantity from cost", `{"PricingQuantity":null}`},
	{"not a number", with(bill("2026-10", "5"), "PricingQuantity", "NaN"), "null_words", `value "NaN"; want nothing at all`,
		"select PricingQuantity from cost", `{"PricingQuantity":null}`},
	{"a word for a text", with(bill("2026-10", "5"), "InvoiceId", "(null)"), "null_words", `column InvoiceId: value "(null)"; want nothing at all`,
		"select InvoiceId from cost", `{"InvoiceId":null}`},
	{"a word for tags", with(bill("2026-10", "5"), "Tags", "NULL"), "null_words", `column Tags: value "NULL"; want nothing at all`,
		"select Tags from cost", `{"Tags":null}`},
	{"a word for a custom value", with(bill("2026-10", "5"), "x_Team", `\N`), "null_words", `column x_Team: value "\\N"; want nothing at all`,
		"select x_Custom from cost", `{"x_Custom":null}`},
	{"blanks around a number", bill("2026-10", " 5 "), "blanks", `column BilledCost: value " 5 "; want no blanks around it; set dialect: [blanks]`,
		"select BilledCost::integer as Billed from cost", `{"Billed":5}`},
	{"blanks around a name", strings.Replace(bill("2026-10", "5"), "Warehouse", "\u00a0Warehouse\t", 1), "blanks",
		`column ServiceName: value "\u00a0Warehouse\t"; want no blanks around it`, "select ServiceName from cost", `{"ServiceName":"Warehouse"}`},
	{"a blank for nothing", with(bill("2026-10", "5"), "ChargeDescription", " "), "blanks", `column ChargeDescription: value " "; want no blanks`,
		"select ChargeDescription from cost", `{"ChargeDescription":null}`},
	{"blanks around a column's name", strings.Replace(bill("2026-10", "5"), ",ServiceName", ", ServiceName ", 1), "blanks",
		`2026-10.csv has a column " ServiceName "; want ServiceName; set dialect: [blanks]`, "select ServiceName from cost", `{"ServiceName":"Warehouse"}`},
	{"a currency sign", bill("2026-10", "$5.25"), "currency_signs", `column BilledCost: value "$5.25"; want a number such as 12.5; set dialect: [currency_signs]`,
		"select BilledCost::decimal(9,2) as Billed from cost", `{"Billed":5.25}`},
	{"a sign behind a credit", strings.Replace(bill("2026-10", "-5.25 €"), "USD", "EUR", 1), "currency_signs", `value "-5.25 €"`,
		"select BilledCost::decimal(9,2) as Billed from cost", `{"Billed":-5.25}`},
	{"thousands", bill("2026-10", `"1,234,567.5"`), "thousands", `value "1,234,567.5"; want a number such as 1234.5; set dialect: [thousands]`,
		"select BilledCost::decimal(9,1) as Billed from cost", `{"Billed":1234567.5}`},
	{"thousands as the Swiss write them", bill("2026-10", `1'234.5`), "thousands", `value "1'234.5"`,
		"select BilledCost::decimal(9,1) as Billed from cost", `{"Billed":1234.5}`},
	{"a time without seconds", strings.Replace(bill("2026-10", "5"), "2026-10-02T00:00:00Z", "2026-10-02 07:30", 1), "short_times",
		`column ChargePeriodStart: value "2026-10-02 07:30"; want a time such as 2026-10-31T23:00:00Z; set dialect: [short_times]`,
		"select ChargePeriodStart from cost", `{"ChargePeriodStart":"2026-10-02 07:30:00"}`},
	{"a time without seconds in UTC", strings.Replace(bill("2026-10", "5"), "2026-10-02T00:00:00Z", "2026-10-02T07:30Z", 1), "short_times",
		`value "2026-10-02T07:30Z"`, "select ChargePeriodStart from cost", `{"ChargePeriodStart":"2026-10-02 07:30:00"}`},
	{"a time without a zone", strings.Replace(bill("2026-10", "5"), "2026-10-02T00:00:00Z", "2026-10-02 07:30:15.5", 1), "short_times",
		`value "2026-10-02 07:30:15.5"`, "select ChargePeriodStart from cost", `{"ChargePeriodStart":"2026-10-02 07:30:15.5"}`},
	{"a day for a time", strings.ReplaceAll(bill("2026-10", "5"), "T00:00:00Z", ""), "short_times",
		`column BillingPeriodEnd: value "2026-11-01"`, "select ChargePeriodStart from cost", `{"ChargePeriodStart":"2026-10-02 00:00:00"}`},
	{"another casing of a value", strings.Replace(bill("2026-10", "5"), "Usage", "USAGE", 1), "casing",
		`column ChargeCategory: value "USAGE"; want one of Usage, Purchase, Tax, Credit, Adjustment; set dialect: [casing]`,
		"select ChargeCategory from cost", `{"ChargeCategory":"Usage"}`},
	{"a currency in small letters", strings.Replace(bill("2026-10", "5"), "USD", "usd", 1), "casing", `column BillingCurrency: value "usd"; want a code such as USD`,
		"select BillingCurrency from cost", `{"BillingCurrency":"USD"}`},
	{"another casing of a column", strings.Replace(bill("2026-10", "5"), ",ServiceName", ",servicename", 1), "casing",
		`2026-10.csv has a column "servicename"; want ServiceName; set dialect: [casing]`, "select ServiceName from cost", `{"ServiceName":"Warehouse"}`},
	{"a cost left out", strings.Replace(bill("2026-10", "5"), ",5,5,5,Snow", ",,,5,Snow", 1), "missing_costs",
		`column ContractedCost: is empty; want a number such as 12.5; set dialect: [missing_costs]`,
		"select EffectiveCost::integer as Effective, ContractedCost::integer as Contracted from cost", `{"Effective":5,"Contracted":5}`},
	{"a cost without a column", strings.NewReplacer(",ContractedCost", "", ",5,5,5,Snow", ",5,5,Snow").Replace(bill("2026-10", "5")), "missing_costs",
		"the files have no column ContractedCost; add it, or set dialect:",
		"select ContractedCost::integer as Contracted from cost", `{"Contracted":5}`},
}

func TestDirtIsRefusedWithTheDialectThatWouldRepairIt(t *testing.T) {
	v := newVendor(t)
	for i, test := range stained {
		t.Run(test.name, func(t *testing.T) {
			v.put(t, "2026-10.csv", test.text)
			others := slices.DeleteFunc([]string{"blanks", "null_words", "currency_signs", "thousands", "short_times", "casing", "missing_costs"},
				func(code string) bool { return code == test.dialect })
			for _, dialect := range [][]string{nil, others} {
				if dialect != nil && i%5 > 0 {
					break // a few show that no other repair does it
				}
				_, err := v.load(t, focus.Config{Dialect: dialect})
				says := test.says
				if dialect != nil {
					says, _, _ = strings.Cut(says, "; set dialect") // it then names the others too
				}
				if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), test.dialect) {
					t.Errorf("with %v got %v\nwant it to say %s", dialect, err, says)
				}
			}
		})
	}
	v.asks(t, "select count(*) as Charges from cost", `{"Charges":0}`)
}

func TestDirtIsRepairedAsTheDialectAsks(t *testing.T) {
	v := newVendor(t)
	for _, test := range stained {
		t.Run(test.name, func(t *testing.T) {
			v.put(t, "2026-10.csv", test.text)
			if _, err := v.load(t, focus.Config{Dialect: []string{test.dialect}}); err != nil {
				t.Fatal(err)
			}
			v.asks(t, test.query, test.want)
			if !strings.Contains(test.name, "column's name") && test.name != "another casing of a column" {
				v.asks(t, "select ChangeCode, import_change.CostRows, x_Changes from import_change join cost on x_ImportId = ImportId",
					fmt.Sprintf(`{"ChangeCode":%q,"CostRows":1,"x_Changes":[%q]}`, test.dialect, test.dialect))
			}
		})
	}
}

func TestEveryKindOfDirtIsToldAtOnce(t *testing.T) {
	v := newVendor(t)
	v.put(t, "2026-10.csv", bill("2026-10", "1")+strings.Replace(line("2026-10", "$2"), "Usage", "usage", 1)+strings.Replace(line("2026-10", "NULL"), "USD", "", 1))
	_, err := v.load(t, focus.Config{})
	const want = `load vendor 2026-10: reconciliation: 2026-10.csv:4, column BilledCost: value "NULL"; want nothing at all where there is no value; ` +
		`2026-10.csv:3, column BilledCost: value "$2"; want a number such as 12.5; ` +
		`2026-10.csv:3, column ChargeCategory: value "usage"; want one of Usage, Purchase, Tax, Credit, Adjustment; ` +
		`set dialect: [null_words, currency_signs, casing] to have it and its like repaired and counted, or have the files written as FOCUS asks; ` +
		`the month that was loaded stays`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

var all = []string{"blanks", "null_words", "currency_signs", "thousands", "short_times", "casing", "missing_costs"}

func TestWhatNoDialectCanKnowIsRefused(t *testing.T) {
	v := newVendor(t)
	for _, test := range []struct{ name, text, says string }{
		{"an hour that is none", strings.Replace(bill("2026-10", "5"), "2026-10-03T00:00:00Z", "2026-10-03T30:00:00Z", 1),
			`2026-10.csv:2, column ChargePeriodEnd: value "2026-10-03T30:00:00Z"; want a time`},
		{"a day first", strings.Replace(bill("2026-10", "5"), "2026-10-03T00:00:00Z", "03/10/2026", 1), `value "03/10/2026"; want a time`},
		{"a decimal comma", bill("2026-10", `"1.234,56"`), `value "1.234,56"; want a number`},
		{"groups of two", bill("2026-10", `"1,23,456.00"`), `value "1,23,456.00"; want a number`},
		{"another currency's sign", bill("2026-10", "€5"), `value "€5"; want a number`},
		{"brackets for a credit", bill("2026-10", "(5.00)"), `value "(5.00)"; want a number`},
		{"an unknown category", strings.Replace(bill("2026-10", "5"), "Usage", "Usages", 1), `ChargeCategory is "Usages" in 1 rows`},
		{"no billed cost", strings.Replace(bill("2026-10", "5"), "\n5,", "\nnull,", 1), "column BilledCost: is empty; want a number"},
		{"covered usage without its cost", with(strings.Replace(bill("2026-10", "0"), ",0,0,0,Snow", ",0,,0,Snow", 1), "CommitmentDiscountId", "C-1"),
			"column EffectiveCost: is empty; want a number"},
		{"a name twice", strings.Replace(bill("2026-10", "5"), ",ServiceName", ",ServiceName, ServiceName ", 1), `the columns " ServiceName " and "ServiceName", both of them ServiceName`},
	} {
		t.Run(test.name, func(t *testing.T) {
			v.put(t, "2026-10.csv", test.text)
			_, err := v.load(t, focus.Config{Dialect: all})
			if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v\nwant it to say %s", err, test.says)
			}
		})
	}
}
