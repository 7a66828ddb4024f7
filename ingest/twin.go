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

//go:embed load/twins_focus.sql
var twinsFocusSQL string

//go:embed load/twins_azure.sql
var twinsAzureSQL string

// refuseTwin refuses a month of a payer that another source has loaded: two
// exports of one bill would double it. A provider's rows never come twice, so
// that two sources of one payer are a mistake, or a source that was renamed.
func (l loading) refuseTwin(ctx context.Context, tx *sql.Tx) error {
	return refuse(tx.QueryContext(ctx, twinsSQL, sql.Named("source_name", l.source.Name()),
		sql.Named("provider", l.source.Provider()), sql.Named("period_start", l.export.Period.Start())))
}

// refuseFocusTwin does so where the bill of one provider comes as a FOCUS file
// and in another way, or in two places as FOCUS files.
func (l loading) refuseFocusTwin(ctx context.Context, tx *sql.Tx) error {
	return refuse(tx.QueryContext(ctx, twinsFocusSQL, sql.Named("source_name", l.source.Name()),
		sql.Named("provider", l.source.Provider()), sql.Named("import_id", l.importID)))
}

// refuseAzureTwin does so where two sources of Azure bring one sub account.
func (l loading) refuseAzureTwin(ctx context.Context, tx *sql.Tx) error {
	return refuse(tx.QueryContext(ctx, twinsAzureSQL, sql.Named("source_name", l.source.Name()),
		sql.Named("provider", l.source.Provider()), sql.Named("import_id", l.importID)))
}

// refuse is an error where there are twins.
func refuse(rows *sql.Rows, err error) error {
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
