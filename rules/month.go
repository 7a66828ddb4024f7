package rules

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/costwarden/costwarden/model"
)

//go:embed months.sql
var monthsSQL string

//go:embed ground.sql
var groundSQL string

// month is a month with charges. Its input is a hash of the imports of this
// and every earlier month, the policy and the views: a rule may look back.
type month struct {
	period model.Period
	input  string
}

// loadedMonths reads the months that charges are loaded for, oldest first.
func loadedMonths(ctx context.Context, db *sql.DB) (months []month, err error) {
	var policy, views string
	if err := db.QueryRowContext(ctx, groundSQL).Scan(&policy, &views); err != nil {
		return nil, fmt.Errorf("read policy hash: %w", err)
	}
	rows, err := db.QueryContext(ctx, monthsSQL)
	if err != nil {
		return nil, fmt.Errorf("read loaded months: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	input := hash(policy, views)
	for rows.Next() {
		var start time.Time
		var imports string
		if err := rows.Scan(&start, &imports); err != nil {
			return nil, fmt.Errorf("read loaded months: %w", err)
		}
		input = hash(input, imports)
		months = append(months, month{model.PeriodOf(start), input})
	}
	return months, rows.Err()
}

// input is the hash of all that the rule's judgement of m depends on.
func (r Rule) input(m month) string {
	parts := []string{m.input, r.SQL}
	for _, p := range r.Params {
		parts = append(parts, p.Name, p.Value)
	}
	return hash(parts...)
}

// hash is the SHA-256 of parts, each with its length before it.
func hash(parts ...string) string {
	sum := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
