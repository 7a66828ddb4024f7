package rules

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

//go:embed tables.sql
var tablesSQL string

// identifier is a name that can be no file's.
var identifier = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// bookkeeping are tables that say what Costwarden did, not what was charged.
// A rule that read them would find something else in the next run.
var bookkeeping = []string{"finding", "judgement", "migration", "outbox", "run"}

// converted are what shows amounts in the reporting currency. A rule judges in
// the currency of the bill: what it found must not change with a rate.
var converted = []string{"booked_rate", "exchange_rate", "policy_exchange_rate", "reported_cost"}

// vetTables returns a problem for each name after from that is not a table or
// view of the database: a file, a system table, another rule's findings.
func vetTables(ctx context.Context, tx querier, rule Rule, query *selection) ([]error, error) {
	known, err := words(ctx, tx, tablesSQL)
	if err != nil {
		return nil, fmt.Errorf("vet %s: %w", rule.ID, err)
	}
	var problems []error
	for _, table := range query.tables {
		name := strings.TrimPrefix(table.name, "main.")
		plain := identifier.MatchString(name)
		switch {
		case plain && slices.Contains(query.named, name):
		case slices.Contains(bookkeeping, name):
			problems = append(problems, rule.at(table, "reads %s; a rule judges charges and policy, not what was found before", name))
		case slices.Contains(converted, name):
			problems = append(problems, rule.at(table, "reads %s; a rule judges in the currency of the bill, reports convert", name))
		case !slices.Contains(known, name):
			problems = append(problems, rule.at(table, "reads %q, which is no table or view; a rule reads daily_cost, owned_cost, cost and policy_* and no files", table.name))
		}
	}
	for _, form := range query.odd {
		problems = append(problems, rule.at(form, "has %s, which a rule may not use", form.name))
	}
	return problems, nil
}

// at is a problem at a place in the rule's file.
func (r Rule) at(where mention, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if where.line == 0 {
		return fmt.Errorf("%s: %s", r.File, text)
	}
	return fmt.Errorf("%s:%d: %s", r.File, where.line, text)
}

// words reads the one text column of a query.
func words(ctx context.Context, tx querier, query string) (all []string, err error) {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var word string
		if err := rows.Scan(&word); err != nil {
			return nil, err
		}
		all = append(all, word)
	}
	return all, rows.Err()
}
