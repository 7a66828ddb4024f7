package reports

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/costwarden/costwarden/model"
)

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
func convert(ctx context.Context, tx *sql.Tx, w Workbook) error {
	missing, err := missingRates(ctx, tx, w)
	switch {
	case err != nil:
		return fmt.Errorf("missing rates: %w", err)
	case len(missing) > 0:
		return missing
	}
	if _, err := tx.ExecContext(ctx, statement("rates/book"), append(w.window(), sql.Named("now", w.Now.UTC()))...); err != nil {
		return fmt.Errorf("book rates: %w", err)
	}
	if _, err := tx.ExecContext(ctx, statement("rates/reported"), w.window()...); err != nil {
		return fmt.Errorf("convert: %w", err)
	}
	return nil
}

// window names the thirteen months of the workbook.
func (w Workbook) window() []any {
	return []any{sql.Named("trend_start", w.trendStart()), sql.Named("period_start", w.Period.Start())}
}

func missingRates(ctx context.Context, tx *sql.Tx, w Workbook) (missing MissingRates, err error) {
	rows, err := tx.QueryContext(ctx, statement("rates/missing"), w.window()...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var start time.Time
		var rate MissingRate
		if err := rows.Scan(&start, &rate.From, &rate.To); err != nil {
			return nil, err
		}
		rate.Month = model.PeriodOf(start)
		missing = append(missing, rate)
	}
	return missing, rows.Err()
}
