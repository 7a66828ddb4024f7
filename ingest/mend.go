package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// mendedColumn is the column of a mended relation that lists, of each row, the
// repairs that were made in it.
const mendedColumn = "x_Mended"

// relation is the files of delivery as one relation, after the repairs of its
// dialect, and its columns.
func relation(ctx context.Context, conn *sql.Conn, delivery Delivery, m mapping) (from string, physical []physicalColumn, err error) {
	if from, err = scan(delivery, m); err != nil {
		return "", nil, err
	}
	if physical, err = describe(ctx, conn, from); err != nil || len(delivery.Dialect) == 0 {
		return from, physical, err
	}
	mending := mending{conn: conn, cells: m.cells(physical)}
	if err := mending.mend(ctx, from, delivery.Dialect); err != nil {
		return "", nil, err
	}
	physical, err = describe(ctx, conn, mending.table)
	return mending.table, physical, err
}

// mending repairs the rows of files, in a table that is written anew for each
// repair that finds something: over views, DuckDB would write each repair into
// each expression of the next and drown in them.
type mending struct {
	conn  *sql.Conn
	cells []cell
	table string
}

// tables are the two that take turns.
var mendedTables = []string{"mended_a", "mended_b"}

// mend makes the repairs that dialect asks for. The columns have the names
// that raw gives them.
func (m *mending) mend(ctx context.Context, from string, dialect []string) error {
	var columns []string
	for _, c := range m.cells {
		columns = append(columns, fmt.Sprintf("%s as %s", quoteName(c.physical.name), quoteName(c.name)))
	}
	columns = append(columns, "cast([] as varchar[]) as "+mendedColumn)
	if err := m.write(ctx, "select "+strings.Join(columns, ", ")+" from "+from); err != nil {
		return err
	}
	for _, r := range repairs {
		if !slices.Contains(dialect, r.code) {
			continue
		}
		if err := m.repair(ctx, r); err != nil {
			return fmt.Errorf("repair %s: %w", r.code, err)
		}
	}
	if slices.Contains(dialect, missingCosts) {
		return m.write(ctx, withCosts(m.table, m.cells))
	}
	return nil
}

// write makes query the table.
func (m *mending) write(ctx context.Context, query string) error {
	next := mendedTables[0]
	if m.table == next {
		next = mendedTables[1]
	}
	if _, err := m.conn.ExecContext(ctx, "create or replace temp table "+next+" as "+query); err != nil {
		return err
	}
	if m.table != "" {
		if _, err := m.conn.ExecContext(ctx, "drop table "+m.table); err != nil {
			return err
		}
	}
	m.table = next
	return nil
}

// repair makes one repair in the cells that need it.
func (m *mending) repair(ctx context.Context, r repair) error {
	var possible []dirty
	for _, c := range m.cells {
		if found, looked := r.found[c.kind]; looked {
			possible = append(possible, dirty{c, r.code, c.call(found)})
		}
	}
	found, err := theDirty(ctx, m.conn, m.table, possible)
	if err != nil || len(found) == 0 {
		return err
	}
	var conditions, columns []string
	for _, d := range found {
		conditions = append(conditions, d.condition)
		columns = append(columns, fmt.Sprintf("%s as %s", d.cell.call(r.mended[d.cell.kind]), quoteName(d.cell.name)))
	}
	columns = append(columns, noted(strings.Join(conditions, " or "), r.code))
	return m.write(ctx, fmt.Sprintf("select * replace (%s) from %s", strings.Join(columns, ", "), m.table))
}

// noted is the list of repairs with one more where condition holds.
func noted(condition, code string) string {
	return fmt.Sprintf("if(%s, list_append(%s, %s), %s) as %s", condition, mendedColumn, quoteText(code), mendedColumn, mendedColumn)
}

// standIns are the costs that BilledCost may stand in for.
var standIns = []string{"EffectiveCost", "ListCost", "ContractedCost"}

// withCosts lets BilledCost stand in for the costs that a bill without
// discounts leaves out. What a commitment covers is billed elsewhere, and is
// left alone.
func withCosts(from string, cells []cell) string {
	var conditions, columns, added []string
	for _, cost := range standIns {
		lacking := lacks(cost, cells)
		conditions = append(conditions, lacking)
		if has(cells, cost) {
			columns = append(columns, fmt.Sprintf("if(%s, cast(BilledCost as varchar), cast(%s as varchar)) as %s", lacking, cost, cost))
		} else {
			added = append(added, fmt.Sprintf("if(%s, cast(BilledCost as varchar), null) as %s", lacking, cost))
		}
	}
	columns = append(columns, noted(strings.Join(conditions, " or "), missingCosts))
	return fmt.Sprintf("select %s from %s", strings.Join(append([]string{"* replace (" + strings.Join(columns, ", ") + ")"}, added...), ", "), from)
}

// lacks is the condition that a row lacks a cost that BilledCost can stand in
// for.
func lacks(cost string, cells []cell) string {
	if !has(cells, "BilledCost") {
		return "false"
	}
	condition := "BilledCost is not null"
	if has(cells, cost) {
		condition += " and " + cost + " is null"
	}
	if has(cells, "CommitmentDiscountId") {
		condition += " and CommitmentDiscountId is null"
	}
	return "(" + condition + ")"
}

func has(cells []cell, name string) bool {
	return slices.ContainsFunc(cells, func(c cell) bool { return c.name == name })
}

// dirty is the condition that a cell is dirty in the way of code.
type dirty struct {
	cell      cell
	code      string
	condition string
}

// left is the dirt that a relation may hold after the repairs of dialect.
func (m mapping) left(physical []physicalColumn, dialect []string) []dirty {
	var left []dirty
	cells := m.cells(physical)
	for _, c := range cells {
		for _, r := range repairs {
			if found, looked := r.found[c.kind]; looked && !slices.Contains(dialect, r.code) {
				left = append(left, dirty{c, r.code, c.call(found)})
			}
		}
		if slices.Contains(standIns, c.name) && !slices.Contains(dialect, missingCosts) {
			left = append(left, dirty{c, missingCosts, lacks(c.name, cells)})
		}
	}
	return left
}
