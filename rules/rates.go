package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/costwarden/costwarden/model"
)

// Rate is a row of rates.csv: what one unit of a currency is worth in another
// in a month.
type Rate struct {
	Line   int
	Month  model.Period
	From   string
	To     string
	Rate   model.Money // how many units of To one unit of From is
	Source string      // who published it
}

// RateHeader is the first row of rates.csv.
const RateHeader = "month,from_currency,to_currency,rate,source"

var rateColumns = strings.Split(RateHeader, ",")

// readRates reads rates.csv.
func readRates(file string, text []byte) ([]Rate, error) {
	s := readSheet(file, text, rateColumns)
	first := map[string]int{}
	var rates []Rate
	for _, row := range s.rows {
		rate := readRate(row)
		pair := fmt.Sprintf("%s from %s to %s", rate.Month, rate.From, rate.To)
		line, again := first[pair]
		if again && !rate.Month.IsZero() && rate.From != "" && rate.To != "" {
			row.report("month", "the rate of %s stands in line %d already; keep one", pair, line)
			continue
		}
		first[pair] = row.line
		rates = append(rates, rate)
	}
	return rates, s.err()
}

func readRate(row sheetRow) Rate {
	rate := Rate{
		Line:   row.line,
		Month:  monthIn(row, "month", row.required("month")),
		From:   currencyIn(row, "from_currency"),
		To:     currencyIn(row, "to_currency"),
		Rate:   rateIn(row),
		Source: row.values["source"],
	}
	if rate.From != "" && rate.From == rate.To {
		row.report("to_currency", "%s is the currency converted from, too; remove the row, a currency needs no rate to itself", rate.To)
	}
	return rate
}

func currencyIn(row sheetRow, column string) string {
	code := row.required(column)
	if code != "" && !model.IsCurrency(code) {
		row.report(column, "%q is no currency of ISO 4217; write its three capitals such as USD", code)
	}
	return code
}

// rateDigits before the point are more than any two currencies need.
const rateDigits = 9

var withComma = regexp.MustCompile(`^\d+,\d+$`)

// rateIn reads the rate as a plain number. Other than in an amount, a point and
// three digits behind it are nothing unusual.
func rateIn(row sheetRow) model.Money {
	text := row.required("rate")
	if text == "" {
		return model.Money{}
	}
	rate, err := model.ParseMoney(text)
	whole, _, _ := strings.Cut(strings.TrimLeft(text, "0"), ".")
	switch {
	case !plainNumber.MatchString(text):
		row.report("rate", "%q is no plain number; write %s", text, plainRate(text, rate, err))
	case err != nil:
		row.report("rate", "%v", err)
	case len(whole) > rateDigits:
		row.report("rate", "%.40s has more than %d digits before the point; no currency is worth so many of another", text, rateDigits)
	case rate.IsZero():
		row.report("rate", "0 is no rate; write how many units of to_currency one unit of from_currency is")
	}
	return rate
}

// plainRate is how to write the rate that text probably means.
func plainRate(text string, rate model.Money, err error) string {
	switch {
	case commaGroups.MatchString(text) && withComma.MatchString(text):
		return strings.ReplaceAll(text, ",", ".") + " or " + strings.ReplaceAll(text, ",", "") + ", whichever is meant"
	case withComma.MatchString(text):
		return strings.ReplaceAll(text, ",", ".")
	case err == nil && !rate.Negative(): // 6.1E-05
		return rate.String()
	}
	return "digits and a point, such as 1.0853"
}
