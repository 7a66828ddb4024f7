package ingest

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// explain adds to an error of the load where in the files its cause stands, as
// far as that can be found. A value that does not read, and a file that does
// not, is a fault of the delivery, not of the program, and is marked
// ErrReconcile.
func (l loading) explain(ctx context.Context, conn *sql.Conn, err error) error {
	var fault *duckdb.Error
	if !errors.As(err, &fault) {
		return err
	}
	where, locateErr := l.place(ctx, conn, fault)
	if locateErr == nil && where != "" {
		return fmt.Errorf("%w: %s", ErrReconcile, where)
	}
	switch fault.Type {
	case duckdb.ErrorTypeConversion, duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeOutOfRange, duckdb.ErrorTypeConstraint:
		return fmt.Errorf("%w: %s", ErrReconcile, l.withObjects(fault.Msg))
	}
	return err
}

// place says where in the delivery the cause of fault stands; empty where it
// is not in the files.
func (l loading) place(ctx context.Context, conn *sql.Conn, fault *duckdb.Error) (string, error) {
	if where := l.brokenRow(fault.Msg); where != "" {
		return where, nil
	}
	if l.delivery.Encoding == "parquet" {
		if where, err := l.brokenParquet(ctx, conn); err != nil || where != "" {
			return where, err
		}
	}
	switch fault.Type {
	case duckdb.ErrorTypeConversion, duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeOutOfRange:
		return l.locate(ctx, conn, l.mapping.columns, unreadable)
	case duckdb.ErrorTypeConstraint:
		return l.emptyValue(ctx, conn, fault.Msg)
	}
	return "", nil
}

// withObjects writes the names of the objects in the place of the landing
// folder's files, which nobody outside knows, and leaves out the query.
func (l loading) withObjects(message string) string {
	message, _, _ = strings.Cut(message, "\n\nLINE ")
	for _, file := range l.delivery.Files {
		message = strings.ReplaceAll(message, file.Path, file.Object)
	}
	return strings.Join(strings.Fields(message), " ")
}

// csvFault matches DuckDB's message about a row of a CSV: its line, what is
// wrong with it, the file.
var csvFault = regexp.MustCompile(`(?s)CSV Error on Line: (\d+)\n.*?\n([^\n]+)\n+Possible fixes.*?\n  file = ([^\n]+)`)

var csvWidth = regexp.MustCompile(`Expected Number of Columns: (\d+) Found: (\d+)`)

// brokenRow says which row of a CSV message is about; empty where it is about
// none.
func (l loading) brokenRow(message string) string {
	found := csvFault.FindStringSubmatch(message)
	if found == nil {
		return ""
	}
	line, reason, file := found[1], strings.TrimSuffix(found[2], "."), l.withObjects(found[3])
	if width := csvWidth.FindStringSubmatch(reason); width != nil {
		reason = fmt.Sprintf("%s values under %s columns", width[2], width[1])
	}
	return fmt.Sprintf("%s:%s: %s%s; the file is not whole or no CSV; wait for the next delivery or ask the provider for a new one",
		file, line, strings.ToLower(reason[:1]), reason[1:])
}

// brokenParquet names the first Parquet file that cannot be read to its end.
func (l loading) brokenParquet(ctx context.Context, conn *sql.Conn) (string, error) {
	for _, file := range l.delivery.costs().Files {
		var rows int64
		const read = "select count(hash(file)) from read_parquet(%s, hive_partitioning = false) as file"
		err := conn.QueryRowContext(ctx, fmt.Sprintf(read, quoteText(file.Path))).Scan(&rows)
		var fault *duckdb.Error
		switch {
		case err == nil:
		case ctx.Err() != nil, !errors.As(err, &fault), fault.Type == duckdb.ErrorTypeOutOfMemory:
			return "", err
		default:
			return fmt.Sprintf("%s is not a whole Parquet file (%s); wait for the next delivery or ask the provider for a new one",
				file.Object, l.withObjects(fault.Msg)), nil
		}
	}
	return "", nil
}

// emptyValue finds the value that message, of a broken not-null constraint,
// misses: in the column of that name, else in one that must hold a number or
// a time, else a text.
func (l loading) emptyValue(ctx context.Context, conn *sql.Conn, message string) (string, error) {
	_, name, _ := strings.Cut(message, "NOT NULL constraint failed: ")
	_, name, _ = strings.Cut(name, ".")
	var namesake, others, texts []column
	for _, c := range l.mapping.columns {
		switch {
		case c.name == name:
			namesake = append(namesake, c)
		case c.must && c.kind != "text":
			others = append(others, c)
		case c.must && l.mapping.nested(): // whose names are others than FOCUS's
			texts = append(texts, c)
		}
	}
	for _, columns := range [][]column{namesake, others, texts} {
		if where, err := l.locate(ctx, conn, columns, missing); err != nil || where != "" {
			return where, err
		}
	}
	if name == "" {
		return "", nil
	}
	return name + " is empty in a row, where FOCUS wants a value", nil
}

// unreadable is the condition that a value is there and does not read as c.
func unreadable(c column, found place) string {
	return fmt.Sprintf("coalesce(cast(%s as varchar), '') <> '' and try(%s) is null", found.expression, c.read(found.expression, found.sqlType))
}

// missing is the condition that a value of c is not there.
func missing(c column, found place) string {
	return fmt.Sprintf("try(%s) is null", c.read(found.expression, found.sqlType))
}

// locate finds the first value in the delivery that is bad, file after file
// and column after column.
func (l loading) locate(ctx context.Context, conn *sql.Conn, columns []column, bad func(column, place) string) (string, error) {
	if l.mapping.nested() {
		return l.locateNested(ctx, conn, columns, bad)
	}
	if _, err := conn.ExecContext(ctx, "set preserve_insertion_order = true"); err != nil {
		return "", err
	}
	for _, file := range l.delivery.costs().Files {
		one := Delivery{Encoding: l.delivery.Encoding, Files: []File{file}, Dialect: l.delivery.Dialect}
		from, physical, err := relation(ctx, conn, one, l.mapping)
		if err != nil {
			return "", err
		}
		named, err := l.mapping.named(physical)
		if err != nil {
			return "", err
		}
		for _, c := range columns {
			for _, found := range l.mapping.found(c, named) {
				row, value, err := firstBad(ctx, conn, from, found, bad(c, place{quoteName(found.name), found.sqlType}))
				if errors.Is(err, sql.ErrNoRows) {
					continue
				}
				if err != nil {
					return "", err
				}
				place, err := placeOf(one, row)
				return fmt.Sprintf("%s, column %s: %s", place, l.mapping.calls(c, found), c.wants(value)), err
			}
		}
	}
	return "", nil
}

// calls is what a reader of the files knows column c as.
func (m mapping) calls(c column, found physicalColumn) string {
	if m.snake || m.loose {
		return written(found.name)
	}
	return c.name
}

// firstBad returns the first row of a file, counted from 1, that is bad, and
// its value of the column found; sql.ErrNoRows where none is.
func firstBad(ctx context.Context, conn *sql.Conn, from string, found physicalColumn, bad string) (row int64, value sql.NullString, err error) {
	query := fmt.Sprintf("select n, cast(%s as varchar) from (select *, row_number() over () as n from %s) where %s order by n limit 1",
		quoteName(found.name), from, bad)
	err = conn.QueryRowContext(ctx, query).Scan(&row, &value)
	return row, value, err
}

// placeOf names a row of the only file of one: by line in a CSV, where a row
// may span several, else by number.
func placeOf(one Delivery, row int64) (string, error) {
	file := one.Files[0]
	if one.Encoding != "csv" {
		return fmt.Sprintf("%s, row %d", file.Object, row), nil
	}
	f, err := os.Open(file.Path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	reader := csv.NewReader(f)
	reader.ReuseRecord = true
	reader.FieldsPerRecord = -1
	for range row + 1 { // the header is a row too
		if _, err := reader.Read(); err != nil {
			return "", err
		}
	}
	line, _ := reader.FieldPos(0)
	return fmt.Sprintf("%s:%d", file.Object, line), nil
}

// wants says what the value should have been.
func (c column) wants(value sql.NullString) string {
	want := map[string]string{
		"text":    "a text",
		"time":    "a time such as 2026-10-31T23:00:00Z",
		"date":    "a date such as 10/31/2026 or 2026-10-31, all of a file in one order",
		"decimal": "a number such as 12.5 or 1.81E-8",
		"numeric": "a number such as 12.5 or 1.81E-8",
		"float":   "a number such as 12.5 or 1.81E-8",
		"json":    "a JSON object",
		"object":  "a JSON object",
		"map":     "a JSON object",
	}[c.kind]
	if !value.Valid || value.String == "" {
		return "is empty; want " + want
	}
	return fmt.Sprintf("value %.80q; want %s", value.String, want)
}
