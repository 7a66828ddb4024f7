package conformance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/costwarden/costwarden/model"
)

// Scope bounds what is checked.
type Scope struct {
	Since   model.Period // the first month; zero: no bound
	Until   model.Period // the last month; zero: no bound
	Sources []string     // empty: all
}

// Breach is a rule that charges of a source's month do not keep.
type Breach struct {
	Check           string
	Rule            string
	SourceName      string
	Month           model.Period
	BillingCurrency string
	Charges         int64
	BilledCost      model.Money // of these charges
	Example         string      // what one of them holds; may be empty
}

// Run makes checks on the stored charges and returns what they find, in the
// order of the checks.
func Run(ctx context.Context, db *sql.DB, checks []Check, scope Scope) ([]Breach, error) {
	var all []Breach
	for _, check := range checks {
		found, err := check.run(ctx, db)
		if err != nil {
			return nil, fmt.Errorf("check %s: %w", check.Name, err)
		}
		all = append(all, slices.DeleteFunc(found, scope.leavesOut)...)
	}
	return all, nil
}

func (s Scope) leavesOut(b Breach) bool {
	return !s.Since.IsZero() && b.Month.Before(s.Since) ||
		!s.Until.IsZero() && s.Until.Before(b.Month) ||
		len(s.Sources) > 0 && !slices.Contains(s.Sources, b.SourceName)
}

func (c Check) run(ctx context.Context, db *sql.DB) (found []Breach, err error) {
	rows, err := db.QueryContext(ctx, `select Rule, SourceName, BillingPeriodStart, BillingCurrency, count(*), sum(BilledCost), coalesce(min(cast(Found as varchar)), '')
		from (`+c.SQL+`) group by all order by all`)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		b := Breach{Check: c.Name}
		var start sql.NullTime
		if err := rows.Scan(&b.Rule, &b.SourceName, &start, &b.BillingCurrency, &b.Charges, &b.BilledCost, &b.Example); err != nil {
			return nil, err
		}
		b.Month = model.PeriodOf(start.Time)
		found = append(found, b)
	}
	return found, rows.Err()
}
