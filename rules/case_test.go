package rules_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/rules"
	"github.com/google/go-cmp/cmp"
)

// testOwn runs the case of the rule spend/account of a user's folder.
func testOwn(t *testing.T, files map[string]string) error {
	t.Helper()
	all := map[string]string{"spend/account.sql": rule}
	for name, text := range files {
		all["testdata/spend/account/a_case/"+name] = text
	}
	return rules.Test(t.Context(), loadOwn(t, "spend/account", all))
}

const given = "\ufeffChargePeriodStart,SubAccountId,EffectiveCost\r\n" +
	"# only the newest month is judged\r\n" +
	"2025-09-01 00:00:00,1,70\r\n" +
	"2025-10-01 00:00:00,1,10.5\r\n" +
	"2025-10-31 23:59:59,1,2\r\n" +
	"2025-10-31 23:59:59,2,3\r\n"

const wantHeader = "Scope,Subject,BillingCurrency,Severity,Cost,MonthlySaving,rows\n"

func TestCaseOfAUsersRulePasses(t *testing.T) {
	err := testOwn(t, map[string]string{
		"given.csv": given,
		"want.csv":  wantHeader + "# any order\n2,all,USD,info,3.00,,1\n1,all,USD,info,12.50,,2\n",
	})
	if err != nil {
		t.Error(err)
	}
}

func TestCaseTellsEachDifference(t *testing.T) {
	err := testOwn(t, map[string]string{
		"given.csv": given,
		"want.csv":  strings.Replace(wantHeader, "rows", "days", 1) + "1,all,USD,warning,12.51,0,2\n3,all,USD,info,1,,1\n",
	})
	want := []string{
		"test spend/account, case a_case:",
		`  1 / all / USD: Cost is "12.5", want "12.51"`,
		`  1 / all / USD: MonthlySaving is "", want "0"`,
		`  1 / all / USD: Severity is "info", want "warning"`,
		`  1 / all / USD: days is "", want "2"`,
		`  1 / all / USD: rows is "2", want ""`,
		"  3 / all / USD: wanted, not found",
		"  2 / all / USD: found, not wanted: Cost=3, MonthlySaving=, Severity=info, rows=1",
	}
	if diff := cmp.Diff(want, problems(err)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestCaseMustBeWellFormed(t *testing.T) {
	const head = "test spend/account, case a_case:\n"
	for want, files := range map[string]map[string]string{
		"open given.csv: no such file or directory":                                                   {"want.csv": wantHeader},
		"open want.csv: no such file or directory":                                                    {"given.csv": given},
		"given.csv: has no rows; give the charges to judge":                                           {"given.csv": "ChargePeriodStart\n", "want.csv": wantHeader},
		"given.csv: missing column ChargePeriodStart":                                                 {"given.csv": "EffectiveCost\n1\n", "want.csv": wantHeader},
		`given.csv: unknown column "BiledCost"; did you mean "BilledCost"?`:                           {"given.csv": "ChargePeriodStart,BiledCost\n2025-10-01,1\n", "want.csv": wantHeader},
		"want.csv: missing column Severity":                                                           {"given.csv": given, "want.csv": "Scope,Subject,BillingCurrency,Cost,MonthlySaving\n"},
		`figures.csv: not a policy file; known here: accounts.csv, budgets.csv, rates.csv, tags.yaml`: {"given.csv": given, "want.csv": wantHeader, "figures.csv": "x\n"},
		"accounts.csv:2: column owner: is blank; write a value":                                       {"given.csv": given, "want.csv": wantHeader, "accounts.csv": "sub_account_id,owner,contact,channel\n1,,,\n"},
	} {
		if err := testOwn(t, files); err == nil || err.Error() != head+want {
			t.Errorf("got %v\nwant %s%s", err, head, want)
		}
	}
}

func TestRuleWithoutCaseIsUntested(t *testing.T) {
	err := rules.Test(t.Context(), loadOwn(t, "spend/account", map[string]string{"spend/account.sql": rule}))
	want := "test spend/account: no test; write testdata/spend/account/<case>/given.csv and want.csv"
	if !errors.Is(err, rules.ErrUntested) || err.Error() != want {
		t.Errorf("got %v; want %s", err, want)
	}
}
