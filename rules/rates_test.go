package rules_test

import (
	"os"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/rules"
	"github.com/google/go-cmp/cmp"
)

const rateHeader = "month,from_currency,to_currency,rate,source\n"

func TestRatesAreStoredToTheLastDigit(t *testing.T) {
	db := openDB(t)
	store(t, db, map[string]string{"rates.csv": "\ufeffrate;Month;from_currency;to_currency;source\r\n" +
		"1.085;2026-09;EUR;USD;ECB, monthly average\r\n" +
		"0.000061234567890123;2026-09;IDR;USD;\r\n" +
		"123456789;2026-10;KWD;IRR;\r\n"})
	got := ask(t, db, `select concat_ws(' ', strftime(BillingPeriodStart, '%Y-%m'), FromCurrency, ToCurrency, Rate, coalesce(Source, 'unsaid'))
		from policy_exchange_rate order by all`)
	want := []string{
		"2026-09 EUR USD 1.085000000000000000 ECB, monthly average",
		"2026-09 IDR USD 0.000061234567890123 unsaid",
		"2026-10 KWD IRR 123456789.000000000000000000 unsaid",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	store(t, db, map[string]string{"rates.csv": rateHeader})
	if left := ask(t, db, "select FromCurrency from policy_exchange_rate"); len(left) > 0 {
		t.Errorf("rates that are gone from the file are left: %v", left)
	}
}

// The example in the docs is one that is read.
func TestTheRatesInTheDocsAreGood(t *testing.T) {
	text, err := os.ReadFile("../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(text), "```csv\nmonth,")
	example, _, found := strings.Cut(example, "```")
	if !found {
		t.Fatal("policy.md has no example of rates.csv")
	}
	policy, err := rules.LoadPolicy(folder(t, map[string]string{"rates.csv": "month," + example}))
	if err != nil || len(policy.Rates) != 3 {
		t.Errorf("read %d rates, %v", len(policy.Rates), err)
	}
}

func TestRatesTellAllThatIsWrongAtOnce(t *testing.T) {
	_, err := rules.LoadPolicy(folder(t, map[string]string{"rates.csv": rateHeader +
		"2026-09,eur,USD,1.08,\n" +
		"09/2026,EUR,BTC,1.08,\n" +
		"2026-09,USD,USD,1,\n" +
		"2026-09,EUR,USD,0,\n" +
		"2026-09,EUR,USD,1.09,\n" +
		",,,,ECB\n" +
		"2026-09,GBP,USD,\"1,31\",\n" +
		"2026-09,CHF,USD,\"1,131\",\n" +
		"2026-09,IDR,USD,6.1E-05,\n" +
		"2026-09,SEK,USD,-0.1,\n" +
		"2026-09,NOK,USD,0.1234567890123456789,\n" +
		"2026-09,DKK,USD,1234567890,\n"}))
	want := []string{
		`rates.csv:2: column from_currency: "eur" is no currency of ISO 4217; write its three capitals such as USD`,
		`rates.csv:3: column month: "09/2026" is no month; write YYYY-MM, such as 2026-10`,
		`rates.csv:3: column to_currency: "BTC" is no currency of ISO 4217; write its three capitals such as USD`,
		`rates.csv:4: column to_currency: USD is the currency converted from, too; remove the row, a currency needs no rate to itself`,
		`rates.csv:5: column rate: 0 is no rate; write how many units of to_currency one unit of from_currency is`,
		`rates.csv:6: column month: the rate of 2026-09 from EUR to USD stands in line 5 already; keep one`,
		`rates.csv:7: column month: is blank; write a value`,
		`rates.csv:7: column from_currency: is blank; write a value`,
		`rates.csv:7: column to_currency: is blank; write a value`,
		`rates.csv:7: column rate: is blank; write a value`,
		`rates.csv:8: column rate: "1,31" is no plain number; write 1.31`,
		`rates.csv:9: column rate: "1,131" is no plain number; write 1.131 or 1131, whichever is meant`,
		`rates.csv:10: column rate: "6.1E-05" is no plain number; write 0.000061`,
		`rates.csv:11: column rate: "-0.1" is no plain number; write digits and a point, such as 1.0853`,
		`rates.csv:12: column rate: amount "0.1234567890123456789": want at most 20 digits before and 18 after the point`,
		`rates.csv:13: column rate: 1234567890 has more than 9 digits before the point; no currency is worth so many of another`,
	}
	if diff := cmp.Diff(want, problems(err)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestRatesAndReportingCurrencyArePartOfThePolicysHash(t *testing.T) {
	hashOf := func(rates, currency string) string {
		policy, err := rules.LoadPolicy(folder(t, map[string]string{"rates.csv": rateHeader + rates}))
		if err != nil {
			t.Fatal(err)
		}
		return policy.In(currency).Hash
	}
	seen := map[string]string{}
	for _, c := range [][2]string{{"", ""}, {"", "USD"}, {"", "EUR"}, {"2026-09,EUR,USD,1.08,\n", "USD"}, {"2026-09,EUR,USD,1.08,ECB\n", "USD"}} {
		hash := hashOf(c[0], c[1])
		if other, again := seen[hash]; again {
			t.Errorf("%v and %s have one hash", c, other)
		}
		seen[hash] = strings.Join(c[:], " in ")
	}
}

func TestReportingCurrencyIsStored(t *testing.T) {
	db := openDB(t)
	dir := folder(t, map[string]string{"rates.csv": rateHeader})
	for _, currency := range []string{"USD", "EUR", ""} {
		policy, err := rules.LoadPolicy(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := policy.In(currency).Store(t.Context(), db); err != nil {
			t.Fatal(err)
		}
		got := strings.Join(ask(t, db, "select Value from policy_setting where Name = 'reporting_currency'"), " ")
		if got != currency {
			t.Errorf("got %q, want %q", got, currency)
		}
	}
}

// The rule that looks for currencies that do not exist knows the same ones.
func TestCurrenciesOfTheRuleAreThoseOfRates(t *testing.T) {
	all, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range all {
		if rule.ID != "data_quality/unknown_currency" {
			continue
		}
		codes := 0
		_, list, _ := strings.Cut(rule.SQL, "string_split(")
		for word := range strings.FieldsFuncSeq(list, func(r rune) bool { return strings.ContainsRune(" '\n", r) }) {
			if len(word) == 3 && word == strings.ToUpper(word) && word > "A" {
				codes++
				if !model.IsCurrency(word) {
					t.Errorf("rates.csv refuses %s, which the rule takes for a currency", word)
				}
			}
		}
		if codes < 150 {
			t.Errorf("found %d codes in the rule; want all of ISO 4217", codes)
		}
	}
}

func TestRuleMayNotReadRates(t *testing.T) {
	err := rules.Vet(t.Context(), openDB(t), withSelect("select "+columns+"\nfrom reported_cost, policy_exchange_rate"))
	want := []string{
		"own/rule.sql:2: reads policy_exchange_rate; a rule judges in the currency of the bill, reports convert",
		"own/rule.sql:2: reads reported_cost; a rule judges in the currency of the bill, reports convert",
	}
	if diff := cmp.Diff(want, problems(err)); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}
