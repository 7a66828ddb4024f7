package rules_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/rules"
	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2025, 12, 1, 12, 0, 0, 0, time.UTC)

// load replaces what is loaded for a month by one charge of an import.
func load(t *testing.T, db *sql.DB, month, importID, cost string) {
	t.Helper()
	do(t, db, "delete from daily_cost where x_Slice = ?", month)
	do(t, db, `insert into daily_cost by name select 's' as x_SourceName, cast($month as varchar) as x_Slice, cast($import as varchar) as x_ImportId,
		cast($month || '-01' as date) as x_ChargeDate, cast($month || '-01' as timestamp) as BillingPeriodStart, 'USD' as BillingCurrency,
		'AWS' as ProviderName, '9' as BillingAccountId, '1' as SubAccountId, 'Other' as ServiceCategory, 'Example Service' as ServiceName,
		'Usage' as ChargeCategory, cast($cost as decimal(38,18)) as BilledCost, BilledCost as EffectiveCost, BilledCost as ListCost,
		BilledCost as ContractedCost, 1 as x_Rows`, sql.Named("month", month), sql.Named("import", importID), sql.Named("cost", cost))
}

// run runs the rules for all months and says per rule and month what happened.
func run(t *testing.T, db *sql.DB, all []rules.Rule) []string {
	t.Helper()
	summaries, err := rules.Run(t.Context(), db, all, model.Period{}, model.Period{}, noon)
	if err != nil {
		t.Fatal(err)
	}
	return told(summaries)
}

func told(summaries []rules.Summary) []string {
	var lines []string
	for _, s := range summaries {
		what := "judged"
		if s.Skipped {
			what = "skipped"
		}
		lines = append(lines, strings.Join([]string{s.RuleID, s.Period.String(), what, string(rune('0' + s.Findings))}, " "))
	}
	return lines
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: want -, got +\n%s", what, diff)
	}
}

const allFindings = `select concat_ws(' ', RuleId, strftime(BillingPeriodStart, '%Y-%m'), Severity, Scope, Subject, BillingCurrency, Cost, coalesce(cast(MonthlySaving as varchar), 'null'), Evidence)
	from finding order by all`

func TestRunJudgesOnlyWhatChanged(t *testing.T) {
	db := openDB(t)
	own := []rules.Rule{loadOwn(t, "spend/account", map[string]string{"spend/account.sql": rule})}
	load(t, db, "2025-10", "s/2025-10@1", "10")
	load(t, db, "2025-11", "s/2025-11@1", "0.25")
	expect(t, "first run", run(t, db, own), "spend/account 2025-10 judged 1", "spend/account 2025-11 judged 0")
	expect(t, "findings", ask(t, db, allFindings), `spend/account 2025-10 info 1 all USD 10.000000000000000000 null {"rows":1}`)
	expect(t, "second run", run(t, db, own), "spend/account 2025-10 skipped 1", "spend/account 2025-11 skipped 0")

	load(t, db, "2025-11", "s/2025-11@2", "0.75")
	expect(t, "later month restated", run(t, db, own), "spend/account 2025-10 skipped 1", "spend/account 2025-11 judged 1")
	load(t, db, "2025-10", "s/2025-10@2", "9")
	expect(t, "earlier month restated: a rule may look back", run(t, db, own), "spend/account 2025-10 judged 1", "spend/account 2025-11 judged 1")
	expect(t, "findings replaced", ask(t, db, allFindings),
		`spend/account 2025-10 info 1 all USD 9.000000000000000000 null {"rows":1}`,
		`spend/account 2025-11 info 1 all USD 0.750000000000000000 null {"rows":1}`)

	store(t, db, map[string]string{"tags.yaml": "owner_key: team\n"})
	expect(t, "policy changed", run(t, db, own), "spend/account 2025-10 judged 1", "spend/account 2025-11 judged 1")
	own[0].SQL += "-- a note\n"
	expect(t, "rule changed", run(t, db, own), "spend/account 2025-10 judged 1", "spend/account 2025-11 judged 1")
	// As text, 10 would be less than 9.
	own, err := rules.Configure(own, map[string]map[string]string{"spend/account": {"minimum": "10"}})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "parameter changed", run(t, db, own), "spend/account 2025-10 judged 0", "spend/account 2025-11 judged 0")
}

func TestRunKeepsToTheMonthsAskedFor(t *testing.T) {
	db := openDB(t)
	own := []rules.Rule{loadOwn(t, "spend/account", map[string]string{"spend/account.sql": rule})}
	for _, month := range []string{"2025-09", "2025-10", "2025-11"} {
		load(t, db, month, "s/"+month, "1")
	}
	october, err := model.ParsePeriod("2025-10")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		since, until model.Period
		want         []string
	}{
		{october, october, []string{"spend/account 2025-10 judged 1"}},
		{october.Next(), model.Period{}, []string{"spend/account 2025-11 judged 1"}},
		{model.Period{}, october, []string{"spend/account 2025-09 judged 1", "spend/account 2025-10 skipped 1"}},
	} {
		summaries, err := rules.Run(t.Context(), db, own, c.since, c.until, noon)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, c.since.String()+" to "+c.until.String(), told(summaries), c.want...)
	}
}

func TestRunForgetsMonthsAndRulesThatAreGone(t *testing.T) {
	db := openDB(t)
	own := []rules.Rule{loadOwn(t, "spend/account", map[string]string{"spend/account.sql": rule, "spend/other.sql": rule})}
	other := own[0]
	other.ID = "spend/other"
	load(t, db, "2025-10", "s/2025-10", "1")
	load(t, db, "2025-11", "s/2025-11", "1")
	run(t, db, append(own, other))
	do(t, db, "delete from daily_cost where x_Slice = '2025-10'")
	expect(t, "run", run(t, db, own), "spend/account 2025-11 judged 1")
	const left = "select RuleId || ' ' || strftime(BillingPeriodStart, '%Y-%m') from "
	expect(t, "findings", ask(t, db, left+"finding"), "spend/account 2025-11")
	expect(t, "judgements", ask(t, db, left+"judgement"), "spend/account 2025-11")
}

// result is a rule that returns one row of the month's charges, with one
// expression of the contract replaced.
func result(id, replace string) rules.Rule {
	r := withSelect("select * replace (" + replace + ") from (select " + columns + " from daily_cost where BillingPeriodStart = $period_start)")
	r.ID = id
	return r
}

func TestRunRefusesRowsThatBreakTheContract(t *testing.T) {
	for replace, want := range map[string]string{
		"cast(null as varchar) as Scope":               "row (null, x, USD): Scope is null",
		"cast(null as varchar) as Subject":             "row (s, null, USD): Subject is null",
		"cast(null as varchar) as BillingCurrency":     "row (s, x, null): BillingCurrency is null",
		"cast(null as decimal(38,18)) as Cost":         "row (s, x, USD): Cost is null",
		"cast(-1 as decimal(38,18)) as MonthlySaving":  "row (s, x, USD): MonthlySaving is negative; return null where nothing is saved",
		"cast(null as json) as Evidence":               "row (s, x, USD): Evidence is not a JSON object",
		"cast('[1]' as json) as Evidence":              "row (s, x, USD): Evidence is not a JSON object",
		`cast('{"a": {"b": 1}}' as json) as Evidence`:  "row (s, x, USD): Evidence is not flat; give each number its own name",
		`cast('{"a": 1, "a": 2}' as json) as Evidence`: "row (s, x, USD): Evidence names a member twice",
		"'other' as Scope":                             "", // keeps it
		"unnest(['s', 's']) as Scope":                  "row (s, x, USD): Scope, Subject and BillingCurrency stand in 2 rows; group by them",
	} {
		db := openDB(t)
		load(t, db, "2025-10", "s/2025-10", "1")
		_, err := rules.Run(t.Context(), db, []rules.Rule{result("own/rule", replace)}, model.Period{}, model.Period{}, noon)
		if want != "" {
			want = "run own/rule for 2025-10: own/rule.sql: " + want
		}
		if got := strings.Join(problems(err), "\n"); got != want {
			t.Errorf("%s\n got %s\nwant %s", replace, got, want)
		}
	}
}

func TestRunKeepsOldFindingsOfARuleThatFailsAndRunsTheOthers(t *testing.T) {
	db := openDB(t)
	load(t, db, "2025-10", "s/2025-10", "1")
	run(t, db, []rules.Rule{result("own/a", "'old' as Subject")})
	failing := result("own/a", "cast(null as decimal(38,18)) as Cost")
	_, err := rules.Run(t.Context(), db, []rules.Rule{failing, result("own/b", "'new' as Subject")}, model.Period{}, model.Period{}, noon)
	if err == nil {
		t.Error("no error")
	}
	expect(t, "findings", ask(t, db, "select RuleId || ' ' || Subject from finding order by all"), "own/a old", "own/b new")
}

func TestRunVetsBeforeItRuns(t *testing.T) {
	db := openDB(t)
	load(t, db, "2025-09", "s/2025-09", "1")
	load(t, db, "2025-10", "s/2025-10", "1")
	_, err := rules.Run(t.Context(), db, []rules.Rule{withSelect("select " + columns + " from 'x.csv'")}, model.Period{}, model.Period{}, noon)
	want := `own/rule.sql:1: reads "x.csv", which is no table or view; a rule reads daily_cost, owned_cost, cost and policy_* and no files`
	expect(t, "problems, once", problems(err), want)
}

func TestSeverityOfARowGoesBeforeTheHeader(t *testing.T) {
	db := openDB(t)
	load(t, db, "2025-10", "s/2025-10", "1")
	own := withSelect("select " + columns + ", 'critical' as Severity from daily_cost where BillingPeriodStart = $period_start")
	run(t, db, []rules.Rule{own})
	expect(t, "severity", ask(t, db, "select Severity from finding"), "critical")
	own.SQL = strings.Replace(own.SQL, "'critical'", "'dire'", 1)
	_, err := rules.Run(t.Context(), db, []rules.Rule{own}, model.Period{}, model.Period{}, noon)
	expect(t, "problem", problems(err), "run own/rule for 2025-10: own/rule.sql: row (s, x, USD): Severity is dire; want info, warning or critical")
}

func TestHostileParameterIsOnlyAValue(t *testing.T) {
	db := openDB(t)
	load(t, db, "2025-10", "s/2025-10", "1")
	own := []rules.Rule{loadOwn(t, "spend/account", map[string]string{"spend/account.sql": rule})}
	own, err := rules.Configure(own, map[string]map[string]string{"spend/account": {"service": "'; drop table finding; --"}})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "run", run(t, db, own), "spend/account 2025-10 judged 0")
	expect(t, "findings", ask(t, db, "select cast(count(*) as varchar) from finding"), "0")
}
