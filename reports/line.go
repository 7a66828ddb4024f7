package reports

import (
	"database/sql"
	"fmt"
	"math/big"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/costwarden/costwarden/model"
)

// line is one line of a sheet's query by column name: a string, model.Money,
// float64 (a ratio), int64, time.Time or nil. Aggregates, never charges.
type line map[string]any

// scanLines reads what a query returns.
func scanLines(rows *sql.Rows) ([]line, error) {
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var lines []line
	for rows.Next() {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		l := line{}
		for i, column := range columns {
			if l[column], err = plain(values[i]); err != nil {
				return nil, fmt.Errorf("column %s: %w", column, err)
			}
		}
		lines = append(lines, l)
	}
	return lines, rows.Err()
}

// plain turns what the driver scans into one of line's types.
func plain(value any) (any, error) {
	switch v := value.(type) {
	case nil, string, float64, int64, time.Time:
		return v, nil
	case int32:
		return int64(v), nil
	case *big.Int: // sum of bigint
		return v.Int64(), nil
	case duckdb.Decimal:
		var m model.Money
		err := m.Scan(v)
		return m, err
	}
	return nil, fmt.Errorf("a sheet cannot show %T", value)
}

// is reports whether l is of the kind: row, rest, total or check.
func (l line) is(kind string) bool { return l["x_Line"] == kind }

// text is the text of a column, empty where it is null.
func (l line) text(column string) string {
	s, _ := l[column].(string)
	return s
}

// currency is the one that l is about: of the bill, else that of the report.
func (l line) currency() string {
	if billing := l.text("BillingCurrency"); billing != "" {
		return billing
	}
	return l.text("ReportingCurrency")
}

// money is the amount of a column, zero where it is null.
func (l line) money(column string) model.Money {
	m, _ := l[column].(model.Money)
	return m
}
