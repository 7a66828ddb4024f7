package rules

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/costwarden/costwarden/model"
)

// Budget is a row of budgets.csv: an amount per month for a sub account.
type Budget struct {
	Line         int
	Name         string
	SubAccountID string
	Currency     string
	First        model.Period
	Last         model.Period // inclusive; zero: until further notice
	Amount       model.Money  // per month
	Thresholds   []int        // percent of Amount, ascending
	Owner        string
	Contact      string
	Channel      string // the alert channel's name; empty: the account's
}

var budgetColumns = []string{
	"budget", "sub_account_id", "currency", "first_month", "last_month", "amount", "thresholds", "owner", "contact", "channel",
}

// defaultThresholds stand for a blank cell.
var defaultThresholds = []int{80, 100}

var currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)

// readBudgets reads budgets.csv.
func readBudgets(file string, text []byte) ([]Budget, error) {
	s := readSheet(file, text, budgetColumns)
	var budgets []Budget
	for _, row := range s.rows {
		budgets = append(budgets, readBudget(row))
	}
	for i, b := range budgets {
		for _, earlier := range budgets[:i] {
			if b.Name != "" && b.Name == earlier.Name && b.overlaps(earlier) {
				s.rows[i].report("budget", "%q has these months in line %d already; end that row first, or give one another name", b.Name, earlier.Line)
				break
			}
		}
	}
	return budgets, s.err()
}

func readBudget(row sheetRow) Budget {
	b := Budget{
		Line:         row.line,
		Name:         row.required("budget"),
		SubAccountID: subAccount(row),
		Currency:     row.required("currency"),
		Amount:       budgetAmount(row),
		Thresholds:   thresholds(row),
		Owner:        row.values["owner"],
		Contact:      row.values["contact"],
		Channel:      row.values["channel"],
	}
	if b.Currency != "" && !currencyForm.MatchString(b.Currency) {
		row.report("currency", "%q is no currency; write three capitals such as USD", b.Currency)
	}
	b.First = monthIn(row, "first_month", row.required("first_month"))
	b.Last = monthIn(row, "last_month", row.values["last_month"])
	if !b.Last.IsZero() && b.Last.Before(b.First) {
		row.report("last_month", "%s is before first_month %s; swap them", b.Last, b.First)
	}
	return b
}

// overlaps reports whether the two budgets share a month.
func (b Budget) overlaps(other Budget) bool {
	endsBefore := func(x, y Budget) bool { return !x.Last.IsZero() && x.Last.Before(y.First) }
	return !b.First.IsZero() && !other.First.IsZero() && !endsBefore(b, other) && !endsBefore(other, b)
}

func monthIn(row sheetRow, column, text string) model.Period {
	if text == "" {
		return model.Period{}
	}
	period, err := model.ParsePeriod(text)
	if err != nil {
		row.report(column, "%q is no month; write YYYY-MM, such as 2026-10", text)
	}
	return period
}

// thresholds reads percents such as 50 80 100.
func thresholds(row sheetRow) []int {
	words := strings.FieldsFunc(row.values["thresholds"], func(r rune) bool { return strings.ContainsRune(" ,;|/", r) })
	if len(words) == 0 {
		return defaultThresholds
	}
	var steps []int
	for _, word := range words {
		step, err := strconv.Atoi(strings.TrimSuffix(word, "%"))
		if err != nil || step < 1 || step > 1000 {
			row.report("thresholds", "%q is no percent from 1 to 1000; write whole ones such as 50 80 100", word)
			return nil
		}
		if len(steps) > 0 && step <= steps[len(steps)-1] {
			row.report("thresholds", "%d stands after %d; write them ascending, such as 50 80 100", step, steps[len(steps)-1])
			return nil
		}
		steps = append(steps, step)
	}
	return steps
}
