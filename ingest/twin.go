package ingest

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strings"
)

//go:embed load/twins.sql
var twinsSQL string

// refuseTwin refuses a month of a payer that another source has loaded: two
// exports of one bill would double it. A provider's rows never come twice, so
// that two sources of one payer are a mistake, or a source that was renamed.
func (l loading) refuseTwin(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, twinsSQL, sql.Named("source_name", l.source.Name()),
		sql.Named("provider", l.source.Provider()), sql.Named("period_start", l.export.Period.Start()))
	if err != nil {
		return err
	}
	defer rows.Close()
	var twins []string
	for rows.Next() {
		var source, account string
		if err := rows.Scan(&source, &account); err != nil {
			return err
		}
		twins = append(twins, fmt.Sprintf("%s has loaded payer %s", source, account))
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(twins) == 0 {
		return err
	}
	return fmt.Errorf("%w: source %s, and the month would count twice; keep one of the two sources in costwarden.yaml, "+
		"or if one is a new name of the other, load into a new warehouse", ErrReconcile, strings.Join(twins, ", source "))
}
