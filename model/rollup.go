package model

import (
	"context"
	"database/sql"
	_ "embed"
)

//go:embed rollup.sql
var rollup string

// RollUp writes daily_cost of the import importID from its rows in cost. Call
// it in the transaction that wrote them.
func RollUp(ctx context.Context, tx *sql.Tx, importID string) error {
	_, err := tx.ExecContext(ctx, rollup, sql.Named("import_id", importID))
	return err
}
