package rules_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/costwarden/costwarden/rules"
)

// twoBills are what a case gives, the same once more in other currencies at
// three times the cost, or both.
type twoBills string

const (
	first  twoBills = "the bill of the case"
	second twoBills = "the same in another currency"
	both   twoBills = "both bills"
)

// asBills turns what a case gives into the bills wanted. The second bill has a
// currency of its own for each of the first, which stays one of ISO 4217 or
// none, and budgets of its own.
func asBills(t *testing.T, db *sql.DB, wanted twoBills) {
	t.Helper()
	do(t, db, "create temp macro other(c) as case c when 'USD' then 'SEK' when 'EUR' then 'NOK' when 'JPY' then 'KRW' else c || 'X' end")
	for _, table := range ask(t, db, `select table_name from duckdb_columns() join duckdb_tables() using (table_name)
		where column_name = 'BillingCurrency' and not duckdb_tables.temporary order by table_name`) {
		amounts := ask(t, db, `select column_name || ' * 3 as ' || column_name from duckdb_columns()
			where table_name = ? and data_type = 'DECIMAL(38,18)' and regexp_matches(column_name, '(Cost|CostDelta|Amount|Expected|Found|Difference)$')`, table)
		if table == "policy_budget" {
			amounts = append(amounts, "'second ' || Budget as Budget")
		}
		do(t, db, "create temp table bill as from "+table)
		if wanted == second {
			do(t, db, "delete from "+table)
		}
		if wanted != first {
			do(t, db, fmt.Sprintf("insert into %s by name select * replace (other(BillingCurrency) as BillingCurrency, %s) from bill", table, strings.Join(amounts, ", ")))
		}
		do(t, db, "drop table bill")
	}
}

// foundIn are the findings of a case with the bills wanted, in their order.
func foundIn(t *testing.T, rule rules.Rule, name string, wanted twoBills) []string {
	t.Helper()
	db := openDB(t)
	month, err := rules.LoadCase(t.Context(), db, rule, name)
	if err != nil {
		t.Fatal(err)
	}
	asBills(t, db, wanted)
	if _, err := rules.Run(t.Context(), db, []rules.Rule{rule}, month, month, noon); err != nil {
		t.Fatal(err)
	}
	return ask(t, db, `select concat_ws(' ', Severity, Scope, Subject, BillingCurrency, Cost, coalesce(cast(MonthlySaving as varchar), 'null'),
		json_merge_patch(Evidence, '{"account_charged_in": null}')) from finding order by all`) // a list of currencies
}

// What is added or compared across currencies differs where the other bill is
// not there.
func TestFindingsInTwoCurrenciesAreTheFindingsInEach(t *testing.T) {
	all, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range all {
		cases, err := rules.Cases(rule)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, name := range cases {
			want := slices.Sorted(slices.Values(append(foundIn(t, rule, name, first), foundIn(t, rule, name, second)...)))
			if diff := cmp.Diff(want, slices.Sorted(slices.Values(foundIn(t, rule, name, both)))); diff != "" {
				t.Errorf("%s, case %s (-each bill alone +both):\n%s", rule.ID, name, diff)
			}
			seen += len(want)
		}
		if seen == 0 {
			t.Errorf("%s: none of its cases finds anything", rule.ID)
		}
	}
}

// Such a rule is what the test above is for.
func TestARuleThatAddsAcrossCurrenciesIsSeen(t *testing.T) {
	planted := strings.ReplaceAll(rule, " BillingCurrency,", " max(BillingCurrency) as BillingCurrency,")
	own := loadOwn(t, "spend/account", map[string]string{
		"spend/account.sql":                       planted,
		"testdata/spend/account/a_case/given.csv": "ChargePeriodStart,SubAccountId,EffectiveCost\n2025-10-01,1,10.5\n",
		"testdata/spend/account/a_case/want.csv":  wantHeader,
	})
	want := append(foundIn(t, own, "a_case", first), foundIn(t, own, "a_case", second)...)
	if got := foundIn(t, own, "a_case", both); slices.Equal(want, got) {
		t.Errorf("10.5 USD and 31.5 SEK were added and nobody noticed: %v", got)
	}
}
