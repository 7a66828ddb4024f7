package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// settleDates decides for each file of delivery whether its dates with slashes
// begin with the month, as Azure writes them, or with the day, as a spreadsheet
// may have saved them again. The decision is the file's: 03/04/2026 alone does
// not tell.
func settleDates(ctx context.Context, conn *sql.Conn, m mapping, delivery Delivery) (Delivery, error) {
	if !m.readsDates() {
		return delivery, nil
	}
	files := delivery.Files
	delivery.Files = append([]File(nil), files...)
	for i, file := range files {
		dates, err := datesOf(ctx, conn, m, Delivery{Encoding: delivery.encoding(file), Files: []File{file}})
		if err != nil {
			return delivery, err
		}
		if dates == "" {
			continue
		}
		// Mostly the first rows tell; else all must.
		order, err := orderOf(ctx, conn, dates+" limit 20000")
		if err == nil && !order.settled() {
			order, err = orderOf(ctx, conn, dates)
		}
		if err != nil {
			return delivery, err
		}
		if order.monthFirst && order.dayFirst {
			return delivery, fmt.Errorf("%w: %s has dates that begin with the month, such as 10/31/2026, and dates that begin with the day; "+
				"one file may have one order", ErrReconcile, file.Object)
		}
		delivery.Files[i].dayFirst = order.dayFirst
	}
	return delivery, nil
}

// datesOf is the select of all texts in the date columns of the only file of
// one; empty where no date is a text.
func datesOf(ctx context.Context, conn *sql.Conn, m mapping, one Delivery) (string, error) {
	from, err := scan(one, m)
	if err != nil {
		return "", err
	}
	physical, err := describe(ctx, conn, from)
	if err != nil {
		return "", err
	}
	named, err := m.named(physical)
	if err != nil {
		return "", err
	}
	var texts []string
	for _, c := range m.columns {
		for _, p := range m.found(c, named) {
			if c.kind == "date" && p.sqlType == "VARCHAR" {
				texts = append(texts, quoteName(p.name))
			}
		}
	}
	if len(texts) == 0 {
		return "", nil
	}
	return "select unnest([" + strings.Join(texts, ", ") + "]) as Date from " + from, nil
}

// order is what the dates of a file tell about themselves.
type order struct {
	iso        bool // some are such as 2026-10-31
	monthFirst bool // some can only begin with the month
	dayFirst   bool // some can only begin with the day
}

func (o order) settled() bool { return o.iso || o.monthFirst || o.dayFirst }

// orderOf looks at dates for numbers that can be no month.
func orderOf(ctx context.Context, conn *sql.Conn, dates string) (o order, err error) {
	const look = `select
    coalesce(bool_or(contains(Date, '-')), false),
    coalesce(bool_or(try_cast(split_part(Date, '/', 2) as integer) > 12), false),
    coalesce(bool_or(try_cast(split_part(Date, '/', 1) as integer) > 12 and contains(Date, '/')), false)
from (%s)`
	err = conn.QueryRowContext(ctx, fmt.Sprintf(look, dates)).Scan(&o.iso, &o.monthFirst, &o.dayFirst)
	return o, err
}
