package rules_test

import (
	"strings"
	"testing"

	"github.com/costwarden/costwarden/rules"
	"github.com/google/go-cmp/cmp"
)

// withSelect is a rule of this select and of parameter lines.
func withSelect(query string, params ...string) rules.Rule {
	var declared []rules.Param
	for _, p := range params {
		declared = append(declared, rules.Param{Name: p, Type: "integer", Default: "1", Value: "1"})
	}
	return rules.Rule{ID: "own/rule", File: "own/rule.sql", Severity: "info", SQL: query, Params: declared}
}

const columns = "'s' as Scope, 'x' as Subject, 'USD' as BillingCurrency, cast(1 as decimal(38,18)) as Cost, cast(null as decimal(38,18)) as MonthlySaving, cast('{}' as json) as Evidence"

func TestVetAcceptsWhatKeepsTheContract(t *testing.T) {
	db := openDB(t)
	for _, query := range []string{
		"select " + columns,
		"select " + columns + " from cost;\n",
		"select " + columns + " from cost qualify first(BilledCost) over (order by BilledCost) > 1",
		"-- a comment\nselect " + columns + ", 'info' as Severity from main.owned_cost where BillingPeriodStart < $period_end",
		"with cost_of as (select * from daily_cost) select " + columns + " from cost_of, generate_series(1, 2) where age(BillingPeriodStart, $period_start) > interval 1 day",
		"select " + columns + " from (values (1)) as v (n) where n = error('stop') or exists (from policy_budget)",
	} {
		if err := rules.Vet(t.Context(), db, withSelect(query)); err != nil {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestVetRefusesWhatBreaksTheContract(t *testing.T) {
	db := openDB(t)
	const clock = "() depends on the clock, the session or chance; read $period_start and $period_end"
	for query, want := range map[string]string{
		"":                   "own/rule.sql: 0 statements; a rule is one select",
		"select 1; select 2": "own/rule.sql: 2 statements; a rule is one select",
		"delete from cost":   "own/rule.sql: not a select; a rule is one select and changes nothing",
		"select " + columns + "\nfrom cost\nwhere where":                                           `own/rule.sql:3: syntax error at or near "where"`,
		"select " + columns + ", 1 as Extra":                                                       "own/rule.sql: column Extra is not in the contract; put it in Evidence",
		"select " + columns + ", 1 as Severity":                                                    "own/rule.sql: column Severity is INTEGER; write cast(... as varchar)",
		"select * exclude (Scope) from (select " + columns + ")":                                   "own/rule.sql: column Scope is missing; return it as VARCHAR",
		"select * replace (0.5::double as Cost) from (select " + columns + ")":                     "own/rule.sql: column Cost is DOUBLE; write cast(... as decimal(38,18))",
		"select * replace (null as MonthlySaving) from (select " + columns + ")":                   "own/rule.sql: column MonthlySaving is INTEGER; write cast(... as decimal(38,18))",
		"select " + columns + "\nwhere now() > $period_start":                                      "own/rule.sql:2: now" + clock,
		"select " + columns + "\nwhere today() > $period_start":                                    "own/rule.sql:2: today" + clock,
		"select " + columns + "\nwhere RANDOM() > 1":                                               "own/rule.sql:2: random" + clock,
		"select " + columns + "\nwhere get_current_timestamp() > $period_start":                    "own/rule.sql:2: get_current_timestamp" + clock,
		"select " + columns + "\nwhere transaction_timestamp() > $period_start":                    "own/rule.sql:2: transaction_timestamp" + clock,
		"select " + columns + "\nwhere age($period_start) > interval 1 day":                        "own/rule.sql:2: age" + clock,
		"select " + columns + "\nwhere getvariable('x') = 1":                                       "own/rule.sql:2: getvariable" + clock,
		"select " + columns + "\nwhere current_setting('TimeZone') = ''":                           "own/rule.sql:2: current_setting" + clock,
		"select " + columns + "\nwhere current_date > $period_start":                               "own/rule.sql:2: current_date depends on the clock or the session; read $period_start and $period_end",
		"select " + columns + "\nwhere CURRENT_TIMESTAMP > $period_start":                          "own/rule.sql:2: current_timestamp depends on the clock or the session; read $period_start and $period_end",
		"select " + columns + "\nfrom read_csv('/etc/passwd')":                                     "own/rule.sql:2: reads from read_csv(); a rule reads tables and views only",
		"select " + columns + "\nfrom glob('*')":                                                   "own/rule.sql:2: reads from glob(); a rule reads tables and views only",
		"select " + columns + "\nfrom duckdb_settings()":                                           "own/rule.sql:2: reads from duckdb_settings(); a rule reads tables and views only",
		"select " + columns + "\nfrom query('select 1')":                                           "own/rule.sql:2: reads from query(); a rule reads tables and views only",
		"select " + columns + "\nfrom '/etc/passwd.csv'":                                           `own/rule.sql:2: reads "/etc/passwd.csv", which is no table or view; a rule reads daily_cost, owned_cost, cost and policy_* and no files`,
		"with \"x.csv\" as (select 1) select " + columns + "\nfrom \"x.csv\"":                      `own/rule.sql:2: reads "x.csv", which is no table or view; a rule reads daily_cost, owned_cost, cost and policy_* and no files`,
		"select " + columns + "\nfrom information_schema.tables":                                   `own/rule.sql:2: reads "information_schema.tables", which is no table or view; a rule reads daily_cost, owned_cost, cost and policy_* and no files`,
		"select " + columns + "\nfrom finding":                                                     "own/rule.sql:2: reads finding; a rule judges charges and policy, not what was found before",
		"select " + columns + "\nfrom cost using sample 3 rows":                                    "own/rule.sql: has a sample, which a rule may not use",
		"from (describe cost) select " + columns:                                                   "own/rule.sql: has describe, show or summarize, which a rule may not use",
		"select " + columns + "\nhaving any_value(1) = 1":                                          "own/rule.sql:2: any_value() depends on the order of rows; add order by inside the brackets, or take max()",
		"select " + columns + "\nfrom cost qualify first(BilledCost) over (partition by Tags) > 1": "own/rule.sql:2: first() depends on the order of rows; add order by inside the brackets, or take max()",
		"select " + columns + "\nhaving string_agg('a') = 'a'":                                     "own/rule.sql:2: string_agg() depends on the order of rows; add order by inside the brackets, or take max()",
		"select " + columns + " where $limit > 1":                                                  `own/rule.sql: $limit is not declared; add -- param: limit <type> <default> "note", or read $period_start, $period_end`,
		"select " + columns + " where ? > 1":                                                       `own/rule.sql: $1 is not declared; add -- param: 1 <type> <default> "note", or read $period_start, $period_end`,
	} {
		err := rules.Vet(t.Context(), db, withSelect(query))
		if got := problems(err); len(got) == 0 || got[0] != want {
			t.Errorf("%s\n got %v\nwant %s", query, err, want)
		}
	}
}

func TestVetTellsAllThatIsWrongAtOnce(t *testing.T) {
	own := withSelect("select "+columns+"\nfrom finding, 'a.parquet'\nwhere now() > current_date\n  and $less > 1", "more", "word")
	own.Params[1].Value = "many"
	want := []string{
		`own/rule.sql: $less is not declared; add -- param: less <type> <default> "note", or read $period_start, $period_end`,
		"own/rule.sql: param more is declared and never read; remove its line",
		"own/rule.sql: param word is declared and never read; remove its line",
		`own/rule.sql: param word is "many"; want integer`,
		"own/rule.sql:3: current_date depends on the clock or the session; read $period_start and $period_end",
		"own/rule.sql:3: now() depends on the clock, the session or chance; read $period_start and $period_end",
		`own/rule.sql:2: reads "a.parquet", which is no table or view; a rule reads daily_cost, owned_cost, cost and policy_* and no files`,
		"own/rule.sql:2: reads finding; a rule judges charges and policy, not what was found before",
	}
	if diff := cmp.Diff(want, problems(rules.Vet(t.Context(), openDB(t), own))); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestVetNamesTheLineOfAnUnknownColumn(t *testing.T) {
	err := rules.Vet(t.Context(), openDB(t), withSelect("select "+columns+"\nfrom cost\nwhere BilledCosts > 1"))
	if err == nil || !strings.Contains(err.Error(), "BilledCosts") || !strings.Contains(err.Error(), "LINE 3") {
		t.Errorf("got %v; want BilledCosts and its line", err)
	}
}

func TestVetRefusesAValueThatDoesNotFitItsType(t *testing.T) {
	db := openDB(t)
	for _, c := range []struct {
		dataType, value string
		fits            bool
	}{
		{"integer", "7", true}, {"integer", "1.7", false}, {"bigint", "1e3", true}, {"integer", "", false},
		{"decimal(38,18)", "0.000000000000000001", true}, {"decimal(5,2)", "0.125", false}, {"decimal(38,18)", "1,5", false},
		{"boolean", "true", true}, {"boolean", "maybe", false}, {"date", "2026-02-28", true}, {"date", "2026-02-29", false}, {"varchar", "it's", true},
	} {
		own := withSelect("select " + columns + " where $value is not null")
		own.Params = []rules.Param{{Name: "value", Type: c.dataType, Value: c.value}}
		var want []string
		if !c.fits {
			want = []string{"own/rule.sql: param value is \"" + c.value + "\"; want " + c.dataType}
		}
		if diff := cmp.Diff(want, problems(rules.Vet(t.Context(), db, own))); diff != "" {
			t.Errorf("%s %q: want -, got +\n%s", c.dataType, c.value, diff)
		}
	}
}
