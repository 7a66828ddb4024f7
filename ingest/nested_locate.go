package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// locateNested finds the first value in the delivery that is bad, as locate
// does.
func (l loading) locateNested(ctx context.Context, conn *sql.Conn, columns []column, bad func(column, place) string) (string, error) {
	for _, file := range l.delivery.Files {
		scan := shape{files: []File{file}}.scan()
		names, err := namesOf(ctx, conn, scan, "")
		if err != nil {
			return "", err
		}
		for _, c := range columns {
			found, ok := names[strings.ToLower(c.name)]
			if !ok {
				continue
			}
			where, err := firstBadNested(ctx, conn, scan, c, found, bad)
			if err != nil || where != "" {
				return file.Object + ", " + where, err
			}
		}
	}
	return "", nil
}

// firstBadNested tells the first row of a scan in which c, or a member of the
// list c, is bad; empty where none is.
func firstBadNested(ctx context.Context, conn *sql.Conn, scan string, c column, found place, bad func(column, place) string) (string, error) {
	leaves, from := map[string]place{c.name: found}, "select *, file_row_number + 1 as n from "+scan
	values := []column{c}
	if c.kind == "list" {
		elements, err := elementsOf(ctx, conn, scan, found)
		if err != nil {
			return "", err
		}
		from = fmt.Sprintf("select unnest(%s) as element, file_row_number + 1 as n from %s", found.expression, scan)
		leaves, values = elements, c.members
	}
	for _, value := range values {
		at, ok := leaves[strings.ToLower(value.name)]
		if !ok {
			continue
		}
		query := fmt.Sprintf("select n, cast(%s as varchar) from (%s) where %s order by n limit 1", at.expression, from, bad(value, at))
		var row int64
		var text sql.NullString
		err := conn.QueryRowContext(ctx, query).Scan(&row, &text)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return "", err
		}
		name := c.name
		if c.kind == "list" {
			name += "." + value.name
		}
		return fmt.Sprintf("row %d, column %s: %s", row, name, value.wants(text)), nil
	}
	return "", nil
}
