package reports

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/costwarden/costwarden/model"
)

// ChangedRate is the rate of a closed month that rates.csv says otherwise
// since it was booked. The booked one counts until AcceptRates.
type ChangedRate struct {
	Month    model.Period
	From, To string
	Booked   model.Money
	Policy   model.Money
	BookedAt time.Time
}

// ChangedRates are those into the reporting currency.
func ChangedRates(ctx context.Context, db *sql.DB) ([]ChangedRate, error) {
	return changedRates(ctx, db, model.Period{}, model.Period{})
}

// AcceptRates books what rates.csv says of the months from since to until in
// place of the rates booked, and returns what changed; a zero end is no bound.
// The old ones stay on record.
func AcceptRates(ctx context.Context, db *sql.DB, since, until model.Period, now time.Time) ([]ChangedRate, error) {
	var changed []ChangedRate
	err := model.InTransaction(ctx, db, func(tx *sql.Tx) (err error) {
		if changed, err = changedRates(ctx, tx, since, until); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, statement("rates/accept"), append(between(since, until), sql.Named("now", now.UTC()))...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("accept rates: %w", err)
	}
	return changed, nil
}

// querier is a database or a transaction on it.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func changedRates(ctx context.Context, db querier, since, until model.Period) (changed []ChangedRate, err error) {
	rows, err := db.QueryContext(ctx, statement("rates/changed"), between(since, until)...)
	if err != nil {
		return nil, fmt.Errorf("changed rates: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var c ChangedRate
		var start time.Time
		if err := rows.Scan(&start, &c.From, &c.To, &c.Booked, &c.Policy, &c.BookedAt); err != nil {
			return nil, err
		}
		c.Month = model.PeriodOf(start)
		changed = append(changed, c)
	}
	return changed, rows.Err()
}

// between names the months from since to until; null is no bound.
func between(since, until model.Period) []any {
	var first, last any
	if !since.IsZero() {
		first = since.Start()
	}
	if !until.IsZero() {
		last = until.Start()
	}
	return []any{sql.Named("since", first), sql.Named("until", last)}
}
