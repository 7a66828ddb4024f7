package reports

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/costwarden/costwarden/model"
)

// finding is a finding that is due as an alert.
type finding struct {
	rule     string
	month    model.Period
	severity string
	scope    string
	subject  string
	currency string
	cost     model.Money
	step     int
	channel  string // empty: every channel
	evidence string // one flat JSON object
}

// about names what the alert is about, without its step: rule, month, account,
// budget and currency, with names escaped so that a slash only parts them.
func (f finding) about() string {
	return strings.Join([]string{f.rule, f.month.String(), url.PathEscape(f.scope), url.PathEscape(f.subject), url.PathEscape(f.currency)}, "/")
}

// key makes an alert the same alert: what it is about, and the threshold reached.
func (f finding) key() string { return f.about() + "/" + strconv.Itoa(f.step) }
