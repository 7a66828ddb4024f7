package main

import (
	"context"
	"database/sql"
	"regexp"
	"strconv"
	"time"

	"github.com/costwarden/costwarden/model"
)

// span is a run of months, both ends included; a zero end is no bound.
type span struct{ since, until model.Period }

func (s span) isZero() bool { return s.since.IsZero() && s.until.IsZero() }

func (s span) holds(month model.Period) bool {
	return (s.since.IsZero() || !month.Before(s.since)) && (s.until.IsZero() || !s.until.Before(month))
}

// recent is the month of clock and the one before: what alerts and workbooks
// are about unless told otherwise, so that a first run over old bills does not
// raise last year's alarms.
func recent(clock time.Time) span {
	this := model.PeriodOf(clock)
	return span{this.Previous(), this}
}

// spanOf reads the flags --month, --since and --until against clock.
func spanOf(month, since, until string, clock time.Time) (span, error) {
	if month != "" {
		if since != "" || until != "" {
			return span{}, usageError("--month names one month; leave --since and --until out, or use them instead")
		}
		since, until = month, month
	}
	var s span
	for _, end := range []struct {
		flag string
		text string
		into *model.Period
	}{{"--since", since, &s.since}, {"--until", until, &s.until}} {
		if end.text == "" {
			continue
		}
		period, err := monthOf(end.text, clock)
		if err != nil {
			return span{}, err
		}
		*end.into = period
	}
	if !s.since.IsZero() && !s.until.IsZero() && s.until.Before(s.since) {
		return span{}, usageError("--until %s is before --since %s", s.until, s.since)
	}
	return s, nil
}

var daysAgo = regexp.MustCompile(`^-(\d{1,4})d$`)

// monthOf reads 2026-10, 2026-10-31, this, last, or -35d: the month that lies
// so many days before clock.
func monthOf(text string, clock time.Time) (model.Period, error) {
	switch text {
	case "this":
		return model.PeriodOf(clock), nil
	case "last":
		return model.PeriodOf(clock).Previous(), nil
	}
	if match := daysAgo.FindStringSubmatch(text); match != nil {
		days, err := strconv.Atoi(match[1])
		return model.PeriodOf(clock.AddDate(0, 0, -days)), err
	}
	if day, err := time.Parse(time.DateOnly, text); err == nil {
		return model.PeriodOf(day), nil
	}
	month, err := model.ParsePeriod(text)
	if err != nil {
		return month, usageError("month %q: want 2026-10, 2026-10-31, this, last or -35d", text)
	}
	return month, nil
}

// loadedMonths lists the months of s that are in the database, oldest first.
func loadedMonths(ctx context.Context, db *sql.DB, s span) ([]model.Period, error) {
	rows, err := db.QueryContext(ctx, query("loaded_months"))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var months []model.Period
	for rows.Next() {
		var start time.Time
		if err := rows.Scan(&start); err != nil {
			return nil, err
		}
		if month := model.PeriodOf(start); s.holds(month) {
			months = append(months, month)
		}
	}
	return months, rows.Err()
}
