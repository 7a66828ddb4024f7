package model_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/model"
)

func exec(t *testing.T, db *sql.DB, statements ...string) {
	t.Helper()
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

func moneyOf(t *testing.T, db *sql.DB, query string) model.Money {
	t.Helper()
	var m model.Money
	if err := db.QueryRow(query).Scan(&m); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return m
}

// charge puts a charge of a month into daily_cost.
func charge(t *testing.T, db *sql.DB, month, currency, cost string) {
	t.Helper()
	_, err := db.Exec(`insert into daily_cost by name select 's' as x_SourceName, $1 as x_Slice, 's/' || $1 as x_ImportId, cast($1 || '-01' as date) as x_ChargeDate,
		cast($1 || '-01' as timestamp) as BillingPeriodStart, $2 as BillingCurrency, 'AWS' as ProviderName, '9' as BillingAccountId, 'Other' as ServiceCategory,
		'Example' as ServiceName, 'Usage' as ChargeCategory, cast($3 as decimal(38,18)) as BilledCost, BilledCost as EffectiveCost, BilledCost as ListCost,
		BilledCost as ContractedCost, 1 as x_Rows`, month, currency, cost)
	if err != nil {
		t.Fatal(err)
	}
}

// Worked out by hand: the product with all its digits, then rounded half away from zero to the eighteenth.
func TestConvertedIsExactToTheLastDigit(t *testing.T) {
	db := open(t, "")
	for _, c := range []struct{ amount, rate, want string }{
		{"40", "1.085", "43.4"},
		{"-40", "1.085", "-43.4"},
		{"0", "1.085", "0"},
		{"100", "1", "100"},
		{"1234567890.12", "0.0066", "8148148.074792"},
		{"0.000000000000000001", "0.5", "0.000000000000000001"},   // half a unit of the last digit: away from zero
		{"-0.000000000000000001", "0.5", "-0.000000000000000001"}, //
		{"0.000000000000000001", "0.499999999999999999", "0"},
		{"0.000000000000000003", "1.5", "0.000000000000000005"}, // 4.5 units
		{"0.333333333333333333", "0.333333333333333333", "0.111111111111111111"},
		{"99999999999999999999", "0.999999999999999999", "99999999999999999899.000000000000000001"}, // 10^20 - 1 - 100 + 1 / 10^18
		{"10000000000.000000000000000001", "123456789", "1234567890000000000.000000000123456789"},
	} {
		got := moneyOf(t, db, "select converted(cast('"+c.amount+"' as decimal(38,18)), cast('"+c.rate+"' as decimal(38,18)))")
		if got.String() != c.want {
			t.Errorf("%s at %s is %s, want %s", c.amount, c.rate, got, c.want)
		}
	}
}

func TestReportedCostTakesTheRateOfTheMonth(t *testing.T) {
	db := open(t, "")
	charge(t, db, "2026-09", "EUR", "10")
	charge(t, db, "2026-10", "EUR", "10")
	charge(t, db, "2026-10", "USD", "7.25")
	exec(t, db, "insert into policy_setting values ('reporting_currency', 'USD')",
		"insert into policy_exchange_rate values ('2026-09-01', 'EUR', 'USD', 1.08, null), ('2026-10-01', 'EUR', 'USD', 1.1, null), ('2026-10-01', 'USD', 'EUR', 0.5, null)")
	// 10 x 1.08, 10 x 1.1 + 7.25
	for month, want := range map[string]string{"2026-09": "10.8", "2026-10": "18.25"} {
		got := moneyOf(t, db, "select sum(x_ReportingCurrencyEffectiveCost) from reported_cost where x_Slice = '"+month+"'")
		if got.String() != want {
			t.Errorf("%s: %s, want %s", month, got, want)
		}
	}
	// A booked rate goes before that of the policy, the latest booking before the others.
	exec(t, db, "insert into booked_rate values ('2026-09-01', 'EUR', 'USD', 1, 1.05, null, '2026-10-20'), ('2026-09-01', 'EUR', 'USD', 2, 1.06, null, '2026-10-20')")
	if got := moneyOf(t, db, "select sum(x_ReportingCurrencyEffectiveCost) from reported_cost where x_Slice = '2026-09'"); got.String() != "10.6" {
		t.Errorf("with a booked rate: %s, want 10.6", got)
	}
}

func TestReportedCostNeverGuessesARate(t *testing.T) {
	db := open(t, "")
	charge(t, db, "2026-09", "EUR", "10")
	charge(t, db, "2026-10", "USD", "10")
	const october = "select sum(x_ReportingCurrencyBilledCost) from reported_cost where x_Slice = '2026-10'"
	wantError := func(query, want string) {
		t.Helper()
		if _, err := db.Exec(query); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", query, err, want)
		}
	}
	wantError(october, "there is no reporting currency; set currency in costwarden.yaml")
	exec(t, db, "insert into policy_setting values ('reporting_currency', 'USD')",
		// neither the inverse, nor a way by a third currency, nor another month's rate serves
		"insert into policy_exchange_rate values ('2026-09-01', 'USD', 'EUR', 0.9, null), ('2026-09-01', 'EUR', 'GBP', 0.9, null), ('2026-09-01', 'GBP', 'USD', 1.3, null), ('2026-10-01', 'EUR', 'USD', 1.1, null)")
	wantError("select sum(x_ReportingCurrencyBilledCost) from reported_cost", "rates.csv has no rate of 2026-09 from EUR to USD")
	wantError("select sum(x_ReportingExchangeRate) from reported_cost where BillingCurrency = 'EUR'", "rates.csv has no rate of 2026-09 from EUR to USD")
	if got := moneyOf(t, db, october); got.String() != "10" {
		t.Errorf("a month that needs no rate: %s, want 10", got)
	}
	if got := moneyOf(t, db, "select sum(BilledCost) from reported_cost where BillingCurrency = 'EUR'"); got.String() != "10" {
		t.Errorf("the amount as billed: %s, want 10", got)
	}
}
