package reports_test

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/reports"
)

// billedIn is the hand-made company as if it had bills in these currencies
// only.
func billedIn(t *testing.T, currencies ...string) *sql.DB {
	t.Helper()
	db := given(t)
	before(t, db)
	rates(t, db, "USD", "2025-09 EUR 1.05", "2025-10 EUR 1.1")
	list := "'" + strings.Join(currencies, "', '") + "'"
	for _, table := range names(t, db, `select table_name from duckdb_columns() join duckdb_tables() using (table_name)
		where column_name = 'BillingCurrency' and not duckdb_tables.temporary order by table_name`) {
		run(t, db, "delete from "+table+" where BillingCurrency not in ("+list+")")
	}
	return db
}

func names(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// converts are the queries that add amounts in the reporting currency, which
// are all in one; see TestConvertedTotalsAreTheSumOfEachBill.
func converts(name string) bool { return strings.HasPrefix(name, "reporting") }

// inCurrency is the lines of currency as text, in their order.
func inCurrency[L ~map[string]any](lines []L, currency string) string {
	var text strings.Builder
	for _, line := range lines {
		if line["BillingCurrency"] == any(currency) {
			fmt.Fprintln(&text, line)
		}
	}
	return text.String()
}

// What is added or compared across currencies differs where the other currency
// is not there.
func TestEverySheetOfTwoCurrenciesIsTheSheetsOfEach(t *testing.T) {
	w := october(t)
	w.DetailRows = 1 // limits count, too
	both, err := reports.Ask(t.Context(), billedIn(t, "USD", "EUR"), w)
	if err != nil {
		t.Fatal(err)
	}
	for _, currency := range []string{"USD", "EUR"} {
		alone, err := reports.Ask(t.Context(), billedIn(t, currency), w)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range reports.Sheets() {
			if converts(name) {
				continue
			}
			if diff := cmp.Diff(inCurrency(alone[name], currency), inCurrency(both[name], currency)); diff != "" {
				t.Errorf("%s: bills in another currency changed lines in %s (-alone +with them):\n%s", name, currency, diff)
			}
			if !slices.Contains([]string{"failing", "freshness"}, name) && inCurrency(both[name], currency) == "" { // these hold no money
				t.Errorf("%s: no line in %s; the test sees nothing", name, currency)
			}
		}
	}
	for _, name := range reports.Sheets() {
		for _, line := range both[name] {
			for column, value := range line {
				if _, isMoney := value.(model.Money); isMoney && line["BillingCurrency"] == nil && line["ReportingCurrency"] == nil {
					t.Errorf("%s: %s stands without its currency: %v", name, column, line)
				}
			}
		}
	}
}

func TestEveryViewOfTwoCurrenciesIsTheViewsOfEach(t *testing.T) {
	both := billedIn(t, "USD", "EUR")
	usd, eur := billedIn(t, "USD"), billedIn(t, "EUR")
	views := names(t, both, `select distinct view_name from duckdb_views() join duckdb_columns() on table_name = view_name
		where column_name = 'BillingCurrency' order by all`)
	if !slices.Contains(views, "owned_cost") || !slices.Contains(views, "reported_cost") {
		t.Fatalf("the views are %v", views)
	}
	for _, view := range views {
		query := "select cast(to_json(line) as varchar) from " + view + " as line"
		want := append(names(t, usd, query), names(t, eur, query)...)
		got := names(t, both, query)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
			t.Errorf("%s has %d rows (-each alone +both):\n%s", view, len(got), diff)
		}
	}
}

// Amounts in EUR 1.1 times as much in USD: 40 are 44.
func TestConvertedTotalsAreTheSumOfEachBill(t *testing.T) {
	w := october(t)
	w.DetailRows = 10
	total := func(currencies ...string) string {
		found, err := reports.Ask(t.Context(), billedIn(t, currencies...), w)
		if err != nil {
			t.Fatal(err)
		}
		var parts []string
		for _, line := range found["reporting_owner"] {
			if line["x_Line"] == "total" {
				parts = append(parts, fmt.Sprint(line["ThisMonth"], " ", line["ReportingCurrency"]))
			}
		}
		return strings.Join(parts, ", ")
	}
	for want, currencies := range map[string][]string{
		"226.005 USD": {"USD"}, "44 USD": {"EUR"}, "270.005 USD": {"USD", "EUR"},
	} {
		if got := total(currencies...); got != want {
			t.Errorf("%v: %s, want %s", currencies, got, want)
		}
	}
}
