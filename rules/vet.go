package rules

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/model"
)

// contract are the columns of a rule's result with their types; a last column
// Severity may stand beside them.
var contract = []struct{ name, dataType string }{
	{"Scope", "VARCHAR"},
	{"Subject", "VARCHAR"},
	{"BillingCurrency", "VARCHAR"},
	{"Cost", "DECIMAL(38,18)"},
	{"MonthlySaving", "DECIMAL(38,18)"},
	{"Evidence", "JSON"},
}

// Vet proves that rule keeps the contract: one select, the result columns and
// their types, declared parameters only and each of them read, no clock and no
// chance, nothing read but the tables and views of charges and policy. All
// problems come at once, with file and, where DuckDB knows it, line.
func Vet(ctx context.Context, db *sql.DB, rule Rule) error {
	_, err := vetApart(ctx, db, rule)
	return err
}

// vetApart proves rule in a transaction of its own and returns what it reads.
func vetApart(ctx context.Context, db *sql.DB, rule Rule) (*selection, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("vet %s: %w", rule.ID, err)
	}
	query, err := vet(ctx, tx, rule)
	return query, errors.Join(err, tx.Rollback())
}

// vet proves rule and returns what it reads. The transaction is of no further
// use where it returns an error.
func vet(ctx context.Context, tx *sql.Tx, rule Rule) (*selection, error) {
	query, err := parseSelect(ctx, tx, rule)
	if err != nil {
		return nil, err
	}
	problems := []error{vetParams(rule, query), vetValues(ctx, tx, rule)}
	calls, err := vetCalls(ctx, tx, rule, query)
	if err != nil {
		return nil, err
	}
	tables, err := vetTables(ctx, tx, rule, query)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(append(problems, append(calls, tables...)...)...); err != nil {
		return nil, err
	}
	return query, vetColumns(ctx, tx, rule, query)
}

// vetParams compares the parameters declared with those read.
func vetParams(rule Rule, query *selection) error {
	var problems []error
	declared := rule.paramNames()
	for _, name := range query.params {
		if !slices.Contains(declared, name) && !slices.Contains(standard, name) {
			problems = append(problems, fmt.Errorf(`%s: $%s is not declared; add -- param: %s <type> <default> "note", or read $period_start, $period_end`, rule.File, name, name))
		}
	}
	for _, name := range declared {
		if !slices.Contains(query.params, name) {
			problems = append(problems, fmt.Errorf("%s: param %s is declared and never read; remove its line", rule.File, name))
		}
	}
	return errors.Join(problems...)
}

// vetColumns asks DuckDB for the columns of the result, without running it.
func vetColumns(ctx context.Context, tx *sql.Tx, rule Rule, query *selection) error {
	text := "prepare judged as select * from (" + strings.TrimRight(rule.SQL, "; \t\r\n") + "\n) limit 0"
	if _, err := tx.ExecContext(ctx, text); err != nil {
		return fmt.Errorf("%s: %w", rule.File, err)
	}
	rows, err := tx.QueryContext(ctx, rule.execute(query.params, model.Period{}))
	if err != nil {
		return fmt.Errorf("%s: %w", rule.File, err)
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return fmt.Errorf("%s: %w", rule.File, err)
	}
	for _, column := range columns {
		query.hasSeverity = query.hasSeverity || column.Name() == "Severity"
	}
	return compareColumns(rule, columns)
}

// compareColumns holds the columns of the result against the contract.
func compareColumns(rule Rule, columns []*sql.ColumnType) error {
	got := map[string]string{}
	var problems []error
	known := []string{"Severity"}
	for _, column := range columns {
		if _, twice := got[column.Name()]; twice {
			problems = append(problems, fmt.Errorf("%s: column %s is returned twice; keep one", rule.File, column.Name()))
		}
		got[column.Name()] = column.DatabaseTypeName()
	}
	for _, want := range contract {
		known = append(known, want.name)
		switch dataType, ok := got[want.name]; {
		case !ok:
			problems = append(problems, fmt.Errorf("%s: column %s is missing; return it as %s", rule.File, want.name, want.dataType))
		case dataType != want.dataType:
			problems = append(problems, fmt.Errorf("%s: column %s is %s; write cast(... as %s)", rule.File, want.name, dataType, strings.ToLower(want.dataType)))
		}
	}
	if dataType, ok := got["Severity"]; ok && dataType != "VARCHAR" {
		problems = append(problems, fmt.Errorf("%s: column Severity is %s; write cast(... as varchar)", rule.File, dataType))
	}
	for _, column := range columns {
		if !slices.Contains(known, column.Name()) {
			problems = append(problems, fmt.Errorf("%s: column %s is not in the contract; put it in Evidence", rule.File, column.Name()))
		}
	}
	return errors.Join(problems...)
}
