package model

import (
	"fmt"
	"time"
)

// Period is a billing month in UTC: half-open, from its first instant to the
// first instant of the next month. The zero Period is no month.
type Period struct{ start time.Time }

// ParsePeriod reads a month written as 2026-10. Months before the year 2 are
// refused: the zero Period, which is no month, is one of them.
func ParsePeriod(s string) (Period, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || t.Year() < 2 {
		return Period{}, fmt.Errorf("month %q: want YYYY-MM, such as 2026-10", s)
	}
	return Period{t}, nil
}

// PeriodOf returns the month that t lies in, in UTC.
func PeriodOf(t time.Time) Period {
	t = t.UTC()
	return Period{time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)}
}

// Start is the first instant of the month; it is inside the period.
func (p Period) Start() time.Time { return p.start }

// End is the first instant of the next month; it is outside the period.
func (p Period) End() time.Time { return p.start.AddDate(0, 1, 0) }

// Next is the month after p.
func (p Period) Next() Period { return p.Add(1) }

// Previous is the month before p.
func (p Period) Previous() Period { return p.Add(-1) }

// Add is the month n months after p.
func (p Period) Add(n int) Period { return Period{p.start.AddDate(0, n, 0)} }

// Before reports whether p is an earlier month than q.
func (p Period) Before(q Period) bool { return p.start.Before(q.start) }

// IsZero reports whether p is no month at all.
func (p Period) IsZero() bool { return p.start.IsZero() }

// String writes the month as 2026-10.
func (p Period) String() string { return p.start.Format("2006-01") }
