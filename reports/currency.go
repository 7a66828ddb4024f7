package reports

import "strings"

// minorDigits are the digits after the point of the currencies that do not
// have two, by ISO 4217.
var minorDigits = map[string]int32{
	"BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
	"RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
	"BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
	"CLF": 4, "UYW": 4,
}

// digits is how many digits an amount of currency shows after the point.
func digits(currency string) int32 {
	if places, other := minorDigits[currency]; other {
		return places
	}
	return 2
}

// amountFormat is the number format of amounts in currency: thousands
// separated, negative ones red and in brackets.
func amountFormat(currency string) string {
	number := "#,##0"
	if places := digits(currency); places > 0 {
		number += "." + strings.Repeat("0", int(places))
	}
	return number + `_);[Red]\(` + number + `\)`
}

// Number formats of what is not money.
const (
	shareFormat = `0.0%_);[Red]\(0.0%\)`
	rateFormat  = `0.0000##############_)`
	countFormat = `#,##0_)`
	monthFormat = "yyyy-mm"
	timeFormat  = "yyyy-mm-dd hh:mm"
)
