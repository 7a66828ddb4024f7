package ingest

import (
	"context"
	"database/sql"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// explain adds to an error of the load where in the files its cause stands, as
// far as that can be found. A value that does not read is a fault of the
// delivery, not of the program, and is marked ErrReconcile.
func (l loading) explain(ctx context.Context, conn *sql.Conn, err error) error {
	var fault *duckdb.Error
	if !errors.As(err, &fault) {
		return err
	}
	switch fault.Type {
	case duckdb.ErrorTypeConversion, duckdb.ErrorTypeInvalidInput, duckdb.ErrorTypeOutOfRange, duckdb.ErrorTypeConstraint:
	default:
		return err
	}
	where, locateErr := l.locate(ctx, conn)
	if locateErr != nil || where == "" {
		return fmt.Errorf("%w: %s", ErrReconcile, l.withObjects(fault.Msg))
	}
	return fmt.Errorf("%w: %s", ErrReconcile, where)
}

// withObjects writes the names of the objects in the place of the landing
// folder's files, which nobody outside knows, and leaves out the query.
func (l loading) withObjects(message string) string {
	message, _, _ = strings.Cut(message, "\n\nLINE ")
	for _, file := range l.delivery.Files {
		message = strings.ReplaceAll(message, file.Path, file.Object)
	}
	return strings.TrimSpace(message)
}

// locate finds the first value in the delivery that does not read as its
// column should, file after file and column after column.
func (l loading) locate(ctx context.Context, conn *sql.Conn) (string, error) {
	if _, err := conn.ExecContext(ctx, "set preserve_insertion_order = true"); err != nil {
		return "", err
	}
	for _, file := range l.delivery.Files {
		one := Delivery{Encoding: l.delivery.Encoding, Files: []File{file}}
		from, err := scan(one)
		if err != nil {
			return "", err
		}
		physical, err := describe(ctx, conn, from)
		if err != nil {
			return "", err
		}
		for _, c := range l.mapping.columns {
			found, ok := physical[strings.ToLower(c.name)]
			if !ok {
				continue
			}
			row, value, err := firstBad(ctx, conn, from, c, found)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return "", err
			}
			place, err := placeOf(one, row)
			return fmt.Sprintf("%s, column %s: %s", place, c.name, c.wants(value)), err
		}
	}
	return "", nil
}

// firstBad returns the first row of a file, counted from 1, whose value does
// not read as column c, and the value; sql.ErrNoRows where all do.
func firstBad(ctx context.Context, conn *sql.Conn, from string, c column, found physicalColumn) (row int64, value sql.NullString, err error) {
	bad := fmt.Sprintf("coalesce(cast(%s as varchar), '') <> '' and try(%s) is null", quoteName(found.name), c.typed(found))
	if c.must {
		bad = fmt.Sprintf("try(%s) is null", c.typed(found))
	}
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
		"decimal": "a number such as 12.5 or 1.81E-8",
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
