package ingest

import (
	"context"
	"database/sql"
	"embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

//go:embed reference/*.csv
var references embed.FS

// layReferences lays each file of reference that is of the format's provider as
// a temporary table of its name, all columns text.
func layReferences(ctx context.Context, conn *sql.Conn, format string) error {
	files, err := fs.Glob(references, "reference/"+providerOf(format)+"_*.csv")
	if err != nil {
		return err
	}
	for _, file := range files {
		text, err := references.ReadFile(file)
		if err != nil {
			return err
		}
		columns, objects, err := csvAsJSON(string(text))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		name := strings.TrimSuffix(path.Base(file), ".csv")
		table := fmt.Sprintf("create or replace temp table %s as select unnest(from_json(?, %s), recursive := true)",
			quoteName(name), quoteText(columns))
		if _, err := conn.ExecContext(ctx, table, objects); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// csvAsJSON turns a small CSV into a JSON list of objects, a form that one
// query parameter can carry, and DuckDB's description of it. An empty field is
// null.
func csvAsJSON(text string) (columns, objects string, err error) {
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return "", "", err
	}
	types := map[string]string{}
	for _, name := range lines[0] {
		types[name] = "VARCHAR"
	}
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			if line[i] != "" {
				row[name] = line[i]
			}
		}
		rows = append(rows, row)
	}
	shape, err := json.Marshal([]map[string]string{types})
	if err != nil {
		return "", "", err
	}
	list, err := json.Marshal(rows)
	return string(shape), string(list), err
}
