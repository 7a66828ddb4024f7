package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/model"
)

// BillingPeriods are the months of BillingPeriodStart in a delivery's files,
// the earliest first, for a source that has nothing else to tell the month by.
// dir is a folder for scratch files. Rows without one are left to the load,
// which says where they are.
func BillingPeriods(ctx context.Context, delivery Delivery, dir string) (periods []model.Period, err error) {
	object := delivery.Files[0].Object
	delivery, err = unpack(ctx, delivery, filepath.Join(dir, "plain"))
	if err != nil {
		return nil, err
	}
	from, err := scan(delivery, mapping{})
	if err != nil {
		return nil, err
	}
	err = onNoDatabase(ctx, func(conn *sql.Conn) error {
		periods, err = billingPeriods(ctx, conn, from, object)
		return err
	})
	return periods, err
}

func billingPeriods(ctx context.Context, conn *sql.Conn, from, object string) ([]model.Period, error) {
	physical, err := describe(ctx, conn, from)
	if err != nil {
		return nil, fmt.Errorf("%w: read the columns of %s: %w", ErrReconcile, object, err)
	}
	at := slices.IndexFunc(physical, func(p physicalColumn) bool {
		return strings.EqualFold(strings.TrimSpace(p.name), "BillingPeriodStart")
	})
	if at < 0 {
		return nil, fmt.Errorf("%w: no telling which month %s is: its path names none, such as 2026-10, and it has no column BillingPeriodStart; put the month into its name, or move the file elsewhere if it is no bill",
			ErrReconcile, object)
	}
	const months = "select distinct left(trim(cast(%s as varchar)), 7) as Month from %s where Month similar to '[0-9]{4}-[0-9]{2}' order by Month"
	rows, err := conn.QueryContext(ctx, fmt.Sprintf(months, quoteName(physical[at].name), from))
	if err != nil {
		return nil, fmt.Errorf("%w: read %s: %w", ErrReconcile, object, err)
	}
	defer rows.Close()
	var periods []model.Period
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		period, err := model.ParsePeriod(text)
		if err != nil {
			return nil, fmt.Errorf("%w: %s: BillingPeriodStart: %w", ErrReconcile, object, err)
		}
		periods = append(periods, period)
	}
	if len(periods) == 0 && rows.Err() == nil {
		return nil, fmt.Errorf("%w: no telling which month %s is: its path names none, such as 2026-10, and no row has a BillingPeriodStart",
			ErrReconcile, object)
	}
	return periods, rows.Err()
}
