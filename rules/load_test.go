package rules_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/rules"
	"github.com/google/go-cmp/cmp"
)

const rule = `-- title: Cost of an account
-- severity: info
-- owner: finance
-- why: to see
--   where money goes
-- act: look
-- method: sum of EffectiveCost
-- param: minimum decimal(38,18) 0.5 "smallest cost"
-- param: service varchar 'Example Service' "the service"
select
    SubAccountId as Scope, 'all' as Subject, BillingCurrency, sum(EffectiveCost) as Cost,
    cast(null as decimal(38,18)) as MonthlySaving, json_object('rows', sum(x_Rows)) as Evidence
from daily_cost
where BillingPeriodStart = $period_start and ServiceName = $service
group by all
having sum(EffectiveCost) >= $minimum
`

// loadOwn loads the rules of a folder of files and returns the one named id.
func loadOwn(t *testing.T, id string, files map[string]string) rules.Rule {
	t.Helper()
	all, err := rules.Load(folder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("no rule %s", id)
	return rules.Rule{}
}

func TestLoadReadsTheHeader(t *testing.T) {
	got := loadOwn(t, "spend/account", map[string]string{"spend/account.sql": strings.ReplaceAll(rule, "\n", "\r\n"), "README.md": "notes"})
	want := []string{"Cost of an account", "info", "finance", "to see where money goes", "look", "sum of EffectiveCost"}
	if diff := cmp.Diff(want, []string{got.Title, got.Severity, got.Owner, got.Why, got.Act, got.Method}); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	params := []rules.Param{
		{Name: "minimum", Type: "decimal(38,18)", Default: "0.5", Note: "smallest cost", Value: "0.5"},
		{Name: "service", Type: "varchar", Default: "Example Service", Note: "the service", Value: "Example Service"},
	}
	if diff := cmp.Diff(params, got.Params); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestLoadTellsAllThatIsWrongAtOnce(t *testing.T) {
	dir := folder(t, map[string]string{
		"top.sql":        "select 1",
		"Spend/Case.sql": "select 1",
		"spend/bare.sql": "select 1",
		"spend/odd.sql": "-- title: a\n-- title: b\n-- severity: high\n-- oner: me\n-- why:\n-- act: do\n-- method: sum\n-- loose words\n" +
			"-- param: minimum decimal(38,18)\n-- param: period_start date 2026-01-01 \"when\"\n-- param: x double 1 \"share\"\n" +
			"-- param: y bigint 1 \"a\"\n-- param: y bigint 1 \"b\"\nselect 1",
	})
	_, err := rules.Load(dir)
	var got []string
	for _, line := range problems(err) {
		got = append(got, strings.TrimPrefix(line, filepath.ToSlash(dir)+"/"))
	}
	want := []string{
		"Spend/Case.sql: want <family>/<name>.sql, both in lower case with underscores",
		"spend/bare.sql: header has no title; add a line -- title: and say it",
		"spend/bare.sql: header has no severity; add a line -- severity: and say it",
		"spend/bare.sql: header has no owner; add a line -- owner: and say it",
		"spend/bare.sql: header has no why; add a line -- why: and say it",
		"spend/bare.sql: header has no act; add a line -- act: and say it",
		"spend/bare.sql: header has no method; add a line -- method: and say it",
		"spend/odd.sql:8: not a header line; write -- word: text, go on with three blanks after --, and keep other comments below the header",
		"spend/odd.sql:2: title stands here again; keep one",
		`spend/odd.sql:3: severity "high"; want one of info, warning, critical`,
		`spend/odd.sql:4: unknown header word "oner"; did you mean "owner"?`,
		"spend/odd.sql:5: why is empty; say it in a few words",
		`spend/odd.sql:9: param "minimum decimal(38,18)"; write name type default "note", such as minimum_cost decimal(38,18) 10 "smallest cost reported"`,
		"spend/odd.sql:10: param period_start is always there; remove the line",
		`spend/odd.sql:11: param x has type "double"; want boolean, integer, bigint, date, varchar or a decimal such as decimal(38,18)`,
		"spend/odd.sql:13: param y is declared again; keep one",
		"spend/odd.sql: header has no owner; add a line -- owner: and say it",
		"top.sql: want <family>/<name>.sql, both in lower case with underscores",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestLoadRefusesTwoFilesOfOneID(t *testing.T) {
	dir := folder(t, map[string]string{"budget/breach.sql": rule})
	_, err := rules.Load(dir)
	want := "rule budget/breach is in two files, built in: budget/breach.sql and " + filepath.ToSlash(dir) + "/budget/breach.sql; rename one"
	if diff := cmp.Diff([]string{want}, problems(err)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestLoadRefusesAFolderThatIsNotThere(t *testing.T) {
	if _, err := rules.Load(filepath.Join(t.TempDir(), "rulse")); err == nil || !strings.Contains(err.Error(), "rulse") {
		t.Errorf("got %v; want an error that names the folder", err)
	}
}

func TestConfigureSetsParameters(t *testing.T) {
	own := loadOwn(t, "spend/account", map[string]string{"spend/account.sql": rule})
	got, err := rules.Configure([]rules.Rule{own}, map[string]map[string]string{"spend/account": {"minimum": "20"}})
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Params[0].Value != "20" || got[0].Params[0].Default != "0.5" || own.Params[0].Value != "0.5" {
		t.Errorf("got %+v, from %+v", got[0].Params[0], own.Params[0])
	}
	_, err = rules.Configure([]rules.Rule{own}, map[string]map[string]string{"spend/acount": {"minimum": "20"}, "spend/account": {"minimun": "20"}})
	want := []string{
		`rules: spend/account has no parameter "minimun"; did you mean "minimum"?`,
		`rules: unknown rule "spend/acount"; did you mean "spend/account"?`,
	}
	if diff := cmp.Diff(want, problems(err)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}
