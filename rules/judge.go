package rules

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/costwarden/costwarden/model"
)

//go:embed found.sql
var foundSQL string

//go:embed broken.sql
var brokenSQL string

//go:embed keep.sql
var keepSQL string

// judge replaces what the rule found for a month, in one transaction, and
// returns how much it found.
func judge(ctx context.Context, db *sql.DB, rule Rule, query *selection, m month, now time.Time) (findings int64, err error) {
	err = model.InTransaction(ctx, db, func(tx *sql.Tx) (err error) {
		if err := find(ctx, tx, rule, query, m.period); err != nil {
			return err
		}
		findings, err = keep(ctx, tx, rule, m, now)
		return err
	})
	return findings, err
}

// find runs the rule for a month into the table found and checks the result.
func find(ctx context.Context, tx *sql.Tx, rule Rule, query *selection, period model.Period) error {
	statements := []string{foundSQL, "prepare judged as insert into found by name " + rule.SQL, rule.execute(query.params, period)}
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%s: %w", rule.File, err)
		}
	}
	return check(ctx, tx, rule, query.hasSeverity)
}

// check returns an error for each row of found that breaks the contract.
func check(ctx context.Context, tx *sql.Tx, rule Rule, hasSeverity bool) (err error) {
	rows, err := tx.QueryContext(ctx, brokenSQL, sql.Named("with_severity", hasSeverity))
	if err != nil {
		return fmt.Errorf("%s: %w", rule.File, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var problems []error
	for rows.Next() {
		var reason string
		var scope, subject, currency sql.NullString
		if err := rows.Scan(&reason, &scope, &subject, &currency); err != nil {
			return fmt.Errorf("%s: %w", rule.File, err)
		}
		problems = append(problems, fmt.Errorf("%s: row (%s, %s, %s): %s", rule.File, shown(scope), shown(subject), shown(currency), reason))
	}
	return errors.Join(append(problems, rows.Err())...)
}

func shown(text sql.NullString) string {
	if !text.Valid {
		return "null"
	}
	return text.String
}

// keep replaces the rule's findings of the month by what found holds, and
// returns their number.
func keep(ctx context.Context, tx *sql.Tx, rule Rule, m month, now time.Time) (int64, error) {
	if err := clearMonth(ctx, tx, rule.ID, m.period); err != nil {
		return 0, err
	}
	result, err := tx.ExecContext(ctx, keepSQL,
		sql.Named("rule_id", rule.ID), sql.Named("period_start", m.period.Start()), sql.Named("severity", rule.Severity))
	if err != nil {
		return 0, err
	}
	findings, err := result.RowsAffected()
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, "insert into judgement values (?, ?, ?, ?, ?)",
		rule.ID, m.period.Start(), rule.input(m), findings, now.UTC())
	return findings, err
}
