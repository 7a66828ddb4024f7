package ingest

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
)

//go:embed load/before.sql
var beforeSQL string

//go:embed load/before_type.sql
var beforeTypeSQL string

//go:embed load/type_check.sql
var typeCheckSQL string

//go:embed load/future_check.sql
var futureCheckSQL string

//go:embed load/restatement.sql
var restatementSQL string

// lookBefore keeps what the slice totals to before it is replaced.
func (l loading) lookBefore(ctx context.Context, tx *sql.Tx) error {
	source, slice := sql.Named("source_name", l.source.Name()), sql.Named("slice", l.export.Slice)
	if _, err := tx.ExecContext(ctx, beforeTypeSQL, source, slice); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, beforeSQL, source, slice, sql.Named("now", l.now.UTC()))
	return err
}

// restate records what the delivery changed in a slice that another delivery
// had filled, or the same one by another mapping.
func (l loading) restate(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, restatementSQL, sql.Named("source_name", l.source.Name()),
		sql.Named("slice", l.export.Slice), sql.Named("period_start", l.export.Period.Start()),
		sql.Named("import_id", l.importID), sql.Named("mapping", l.mapped), sql.Named("now", l.now.UTC()))
	return err
}

// tieOut keeps what the delivery's figures come to beside what they should by
// others of its figures.
func (l loading) tieOut(ctx context.Context, tx *sql.Tx) error {
	for _, checks := range []string{typeCheckSQL, futureCheckSQL, l.mapping.checks} {
		if checks == "" {
			continue
		}
		statement := "insert into import_check by name\n" +
			"select $import_id as ImportId, *, Found - Expected as Difference from (\n" + checks + "\n)"
		if _, err := tx.ExecContext(ctx, statement, sql.Named("import_id", l.importID)); err != nil {
			return fmt.Errorf("tie out: %w", err)
		}
	}
	return nil
}
