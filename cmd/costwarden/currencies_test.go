package main

import (
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/model"
)

// These tests read every query of ours with DuckDB's own parser: an aggregate
// or a window over money stands where rows are parted by currency. What two
// currencies come to when a query runs is tested where the query is at home,
// in rules, in reports and in queries_test.go.

// queryFolders hold the queries.
var queryFolders = []string{
	"rules/*/*.sql", "rules/*/checks/*.sql", "rules/*.sql", "reports/*/*.sql", "cmd/costwarden/queries/*.sql", "model/views/*.sql", "model/*.sql", "ingest/load/*.sql",
}

// ourSQL are the files of queryFolders by their names.
func ourSQL(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range queryFolders {
		files, err := filepath.Glob(filepath.Join("../..", filepath.FromSlash(pattern)))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, err := filepath.Rel("../..", file)
			if err != nil {
				t.Fatal(err)
			}
			texts[filepath.ToSlash(name)] = string(text)
		}
	}
	return texts
}

// mixesOf are the mixes of every query of a file.
func mixesOf(t *testing.T, db *sql.DB, money map[string]bool, text string) (all []string) {
	t.Helper()
	for _, query := range selects(text) {
		found, err := mixes(t.Context(), db, money, query)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	return all
}

func TestHouseNothingIsAddedAcrossCurrencies(t *testing.T) {
	db, money := moneyColumns(t)
	files := ourSQL(t)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for _, mix := range mixesOf(t, db, money, files[name]) {
			t.Errorf("%s: %s is over rows of several currencies; group or partition by BillingCurrency", name, mix)
		}
	}
}

// harmless are the places that part rows by currency and could do without, and
// why.
var harmless = map[string]string{
	"cmd/costwarden/queries/demo_coverage.sql: partition by BillingCurrency":                           "orders currencies by numbers of charges",
	"cmd/costwarden/queries/demo_spend.sql: partition by BillingCurrency":                              "orders currencies by numbers of charges",
	"reports/alerts/due.sql: partition by RuleId, BillingPeriodStart, Scope, Subject, BillingCurrency": "looks for the highest threshold, a percent",
	"rules/broken.sql: group by Scope, Subject, BillingCurrency":                                       "counts rows of a result",
	"rules/data_quality/unknown_currency.sql: group by Scope, Subject, BillingCurrency":                "Subject is the currency, too",
	"reports/sheets/reporting_owner.sql: group by BillingCurrency":                                     "takes the rate of each currency",
	"reports/sheets/reporting_currency.sql: partition by BillingCurrency":                              "ranks what is converted",
}

// parting is where a query parts its rows by the currency of the bill.
var parting = regexp.MustCompile(`(?:group|partition) by (?:[\w.]+, )*(?:\w+\.)?BillingCurrency\b`)

// Every query that parts rows by currency is read again without.
func TestHouseAQueryThatForgetsTheCurrencyIsSeen(t *testing.T) {
	db, money := moneyColumns(t)
	files := ourSQL(t)
	planted, excused := 0, map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		for _, at := range parting.FindAllStringIndex(files[name], -1) {
			planted++
			place := files[name][at[0]:at[1]]
			without := files[name][:at[0]] + strings.Replace(place, "BillingCurrency", "ProviderName", 1) + files[name][at[1]:]
			if len(mixesOf(t, db, money, without)) > 0 {
				continue
			}
			where := name + ": " + place
			if harmless[where] == "" {
				t.Errorf("%s: no fault is seen without the currency", where)
			}
			excused[where] = true
		}
	}
	for where := range harmless {
		if !excused[where] {
			t.Errorf("%s is excused without need", where)
		}
	}
	if planted < 40 {
		t.Errorf("planted %d faults; want one in each query that adds money", planted)
	}
}

func TestHouseAnAdditionAcrossCurrenciesIsSeen(t *testing.T) {
	db, money := moneyColumns(t)
	for query, want := range map[string]string{
		"select sum(BilledCost) from cost":                                                                                           "sum(billedcost)",
		"select x_Owner, sum(EffectiveCost) from owned_cost group by x_Owner":                                                        "sum(effectivecost)",
		"select x_Owner, sum(EffectiveCost) as c from owned_cost group by all":                                                       "sum(effectivecost)",
		"select SubAccountId, max(abs(BilledCost)) from cost group by 1":                                                             "max(billedcost)",
		"select ServiceName, count(*) from cost group by ServiceName having sum(ListCost) > 10":                                      "sum(listcost)",
		"with a as (select BillingCurrency, sum(BilledCost) as Total from cost group by all) select avg(Total) from a":               "avg(total)",
		"select BillingCurrency, (select sum(BilledCost) from cost) from cost":                                                       "sum(billedcost)",
		"select BilledCost / sum(BilledCost) over () from cost":                                                                      "sum(billedcost) over",
		"select * from cost qualify row_number() over (partition by ServiceName order by BilledCost desc) = 1":                       "row_number(billedcost) over",
		"select BillingCurrency, sum(BilledCost) from cost group by rollup (BillingCurrency)":                                        "sum(billedcost)",
		"select 1 union all select sum(MonthlySaving) from finding":                                                                  "sum(monthlysaving)",
		"select arg_max(ServiceName, EffectiveCost) from cost":                                                                       "arg_max(effectivecost)",
		"select ResourceId from cost where ResourceId in (select ResourceId from cost group by ResourceId having sum(ListCost) > 1)": "sum(listcost)",

		"select BillingCurrency, sum(BilledCost) from cost group by BillingCurrency":                                                    "",
		"select BillingCurrency, sum(BilledCost) from cost group by grouping sets ((BillingCurrency, x_SourceName), (BillingCurrency))": "",
		"select BillingCurrency, sum(BilledCost) from cost group by grouping sets ((BillingCurrency, x_SourceName), (x_SourceName))":    "sum(billedcost)",
		"select BillingCurrency as c, sum(BilledCost) from cost group by c":                                                             "",
		"select sum(BilledCost), BillingCurrency from cost group by 2":                                                                  "",
		"select BillingCurrency, ServiceName, sum(BilledCost) from cost group by all":                                                   "",
		"select sum(BilledCost) from cost where BillingCurrency = 'USD' and ServiceName = 'EC2'":                                        "",
		"select sum(BilledCost) over (partition by BillingCurrency order by ServiceName) from cost":                                     "",
		"select count(*), max(ChargePeriodEnd), bool_or(BilledCost <> 0) from cost":                                                     "",
		"select sum(ConsumedQuantity) from cost":                                                                                        "",
		"select sum(BilledCost) from cost where BillingCurrency = 'USD' or BillingCurrency = 'EUR'":                                     "sum(billedcost)",
		"select BillingCurrency, sum(BilledCost) from cost group by BillingCurrency order by sum(BilledCost) desc, BillingCurrency":     "",
	} {
		got, err := mixes(t.Context(), db, money, query)
		if err != nil || strings.Join(got, ", ") != want {
			t.Errorf("%s\n got %v, %v\nwant %s", query, got, err, want)
		}
	}
}

// moneyColumns are the columns of all tables and views that hold money in the
// currency of a bill, in lower case, with the database they are of. What is in
// the reporting currency, which is one, may be added.
func moneyColumns(t *testing.T) (*sql.DB, map[string]bool) {
	t.Helper()
	db, err := model.Open(t.Context(), "", model.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	rows, err := db.Query(`select distinct lower(column_name) from duckdb_columns()
		where data_type = 'DECIMAL(38,18)' and not regexp_matches(column_name, '(Quantity|Price|Rate|Usage|UsageRatio|BlockSize)$|^x_ReportingCurrency')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	money := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		money[name] = true
	}
	if err := rows.Err(); err != nil || !money["billedcost"] || !money["monthlysaving"] || !money["difference"] {
		t.Fatalf("the columns of money are %v, %v", money, err)
	}
	return db, money
}

var (
	comments = regexp.MustCompile(`(?m)^\s*--.*$`)
	ends     = regexp.MustCompile(`;\s*(?:\n|$)`)
	creates  = regexp.MustCompile(`(?is)^create (?:or replace )?(?:temp table \w+|view \w+|macro \w+\([^)]*\)) as(?: table)?\s`)
	inserts  = regexp.MustCompile(`(?im)^insert into \w+(?: by name)?\s`)
	conflict = regexp.MustCompile(`(?is)\son conflict\s.*$`)
	isSelect = regexp.MustCompile(`(?i)^(with|select|from)\b`)
)

// selects are the selects of a file, those that make views, macros and rows
// included.
func selects(text string) []string {
	var all []string
	for _, statement := range ends.Split(comments.ReplaceAllString(text, ""), -1) {
		statement = strings.TrimSpace(statement)
		query := creates.ReplaceAllString(statement, "")
		if inserts.MatchString(query) {
			query = strings.TrimSpace(conflict.ReplaceAllString(inserts.ReplaceAllString(query, ""), ""))
		}
		query = strings.TrimSpace(query)
		switch {
		case isSelect.MatchString(query):
			all = append(all, query)
		case creates.MatchString(statement): // a macro that is an expression
			all = append(all, "select "+query)
		}
	}
	return all
}
