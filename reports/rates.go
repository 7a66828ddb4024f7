package reports

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/costwarden/costwarden/model"
)

//go:embed rates/*.sql
var rates embed.FS

// rateStatement is the text of rates/<name>.sql.
func rateStatement(name string) string {
	text, err := rates.ReadFile("rates/" + name + ".sql")
	if err != nil {
		panic(err) // a file of this package is misspelt
	}
	return string(text)
}

// MissingRate is a rate that a workbook needs and rates.csv does not have.
type MissingRate struct {
	Month    model.Period
	From, To string
}

// Compare orders by month, then by pair.
func (m MissingRate) Compare(other MissingRate) int {
	return cmp.Or(m.Month.Start().Compare(other.Month.Start()), cmp.Compare(m.From, other.From), cmp.Compare(m.To, other.To))
}

func (m MissingRate) String() string {
	needed := fmt.Sprintf("no rate of %s from %s to %s", m.Month, m.From, m.To)
	if !model.IsCurrency(m.From) {
		return fmt.Sprintf("%s, and %s is no currency of ISO 4217 that could have one; correct the source that bills in it, or leave it out", needed, m.From)
	}
	return fmt.Sprintf("%s; add the row %s,%s,%s,<rate>,<who published it>", needed, m.Month, m.From, m.To)
}

// MissingRates is the error of a workbook that cannot be converted into the
// reporting currency: every rate it lacks.
type MissingRates []MissingRate

func (m MissingRates) Error() string {
	var lines []string
	for _, rate := range m {
		lines = append(lines, "rates.csv: "+rate.String())
	}
	return strings.Join(lines, "\n")
}

// convert is MissingRates where the month's workbook lacks any. Else it books
// the rates of closed months, which keep them from then on, and adds the
// converted cost up in a table that is to be dropped.
func convert(ctx context.Context, tx *sql.Tx, w Workbook) (err error) {
	window := []any{sql.Named("trend_start", w.trendStart()), sql.Named("period_start", w.Period.Start())}
	rows, err := tx.QueryContext(ctx, rateStatement("missing"), window...)
	if err != nil {
		return fmt.Errorf("missing rates: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var missing MissingRates
	for rows.Next() {
		var start time.Time
		var rate MissingRate
		if err := rows.Scan(&start, &rate.From, &rate.To); err != nil {
			return err
		}
		rate.Month = model.PeriodOf(start)
		missing = append(missing, rate)
	}
	if err := rows.Err(); err != nil || len(missing) > 0 {
		return errors.Join(err, missing)
	}
	if _, err := tx.ExecContext(ctx, rateStatement("book"), append(window, sql.Named("now", w.Now.UTC()))...); err != nil {
		return fmt.Errorf("book rates: %w", err)
	}
	if _, err := tx.ExecContext(ctx, rateStatement("reported"), window...); err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	return nil
}

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
		_, err = tx.ExecContext(ctx, rateStatement("accept"), append(between(since, until), sql.Named("now", now.UTC()))...)
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
	rows, err := db.QueryContext(ctx, rateStatement("changed"), between(since, until)...)
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
