package ingest

import (
	"context"
	"database/sql"
	_ "embed"
)

//go:embed load/changes.sql
var changesSQL string

// countChanges counts what was repaired or noticed in the rows of the import.
func (l loading) countChanges(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, changesSQL, sql.Named("import_id", l.importID))
	return err
}
