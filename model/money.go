package model

import (
	"fmt"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/shopspring/decimal"
)

// Money is an exact amount as the tables keep it, decimal(38,18), without its
// currency. It scans from a query and prints every digit it has, no trailing
// zeros. Arithmetic on charges belongs in SQL; Money only carries results.
type Money struct{ d decimal.Decimal }

// ParseMoney reads a decimal number such as 1234.50 or 1.81E-8. It refuses
// what the tables cannot hold exactly: more than 18 digits after the point, or
// more than 20 before it.
func ParseMoney(s string) (Money, error) {
	d, err := decimal.NewFromString(s)
	if err != nil {
		return Money{}, fmt.Errorf("amount %q: want a decimal number such as 1234.50", s)
	}
	if !d.Equal(d.Truncate(18)) || d.Abs().GreaterThanOrEqual(decimal.New(1, 20)) {
		return Money{}, fmt.Errorf("amount %q: want at most 20 digits before and 18 after the point", s)
	}
	return Money{d}, nil
}

// Scan reads a DuckDB decimal; it implements sql.Scanner.
func (m *Money) Scan(src any) error {
	switch v := src.(type) {
	case duckdb.Decimal:
		m.d = decimal.NewFromBigInt(v.Value, -int32(v.Scale))
		return nil
	default:
		return fmt.Errorf("scan %T into Money: want a decimal column", src)
	}
}

// String writes m exactly, such as -12.5.
func (m Money) String() string { return m.d.String() }

// Format writes m rounded half away from zero to places digits after the
// point, with thousands separators, such as 1,234.50.
func (m Money) Format(places int32) string {
	s := m.d.StringFixed(places)
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	whole := len(s)
	if places > 0 {
		whole -= int(places) + 1
	}
	for i := whole - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// Float is the nearest float64, for a spreadsheet cell or a bar and nothing else.
func (m Money) Float() float64 { return m.d.InexactFloat64() }

// Equal reports whether m and n are the same amount.
func (m Money) Equal(n Money) bool { return m.d.Equal(n.d) }

// IsZero reports whether m is nothing.
func (m Money) IsZero() bool { return m.d.IsZero() }

// Negative reports whether m is less than zero.
func (m Money) Negative() bool { return m.d.IsNegative() }
