package ingest

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strings"

	"github.com/costwarden/costwarden/model"
)

//go:embed load/reconcile.sql
var reconcileSQL string

//go:embed load/differences.sql
var differencesSQL string

//go:embed load/violations.sql
var violationsSQL string

// reconcile compares the totals of the files with those of cost.
func (l loading) reconcile(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, reconcileSQL, sql.Named("import_id", l.importID)); err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, differencesSQL, sql.Named("import_id", l.importID))
	if err != nil {
		return err
	}
	defer rows.Close()
	var differences []string
	for rows.Next() {
		var account, invoice, entity, currency string
		var source, billed model.Money
		if err := rows.Scan(&account, &invoice, &entity, &currency, &source, &billed); err != nil {
			return err
		}
		differences = append(differences, fmt.Sprintf("payer %s, invoice %s, %s: files %s %s, mapped %s %s",
			account, invoice, entity, source, currency, billed, currency))
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	if len(differences) > 0 {
		return fmt.Errorf("%w: the mapped rows do not total to the files: %s", ErrReconcile, strings.Join(differences, "; "))
	}
	return nil
}

// checkValues holds the rows against FOCUS's closed lists.
func (l loading) checkValues(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, violationsSQL,
		sql.Named("import_id", l.importID), sql.Named("period_start", l.export.Period.Start()))
	if err != nil {
		return err
	}
	defer rows.Close()
	var violations []string
	for rows.Next() {
		var column, value, wanted string
		var count int64
		if err := rows.Scan(&column, &value, &wanted, &count); err != nil {
			return err
		}
		if len(violations) < 20 {
			violations = append(violations, fmt.Sprintf("%s is %q in %d rows; want %s", column, value, count, wanted))
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	if len(violations) > 0 {
		return fmt.Errorf("%w: %s", ErrReconcile, strings.Join(violations, "; "))
	}
	return nil
}
