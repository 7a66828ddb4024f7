// Package conformance holds what is stored against the rules of FOCUS 1.2.
//
// A check is one SQL file, checks/name.sql: a header that says what must hold
// and where FOCUS says so, then one select that returns a row for each charge
// that breaks it: Rule, Found, SourceName, BillingPeriodStart, BillingCurrency,
// BilledCost.
//
//	checks, err   := conformance.Checks()
//	breaches, err := conformance.Run(ctx, db, checks, scope)
//
// Nothing is stored and nothing fails: a provider's export that does not
// conform still is the bill. docs/conformance.md says which do not.
package conformance

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed checks/*.sql
var files embed.FS

// Check is one file of checks.
type Check struct {
	Name   string // price_times_quantity
	Title  string // what must hold
	Source string // where FOCUS says so
	Note   string // what the check lets pass, and why; may be empty
	SQL    string
}

// Checks are all checks, in the order of their names.
func Checks() ([]Check, error) {
	names, err := fs.Glob(files, "checks/*.sql")
	if err != nil {
		return nil, err
	}
	var checks []Check
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		check, err := parse(strings.TrimSuffix(path.Base(name), ".sql"), string(text))
		if err != nil {
			return nil, err
		}
		checks = append(checks, check)
	}
	return checks, nil
}

// parse reads the header: a word, a colon and a text that goes on in the lines
// that are indented below it.
func parse(name, text string) (Check, error) {
	check := Check{Name: name, SQL: text}
	fields := map[string]*string{"title": &check.Title, "source": &check.Source, "note": &check.Note}
	var field *string
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "-- ")
		if !ok {
			break
		}
		if more, indented := strings.CutPrefix(comment, "  "); indented && field != nil {
			*field += " " + strings.TrimSpace(more)
			continue
		}
		word, value, _ := strings.Cut(comment, ": ")
		if field, ok = fields[word]; !ok {
			return check, fmt.Errorf("check %s: unknown header word %q", name, word)
		}
		*field = value
	}
	if check.Title == "" || check.Source == "" {
		return check, fmt.Errorf("check %s: header has no title or no source", name)
	}
	return check, nil
}
