package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/costwarden/costwarden/model"
)

var (
	plainNumber     = regexp.MustCompile(`^\d+(\.\d+)?$`)
	commaGroups     = regexp.MustCompile(`^\d{1,3}(,\d{3})+(\.\d+)?$`)
	decimalComma    = regexp.MustCompile(`^\d+,\d{1,2}$`)
	pointGroups     = regexp.MustCompile(`^\d{1,3}(\.\d{3})+(,\d+)?$`)
	singlePoint     = regexp.MustCompile(`^\d{1,3}\.\d{3}$`)
	blankGroups     = regexp.MustCompile(`^\d{1,3}([ ']\d{3})+([.,]\d+)?$`)
	plainSeparators = strings.NewReplacer(" ", "", "'", "", ",", ".")
	withoutPoints   = strings.NewReplacer(".", "", ",", ".")
)

// budgetDigits before the point leave room to multiply an amount by a
// threshold in decimal(38,18).
const budgetDigits = 15

// budgetAmount reads the amount as a plain number. What spreadsheets write
// besides is refused with the number to write, never guessed at: 1.000 is one
// or a thousand, depending on who wrote it.
func budgetAmount(row sheetRow) model.Money {
	text := row.required("amount")
	if text == "" {
		return model.Money{}
	}
	if !plainNumber.MatchString(text) || singlePoint.MatchString(text) {
		row.report("amount", "%q is no plain number; write %s", text, plainly(text))
		return model.Money{}
	}
	amount, err := model.ParseMoney(text)
	whole, _, _ := strings.Cut(strings.TrimLeft(text, "0"), ".")
	switch {
	case len(whole) > budgetDigits:
		row.report("amount", "%.40s is more than any bill; write at most %d digits before the point", text, budgetDigits)
	case err != nil:
		row.report("amount", "%v", err)
	case amount.IsZero():
		row.report("amount", "0 leaves no percent to reach; write more, or remove the row")
	}
	return amount
}

// plainly is how to write the number that text probably means.
func plainly(text string) string {
	plain := ""
	switch {
	case singlePoint.MatchString(text):
		return fmt.Sprintf("%s or %s, whichever is meant", cents(strings.ReplaceAll(text, ".", "")), strings.TrimRight(strings.TrimRight(text, "0"), "."))
	case commaGroups.MatchString(text):
		plain = strings.ReplaceAll(text, ",", "")
	case pointGroups.MatchString(text):
		plain = withoutPoints.Replace(text)
	case decimalComma.MatchString(text), blankGroups.MatchString(text):
		plain = plainSeparators.Replace(text)
	default:
		return "digits and a point, such as 1000.00"
	}
	return cents(plain)
}

// cents gives a whole number its two cents.
func cents(text string) string {
	if strings.Contains(text, ".") {
		return text
	}
	return text + ".00"
}
