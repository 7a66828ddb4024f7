package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/rules"
	"github.com/google/go-cmp/cmp"
)

// folder writes files into a folder of its own.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// problems are the lines of err, none where it is nil.
func problems(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

const budgetHeader = "budget,sub_account_id,currency,first_month,last_month,amount,thresholds,owner,contact,channel\n"

func TestPolicyReadsSheetsAsSpreadsheetsSaveThem(t *testing.T) {
	dir := folder(t, map[string]string{
		"budgets.csv": "\ufeffOwner;amount;Budget;sub_account_id;currency;first_month;last_month;thresholds;contact;channel\r\n" +
			"\r\n" +
			" Wanda ;1000.50;\"web; all\";012345678901;EUR;2026-01;2026-12;\"50%;80 100\";;finops\r\n" +
			";;;;;;;;;\r\n" +
			";20;web; 1 ;USD;2026-01;;;;\r\n",
		"accounts.csv": "sub_account_id,owner,contact,channel\n1,\"Web \"\"core\"\" team\",,\n",
		"notes.txt":    "not policy, and no file that looks like it",
	})
	policy, err := rules.LoadPolicy(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range policy.Budgets {
		got = append(got, strings.Join([]string{b.Name, b.SubAccountID, b.Currency, b.First.String(), b.Amount.String(), b.Owner, b.Channel}, "|"))
	}
	want := []string{"web; all|012345678901|EUR|2026-01|1000.5|Wanda|finops", "web|1|USD|2026-01|20||"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	if diff := cmp.Diff([][]int{{50, 80, 100}, {80, 100}}, [][]int{policy.Budgets[0].Thresholds, policy.Budgets[1].Thresholds}); diff != "" {
		t.Errorf("thresholds: want -, got +\n%s", diff)
	}
	if !policy.Budgets[1].Last.IsZero() || policy.Budgets[0].Last.String() != "2026-12" || policy.Budgets[1].Line != 5 {
		t.Errorf("got last months %s and %s, line %d", policy.Budgets[0].Last, policy.Budgets[1].Last, policy.Budgets[1].Line)
	}
	if policy.Accounts[0].Owner != `Web "core" team` {
		t.Errorf("got owner %q", policy.Accounts[0].Owner)
	}
}

func TestPolicyTellsAllThatIsWrongAtOnce(t *testing.T) {
	dir := folder(t, map[string]string{
		"budget.csv": "budget\n",
		"budgets.csv": budgetHeader +
			"a,1,USD,2026-01,,\"1,000\",,,,\n" +
			"b,1,usd,01/2026,,1000,80 50,,,\n" +
			"c,1.23457E+11,USD,2026-03,2026-02,1.000,50 x,,,\n" +
			",,,,,,,,,x\n" +
			"d,1,USD,2026-01,2026-06,10,,,,\n" +
			"d,1,USD,2026-06,,10,,,,\n" +
			"e,1,USD,2026-01,,0,,,,\n" +
			"f,1,USD,2026-01,,10,,,,,spare\n" +
			"g,1,USD\n",
		"accounts.csv": "sub_account_id,owner,contact,channel\n1,web,,\n2,,,\n1,other,,\n",
		"tags.yaml":    "owner_key: taem\nkeys:\n  team:\n    alias: [squad]\n",
	})
	_, err := rules.LoadPolicy(dir)
	want := []string{
		`budget.csv: not a policy file; did you mean "budgets.csv"?`,
		`accounts.csv:3: column owner: is blank; write a value`,
		`accounts.csv:4: column sub_account_id: 1 stands in line 2 already; keep one`,
		`budgets.csv:2: column amount: "1,000" is no plain number; write 1000.00`,
		`budgets.csv:3: column thresholds: 50 stands after 80; write them ascending, such as 50 80 100`,
		`budgets.csv:3: column currency: "usd" is no currency; write three capitals such as USD`,
		`budgets.csv:3: column first_month: "01/2026" is no month; write YYYY-MM, such as 2026-10`,
		`budgets.csv:4: column sub_account_id: "1.23457E+11" is an id that a spreadsheet made a number of; format the column as text and write all digits`,
		`budgets.csv:4: column amount: "1.000" is no plain number; write 1000.00 or 1, whichever is meant`,
		`budgets.csv:4: column thresholds: "x" is no percent from 1 to 1000; write whole ones such as 50 80 100`,
		`budgets.csv:4: column last_month: 2026-02 is before first_month 2026-03; swap them`,
		`budgets.csv:5: column budget: is blank; write a value`,
		`budgets.csv:5: column sub_account_id: is blank; write a value`,
		`budgets.csv:5: column currency: is blank; write a value`,
		`budgets.csv:5: column amount: is blank; write a value`,
		`budgets.csv:5: column first_month: is blank; write a value`,
		`budgets.csv:7: column budget: "d" has these months in line 6 already; end that row first, or give one another name`,
		`budgets.csv:8: column amount: 0 leaves no percent to reach; write more, or remove the row`,
		`budgets.csv:9: 11 values under 10 columns; quote a value that holds the separator`,
		`budgets.csv:10: 3 values under 10 columns; write each, blank ones too`,
		`tags.yaml:4:5: keys.team: unknown key "alias"; did you mean "aliases"?`,
	}
	if diff := cmp.Diff(want, problems(err)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestPolicySaysHowToWriteAnAmount(t *testing.T) {
	for text, want := range map[string]string{
		"1,000.00":     "1000.00",
		"1.000.000,50": "1000000.50",
		"1000,5":       "1000.5",
		"1 000":        "1000.00",
		"1'000.25":     "1000.25",
		"$1000":        "digits and a point, such as 1000.00",
		"1E+05":        "digits and a point, such as 1000.00",
		"-5":           "digits and a point, such as 1000.00",
		"12.500":       "12500.00 or 12.5, whichever is meant",
	} {
		dir := folder(t, map[string]string{"budgets.csv": budgetHeader + "a,1,USD,2026-01,,\"" + text + "\",,,,\n"})
		_, err := rules.LoadPolicy(dir)
		line := `budgets.csv:2: column amount: "` + text + `" is no plain number; write ` + want
		if diff := cmp.Diff([]string{line}, problems(err)); diff != "" {
			t.Errorf("want -, got +\n%s", diff)
		}
	}
}

func TestPolicyTellsWhatIsWrongWithASheetAsAWhole(t *testing.T) {
	for text, want := range map[string]string{
		"sub_account_id,ownr,contact,channel\n":               `accounts.csv:1: unknown column "ownr"; did you mean "owner"?`,
		"sub_account_id,owner,contact,channel,owner\n":        `accounts.csv:1: column "owner" stands here twice; keep one`,
		"sub_account_id,owner,contact\n":                      `accounts.csv:1: missing column channel; the header is sub_account_id,owner,contact,channel`,
		"sub_account_id,owner,contact,channel\n1,\"a\"b,,\n":  `accounts.csv:2: extraneous or missing " in quoted-field; double the quotes inside a quoted value`,
		"sub_account_id,owner,contact,channel\n1,Z\xfcrich,,": `accounts.csv:2: not UTF-8 text; save it as "CSV UTF-8"`,
	} {
		_, err := rules.LoadPolicy(folder(t, map[string]string{"accounts.csv": text}))
		if got := problems(err); len(got) == 0 || got[0] != want {
			t.Errorf("%q: got %v; want %s", text, got, want)
		}
	}
}

func TestPolicyFindsSpellingsThatStandForTwoThings(t *testing.T) {
	const text = `owner_key: team
keys:
  cost-center: { aliases: [cc, Team] }
  team:
    aliases: [squad, SQUAD, CC, ""]
    values:
      platform: [plattform, Search]
      search:
untaggable: [Support, Support]
`
	_, err := rules.LoadPolicy(folder(t, map[string]string{"tags.yaml": text}))
	want := []string{
		`tags.yaml:3:32: "Team" stands for key "team" and "cost-center"; letter case does not tell them apart, keep one`,
		`tags.yaml:5:29: "CC" stands for key "cost-center" and "team"; letter case does not tell them apart, keep one`,
		`tags.yaml:5:33: a blank key; write a word or remove it`,
		`tags.yaml:7:29: "Search" stands for value "search" and "platform"; letter case does not tell them apart, keep one`,
		`tags.yaml:9:23: service "Support" stands here again; keep one`,
	}
	if diff := cmp.Diff(want, problems(err)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	_, err = rules.LoadPolicy(folder(t, map[string]string{"tags.yaml": "owner_key: taem\nkeys: { team: {} }\n"}))
	if diff := cmp.Diff([]string{`tags.yaml:1:12: owner_key "taem" is not among keys; did you mean "team"?`}, problems(err)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestPolicyFolderMustExistAndMayBeEmpty(t *testing.T) {
	if _, err := rules.LoadPolicy(t.TempDir()); err != nil {
		t.Errorf("empty folder: %v", err)
	}
	missing := filepath.Join(t.TempDir(), "polcy")
	want := "policy folder " + missing + " does not exist; costwarden init writes one"
	if _, err := rules.LoadPolicy(missing); err == nil || err.Error() != want {
		t.Errorf("got %v; want %s", err, want)
	}
}

func TestPolicyChannelsMustBeInTheConfiguration(t *testing.T) {
	policy, err := rules.LoadPolicy(folder(t, map[string]string{
		"budgets.csv":  budgetHeader + "a,1,USD,2026-01,,10,,,,finpos\nb,1,USD,2026-01,,10,,,,\n",
		"accounts.csv": "sub_account_id,owner,contact,channel\n1,web,,finops\n2,web,,slack\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`accounts.csv:3: column channel: no channel "slack" in costwarden.yaml; known here: finops`,
		`budgets.csv:2: column channel: no channel "finpos" in costwarden.yaml; did you mean "finops"?`,
	}
	if diff := cmp.Diff(want, problems(policy.CheckChannels([]string{"finops"}))); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

// A larger one would overflow where it is multiplied by a threshold, and keep
// all budgets from being judged.
func TestBudgetAboveAnyBillIsRefused(t *testing.T) {
	for amount, good := range map[string]bool{
		"999999999999999.99": true, "0000000000000000000012": true, "1000000000000000": false, "99999999999999999999": false,
	} {
		dir := folder(t, map[string]string{"budgets.csv": budgetHeader + "a,1,USD,2026-01,," + amount + ",1000,,,\n"})
		_, err := rules.LoadPolicy(dir)
		if good != (err == nil) || err != nil && !strings.Contains(err.Error(), "budgets.csv:2: column amount: "+amount+" is more than any bill") {
			t.Errorf("%s: got %v", amount, err)
		}
	}
}
