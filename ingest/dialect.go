package ingest

import (
	"fmt"
	"slices"
	"strings"
)

// repair is a kind of dirt that FOCUS files come with, and its cure. found and
// mended name the macros of dialect.sql, by the kind of the cell that they look
// at: of a text x in it, found(x) is true where it is dirty so, and mended(x)
// is x without the dirt. Cells of other kinds are not looked at.
type repair struct {
	code          string // how a dialect asks for it, and what x_Changes says
	found, mended map[string]string
}

// repairs are in the order that they are made: a later one looks at what the
// earlier ones have left.
var repairs = []repair{
	{"blanks", map[string]string{
		"text": "has_blanks", "list": "has_blanks", "currency": "has_blanks", "time": "has_blanks", "decimal": "has_blanks",
		"free": "is_blank", "json": "is_blank",
	}, map[string]string{
		"text": "without_blanks", "list": "without_blanks", "currency": "without_blanks", "time": "without_blanks", "decimal": "without_blanks",
		"free": "without_blank", "json": "without_blank",
	}},
	{"null_words", map[string]string{
		"text": "is_null_word", "free": "is_null_word", "json": "is_null_object",
		"list": "is_null_value", "currency": "is_null_value", "time": "is_null_value", "decimal": "is_null_value",
	}, map[string]string{
		"text": "without_null_word", "free": "without_null_word", "json": "without_null_object",
		"list": "without_null_value", "currency": "without_null_value", "time": "without_null_value", "decimal": "without_null_value",
	}},
	{"currency_signs", map[string]string{"decimal": "has_sign"}, map[string]string{"decimal": "without_sign"}},
	{"thousands", map[string]string{"decimal": "has_groups"}, map[string]string{"decimal": "without_groups"}},
	{"short_times", map[string]string{"time": "is_short_time"}, map[string]string{"time": "full_time"}},
	{casing, map[string]string{"list": "has_other_casing", "currency": "is_small_currency"},
		map[string]string{"list": "in_casing", "currency": "large_currency"}},
}

// casing is the repair that column names need too.
const casing = "casing"

// missingCosts is the repair that looks at a row rather than at one cell.
const missingCosts = "missing_costs"

// CheckDialect returns an error where one of codes is no repair.
func CheckDialect(codes []string) error {
	for _, code := range codes {
		if !slices.Contains(allCodes(), code) {
			return fmt.Errorf("dialect %q: want any of %s", code, strings.Join(allCodes(), ", "))
		}
	}
	return nil
}

// allCodes are the codes of all repairs, in the order that they are made.
func allCodes() []string {
	var codes []string
	for _, r := range repairs {
		codes = append(codes, r.code)
	}
	return append(codes, missingCosts)
}

// cell is a column of the files as a dialect sees it.
type cell struct {
	physical physicalColumn
	name     string // what raw calls it
	kind     string // text, free (text that a person wrote), list, currency, decimal, time, json; empty: not text
	list     []string
	currency string // of a decimal: the expression of the currency it is in
}

// cells are the columns of the files under the names that m gives them.
func (m mapping) cells(physical []physicalColumn) []cell {
	var cells []cell
	for _, p := range physical {
		c := cell{physical: p, name: p.name, kind: "free"}
		i := slices.IndexFunc(m.columns, func(known column) bool { return strings.EqualFold(known.name, bareName(p.name)) })
		if i >= 0 {
			c.name, c.kind, c.list = m.columns[i].name, m.columns[i].kind, m.lists[m.columns[i].name]
		}
		switch {
		case p.sqlType != "VARCHAR" || p.ofScan():
			c.kind = ""
		case len(c.list) > 0:
			c.kind = "list"
		case c.name == "BillingCurrency":
			c.kind = "currency"
		case slices.Contains(m.free, c.name):
			c.kind = "free"
		}
		cells = append(cells, c)
	}
	for i, c := range cells {
		of := "BillingCurrency"
		if strings.HasPrefix(c.name, "PricingCurrency") {
			of = "PricingCurrency"
		}
		cells[i].currency = "''"
		if has(cells, of) {
			cells[i].currency = fmt.Sprintf("coalesce(cast(%s as varchar), '')", quoteName(of))
		}
	}
	return cells
}

// bareName is a column's name without the blanks around it.
func bareName(name string) string { return strings.Trim(name, " \t\r\n\u00a0\u200b\u202f\ufeff") }

// call is the call of a macro on c's text.
func (c cell) call(macro string) string {
	x := quoteName(c.name)
	switch macro {
	case "has_sign", "without_sign":
		return fmt.Sprintf("%s(%s, %s)", macro, x, c.currency)
	case "has_other_casing":
		return fmt.Sprintf("(lower(%s) in (%s) and %s not in (%s))", x, quoteAll(c.list, strings.ToLower), x, quoteAll(c.list, strings.Clone))
	case "in_casing":
		var cases string
		for _, word := range c.list {
			cases += fmt.Sprintf(" when %s then %s", quoteText(strings.ToLower(word)), quoteText(word))
		}
		return fmt.Sprintf("case lower(%s)%s else %s end", x, cases, x)
	}
	return fmt.Sprintf("%s(%s)", macro, x)
}

// quoteAll writes words, each changed by write, as a list for SQL.
func quoteAll(words []string, write func(string) string) string {
	var quoted []string
	for _, word := range words {
		quoted = append(quoted, quoteText(write(word)))
	}
	return strings.Join(quoted, ", ")
}
