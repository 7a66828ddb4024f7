package ingest

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/costwarden/costwarden/model"
)

//go:embed load/source_failure_clear.sql
var sourceFailureClearSQL string

//go:embed load/source_state.sql
var sourceStateSQL string

// remember keeps what the source came to, for those who read its numbers.
func (l *lane) remember(ctx context.Context, outcomes []Outcome) error {
	if l.options.DryRun {
		return nil
	}
	if err := l.turn.take(ctx); err != nil {
		return err
	}
	defer l.turn.give()
	err := model.InTransaction(ctx, l.db, func(tx *sql.Tx) error {
		if err := l.clearFailures(ctx, tx); err != nil {
			return err
		}
		for _, outcome := range outcomes {
			if err := l.addFailure(ctx, tx, outcome); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, sourceStateSQL, sql.Named("source_name", l.source.Name()),
			sql.Named("newest", l.newest), sql.Named("now", l.options.Now.UTC()))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep what source %s came to: %w", l.source.Name(), err)
	}
	return nil
}

func (l *lane) clearFailures(ctx context.Context, tx *sql.Tx) error {
	beyond, err := json.Marshal(append([]string{}, l.beyond...))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, sourceFailureClearSQL, sql.Named("source_name", l.source.Name()),
		sql.Named("listed", l.isListed), sql.Named("beyond", string(beyond)))
	return err
}

func (l *lane) addFailure(ctx context.Context, tx *sql.Tx, outcome Outcome) error {
	if outcome.Status != Failed {
		return nil
	}
	reason := strings.TrimPrefix(outcome.Err.Error(), "source "+outcome.Source+": ")
	const add = "insert into source_failure values (?, nullif(?, ''), ?, ?)"
	_, err := tx.ExecContext(ctx, add, outcome.Source, outcome.Slice, failureKind(outcome.Err), WithoutSecrets(reason))
	return err
}

// failureKind says what is wrong, as far as it matters to who reads the
// numbers.
func failureKind(err error) string {
	switch {
	case errors.Is(err, ErrReconcile):
		return "reconciliation"
	case errors.Is(err, ErrSource):
		return "source"
	}
	return "other"
}
