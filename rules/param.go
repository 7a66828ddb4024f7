package rules

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/model/yamlfile"
)

// standard are the parameters every rule may read without declaring them:
// timestamps, the month judged, half-open.
var standard = []string{"period_start", "period_end"}

var (
	paramType = regexp.MustCompile(`^(boolean|integer|bigint|date|varchar|decimal\(\d+, *\d+\))$`)
	isNumber  = regexp.MustCompile(`^(integer|bigint|decimal)`)
)

// Configure returns rules with the values that a configuration sets, by rule
// ID and parameter name. A rule or parameter that is not there is an error;
// all errors come at once. Vet checks that a value fits its type.
func Configure(rules []Rule, values map[string]map[string]string) ([]Rule, error) {
	configured := slices.Clone(rules)
	var problems []error
	for _, id := range slices.Sorted(maps.Keys(values)) {
		at := slices.IndexFunc(configured, func(r Rule) bool { return r.ID == id })
		if at < 0 {
			problems = append(problems, fmt.Errorf("rules: unknown rule %q; %s", id, yamlfile.Suggest(id, ids(rules))))
			continue
		}
		rule, err := configured[at].with(values[id])
		configured[at], problems = rule, append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return configured, nil
}

// with returns the rule with the values set.
func (r Rule) with(values map[string]string) (Rule, error) {
	r.Params = slices.Clone(r.Params)
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(values)) {
		at := slices.IndexFunc(r.Params, func(p Param) bool { return p.Name == name })
		if at < 0 {
			problems = append(problems, fmt.Errorf("rules: %s has no parameter %q; %s", r.ID, name, yamlfile.Suggest(name, r.paramNames())))
			continue
		}
		r.Params[at].Value = values[name]
	}
	return r, errors.Join(problems...)
}

func (r Rule) paramNames() []string {
	var names []string
	for _, p := range r.Params {
		names = append(names, p.Name)
	}
	return names
}

func ids(rules []Rule) []string {
	var all []string
	for _, r := range rules {
		all = append(all, r.ID)
	}
	return all
}

// vetValues proves that each value is of its parameter's type, without
// rounding: 1.7 is no integer.
func vetValues(ctx context.Context, tx querier, rule Rule) error {
	var problems []error
	for _, p := range rule.Params {
		var fits bool
		typed := "try_cast($value as " + p.Type + ")"
		query := "select " + typed + " is not null"
		if isNumber.MatchString(p.Type) {
			query = "select coalesce(" + typed + " = try_cast($value as decimal(38,18)), false)"
		}
		if err := tx.QueryRowContext(ctx, query, sql.Named("value", p.Value)).Scan(&fits); err != nil {
			problems = append(problems, fmt.Errorf("%s: param %s: %w", rule.File, p.Name, err))
		} else if !fits {
			problems = append(problems, fmt.Errorf("%s: param %s is %q; want %s", rule.File, p.Name, p.Value, p.Type))
		}
	}
	return errors.Join(problems...)
}

// querier is a database or a transaction on it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// execute writes the statement that runs the prepared statement judged for a
// month, each parameter with its type: the driver binds no decimals, and a
// number bound as text would compare as text.
func (r Rule) execute(reads []string, period model.Period) string {
	var arguments []string
	for _, p := range r.Params {
		arguments = append(arguments, p.Name+" := cast("+literal(p.Value)+" as "+p.Type+")")
	}
	if slices.Contains(reads, "period_start") {
		arguments = append(arguments, "period_start := "+timestamp(period))
	}
	if slices.Contains(reads, "period_end") {
		arguments = append(arguments, "period_end := "+timestamp(period.Next()))
	}
	if len(arguments) == 0 {
		return "execute judged"
	}
	return "execute judged(" + strings.Join(arguments, ", ") + ")"
}

func timestamp(period model.Period) string {
	return "cast(" + literal(period.Start().Format("2006-01-02")) + " as timestamp)"
}

// literal quotes text as SQL.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
