package reports

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/costwarden/costwarden/model"
)

// message is the payload of an alert, one flat object. Amounts are exact
// decimals written as strings; docs/alerts.md describes each name.
type message struct {
	Key       string   `json:"key"`
	Rule      string   `json:"rule"`
	Severity  string   `json:"severity"`
	Title     string   `json:"title"`
	Text      string   `json:"text"`
	Month     string   `json:"month"`
	Budget    string   `json:"budget"`
	Account   string   `json:"account"`
	Owner     string   `json:"owner,omitempty"`
	Contact   string   `json:"contact,omitempty"`
	Currency  string   `json:"currency"`
	Amount    string   `json:"amount,omitempty"`
	Actual    string   `json:"actual"`
	Percent   string   `json:"percent,omitempty"`
	Threshold int      `json:"threshold,omitempty"`
	Previous  string   `json:"previous_month,omitempty"`
	DataUntil string   `json:"data_until,omitempty"`
	Drivers   []string `json:"drivers"`
	Act       string   `json:"act"`
	Command   string   `json:"command"`
}

// payload writes f as the JSON that is sent.
func (f finding) payload() ([]byte, error) {
	evidence, err := readEvidence(f.evidence)
	if err != nil {
		return nil, fmt.Errorf("evidence of %s, %s: %w", f.rule, f.subject, err)
	}
	m := message{
		Key:       f.key(),
		Rule:      f.rule,
		Severity:  f.severity,
		Month:     f.month.String(),
		Budget:    f.subject,
		Account:   f.scope,
		Owner:     evidence["owner"],
		Contact:   evidence["contact"],
		Currency:  f.currency,
		Amount:    exact(evidence["amount"]),
		Actual:    f.cost.String(),
		Percent:   evidence["percent"],
		Threshold: f.step,
		Previous:  exact(evidence["previous_month"]),
		DataUntil: evidence["data_until"],
		Drivers:   drivers(evidence, f.currency),
		Act:       act(f),
		Command:   command(f),
	}
	m.Title, m.Text = m.title(), m.text()
	return json.Marshal(m)
}

// readEvidence reads a flat object, every value as text; nulls are left out.
func readEvidence(text string) (map[string]string, error) {
	values := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&values); err != nil {
		return nil, err
	}
	evidence := map[string]string{}
	for name, value := range values {
		if value != nil {
			evidence[name] = fmt.Sprint(value)
		}
	}
	return evidence, nil
}

// drivers are the largest costs behind the finding, at most three.
func drivers(evidence map[string]string, currency string) []string {
	found := []string{}
	for i := 1; i <= 3; i++ {
		name := "driver_" + strconv.Itoa(i)
		driver := evidence[name]
		if driver == "" {
			continue
		}
		if cost := evidence[name+"_cost"]; cost != "" {
			driver += " " + amountText(cost, currency)
		}
		if change := evidence[name+"_change"]; change != "" {
			driver += " (" + signed(amountText(change, currency)) + " on the previous month)"
		}
		found = append(found, driver)
	}
	return found
}

// exact writes a decimal without trailing zeros. What is no decimal stays as it is.
func exact(decimal string) string {
	amount, err := model.ParseMoney(decimal)
	if err != nil {
		return decimal
	}
	return amount.String()
}

// amountText writes a decimal as people read it: 1,234.50 USD. What is no
// decimal stays as it is.
func amountText(decimal, currency string) string {
	amount, err := model.ParseMoney(decimal)
	if err != nil {
		return decimal
	}
	return amount.Format(digits(currency)) + " " + currency
}

// signed puts a plus before an amount without a sign.
func signed(amount string) string {
	if strings.HasPrefix(amount, "-") {
		return amount
	}
	return "+" + amount
}

// title is the alert in a few words.
func (m message) title() string {
	if m.Percent == "" {
		_, name, _ := strings.Cut(m.Rule, "/")
		return fmt.Sprintf("Budget %s, %s: %s", m.Budget, m.Month, strings.ReplaceAll(name, "_", " "))
	}
	return fmt.Sprintf("Budget %s at %s %% in %s", m.Budget, m.Percent, m.Month)
}

// text is the alert as one paragraph.
func (m message) text() string {
	sentences := []string{m.title() + ".", m.amounts()}
	if m.DataUntil != "" {
		sentences = append(sentences, "Usage is known until "+m.DataUntil+".")
	}
	if len(m.Drivers) > 0 {
		sentences = append(sentences, "Largest costs: "+strings.Join(m.Drivers, "; ")+".")
	}
	if m.Owner != "" || m.Contact != "" {
		sentences = append(sentences, "Owner: "+strings.TrimSpace(m.Owner+" "+m.Contact)+".")
	}
	return strings.Join(append(sentences, m.Act, "See the costs: "+m.Command), " ")
}

func (m message) amounts() string {
	actual := fmt.Sprintf("Account %s cost %s", m.Account, amountText(m.Actual, m.Currency))
	if m.Amount == "" {
		return actual + "."
	}
	return actual + " of " + amountText(m.Amount, m.Currency) + "."
}

// act says what to do.
func act(f finding) string {
	if f.step == 0 {
		return "Compare the account id and the currency in budgets.csv with the bill."
	}
	return "Look at what changed in the largest costs; stop what is not wanted, or agree on another amount and write it into budgets.csv."
}

// unusual matches what an account id does not hold, and a shell might read.
var unusual = regexp.MustCompile(`[^A-Za-z0-9:/.@-]`)

// command shows the costs behind f by service. It is safe to paste: what an
// account id does not usually hold becomes SQL's wildcard for one character.
func command(f finding) string {
	account := fmt.Sprintf("SubAccountId = '%s'", f.scope)
	if pattern := unusual.ReplaceAllString(f.scope, "_"); pattern != f.scope {
		account = fmt.Sprintf("SubAccountId like '%s'", pattern)
	}
	return fmt.Sprintf(`costwarden sql "select ServiceName, sum(EffectiveCost) as EffectiveCost from budgeted_cost `+
		`where %s and BillingCurrency = '%s' and BillingPeriodStart = date '%s' group by ServiceName order by EffectiveCost desc"`,
		account, unusual.ReplaceAllString(f.currency, ""), f.month.Start().Format("2006-01-02"))
}
