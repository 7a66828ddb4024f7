package ingest

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strings"
)

//go:embed load/control.sql
var controlSQL string

//go:embed load/file_total.sql
var fileTotalSQL string

// layControl totals the lines before any is mapped. A mapping's control may
// give its totals file by file, in a column x_ReadFrom: they stay in the
// temporary table file_control, and control holds them together.
func (l loading) layControl(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "create or replace temp table control as\n"+l.mapping.control); err != nil {
		return err
	}
	columns, err := describe(ctx, conn, "control")
	if err != nil {
		return err
	}
	for _, column := range columns {
		if column.name == "x_ReadFrom" {
			_, err := conn.ExecContext(ctx, "alter table control rename to file_control;\n"+controlSQL)
			return errors.Join(err, l.checkFiles(ctx, conn))
		}
	}
	const none = "create temp table file_control as select cast(null as varchar) as x_ReadFrom, * from control where false"
	_, err = conn.ExecContext(ctx, none)
	return err
}

// checkFiles compares how many lines were read of each file with how many it
// has, which is counted otherwise: in a CSV by its line breaks, in a Parquet
// file by its footer.
func (l loading) checkFiles(ctx context.Context, conn *sql.Conn) error {
	read, err := counts(ctx, conn, "select x_ReadFrom, cast(sum(Lines) as bigint) from file_control group by all")
	if err != nil {
		return err
	}
	has, err := l.linesOf(ctx, conn)
	if err != nil {
		return err
	}
	var short []string
	for _, file := range l.delivery.costs().Files {
		if lines, counted := has[file.Path]; counted && lines != read[file.Path] {
			short = append(short, fmt.Sprintf("%s has %d lines, and %d were read", file.Object, lines, read[file.Path]))
		}
	}
	if len(short) > 0 {
		return fmt.Errorf("%w: %s; wait for the next delivery or ask the provider for a new one", ErrReconcile, strings.Join(short, "; "))
	}
	return nil
}

// linesOf counts the lines of each file, by its path.
func (l loading) linesOf(ctx context.Context, conn *sql.Conn) (map[string]int64, error) {
	if l.delivery.Encoding == "parquet" {
		var files []string
		for _, file := range l.delivery.costs().Files {
			files = append(files, quoteText(file.Path))
		}
		return counts(ctx, conn, "select file_name, num_rows from parquet_file_metadata(["+strings.Join(files, ", ")+"])")
	}
	lines := map[string]int64{}
	for _, file := range l.delivery.Files {
		lines[file.Path] = file.lines
	}
	return lines, nil
}

// counts reads a query of names and numbers.
func counts(ctx context.Context, conn *sql.Conn, query string) (map[string]int64, error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counted := map[string]int64{}
	for rows.Next() {
		var name string
		var count int64
		if err := rows.Scan(&name, &count); err != nil {
			return nil, err
		}
		counted[name] = count
	}
	return counted, errors.Join(rows.Err(), rows.Close())
}

// rememberFiles records the files of the import and what each totals to.
func (l loading) rememberFiles(ctx context.Context, tx *sql.Tx) error {
	for _, file := range l.delivery.Files {
		const insert = "insert into import_file values (?, ?, ?, ?)"
		if _, err := tx.ExecContext(ctx, insert, l.importID, file.Object, file.Bytes, file.ETag); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, fileTotalSQL, sql.Named("import_id", l.importID),
			sql.Named("object", file.Object), sql.Named("path", file.Path))
		if err != nil {
			return err
		}
	}
	return nil
}
