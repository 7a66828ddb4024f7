package ingest

import (
	"context"
	"database/sql"
	"strings"
)

// layPrices lays the temporary table price that m's select joins: the price
// sheets of the delivery, or nothing where it has none.
func layPrices(ctx context.Context, conn *sql.Conn, m mapping, delivery Delivery) error {
	if m.prices == "" {
		return nil
	}
	prices, err := m.pricesOf()
	if err != nil {
		return err
	}
	if len(delivery.Files) == 0 {
		err = layNothing(ctx, conn, "price_file", prices)
	} else {
		if delivery, err = settleDates(ctx, conn, prices, delivery); err == nil {
			_, err = layRaw(ctx, conn, "price_file", prices, delivery)
		}
	}
	if err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "create or replace temp table price as\n"+prices.charges)
	return err
}

// layNothing lays view with the columns of m and no rows.
func layNothing(ctx context.Context, conn *sql.Conn, view string, m mapping) error {
	var selects []string
	for _, c := range m.columns {
		selects = append(selects, "cast(null as "+sqlTypes[c.kind]+") as "+c.alias())
	}
	_, err := conn.ExecContext(ctx, "create or replace temp view "+view+" as select "+strings.Join(selects, ", ")+" where false")
	return err
}
