//go:build bench

package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// Bare is what bare DuckDB would do with delivery: create table as select of
// the columns the mapping reads, in their types, with plain casts, from the
// files as delivered. The product map of a CUR is left out of it.
func Bare(ctx context.Context, db *sql.DB, table string, delivery Delivery) error {
	m, err := mappingOf(delivery.Format)
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if m.nested() {
		return bareNested(ctx, conn, m, table, delivery)
	}
	from, err := scan(delivery, m)
	if delivery.Encoding == "csv" {
		from, err = bareCSV(delivery), nil
	}
	if err != nil {
		return err
	}
	physical, err := describe(ctx, conn, from)
	if err != nil {
		return err
	}
	named, err := m.named(physical)
	if err != nil {
		return err
	}
	var selects []string
	for _, c := range m.columns {
		columns := m.found(c, named)
		if len(columns) == 0 || c.kind == "map" || c.kind == "float" {
			continue
		}
		found := columns[0]
		expression := fmt.Sprintf("cast(%s as %s)", quoteName(found.name), sqlTypes[c.kind])
		if found.sqlType == "VARCHAR" && c.kind != "text" {
			expression = fmt.Sprintf("cast(nullif(%s, '') as %s)", quoteName(found.name), sqlTypes[c.kind])
		}
		if found.sqlType == "VARCHAR" && c.kind == "date" {
			expression = fmt.Sprintf("strptime(nullif(%s, ''), '%%m/%%d/%%Y')", quoteName(found.name))
		}
		if sqlTypes[c.kind] == "json" && found.sqlType != "VARCHAR" {
			expression = fmt.Sprintf("to_json(%s)", quoteName(found.name))
		}
		selects = append(selects, expression+" as "+quoteName(c.name))
	}
	if _, err := conn.ExecContext(ctx, "set preserve_insertion_order = false"); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "create table "+quoteName(table)+" as select "+strings.Join(selects, ", ")+" from "+from)
	return err
}

// bareNested has DuckDB keep the columns that hold what the mapping reads as
// they are, structs and lists.
func bareNested(ctx context.Context, conn *sql.Conn, m mapping, table string, delivery Delivery) error {
	var files, columns []string
	for _, file := range delivery.Files {
		files = append(files, quoteText(file.Path))
	}
	from := "read_" + delivery.Encoding + "([" + strings.Join(files, ", ") + "], union_by_name = true)"
	physical, err := describe(ctx, conn, from)
	if err != nil {
		return err
	}
	for _, p := range physical {
		if slices.ContainsFunc(m.columns, func(c column) bool { top, _, _ := strings.Cut(c.name, "."); return top == p.name }) {
			columns = append(columns, quoteName(p.name))
		}
	}
	_, err = conn.ExecContext(ctx, "create table "+quoteName(table)+" as select "+strings.Join(columns, ", ")+" from "+from)
	return err
}

// bareCSV has DuckDB read the gzip files itself.
func bareCSV(delivery Delivery) string {
	var files []string
	for _, file := range delivery.Files {
		files = append(files, quoteText(file.Path))
	}
	return "read_csv([" + strings.Join(files, ", ") + "], all_varchar = true, header = true)"
}
