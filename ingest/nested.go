package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// nested reports whether m reads columns inside columns, as BigQuery has them:
// members of structs by their path, such as invoice.month, and lists.
func (m mapping) nested() bool {
	return slices.ContainsFunc(m.columns, func(c column) bool { return c.kind == "list" || strings.Contains(c.name, ".") })
}

// layNested lays raw over nested files: one flat column per declared path, and
// lists of structs with the declared members and no others, empty where a row
// has none. Files may differ in their columns, and in the types of one column:
// those of one shape are read together, each value in its own type, so that a
// decimal never passes through another file's double.
//
// raw_row numbers the rows through all files; the same files give the same
// numbers.
func layNested(ctx context.Context, conn *sql.Conn, m mapping, delivery Delivery) error {
	shapes, err := shapesOf(ctx, conn, delivery.Files)
	if err != nil {
		return err
	}
	var selects []string
	var missing []string
	first := 0
	for _, s := range shapes {
		names, err := namesOf(ctx, conn, s.scan(), "")
		if err != nil {
			return err
		}
		expressions := []string{fmt.Sprintf("cast(%d + file_index as bigint) * 1000000000000 + file_row_number as raw_row", first)}
		for _, c := range m.columns {
			expression, ok, err := c.nestedIn(ctx, conn, s.scan(), names)
			if err != nil {
				return err
			}
			if c.must && !ok && !slices.Contains(missing, c.name) {
				missing = append(missing, c.name)
			}
			expressions = append(expressions, expression+" as "+c.alias())
		}
		selects = append(selects, "select\n    "+strings.Join(expressions, ",\n    ")+"\nfrom "+s.scan())
		first += len(s.files)
	}
	if len(missing) > 0 {
		return m.lacks(missing)
	}
	_, err = conn.ExecContext(ctx, "create or replace temp view raw as\n"+strings.Join(selects, "\nunion all\n"))
	return err
}

// shape is files that have the same columns in the same types.
type shape struct {
	columns []physicalColumn
	files   []File
}

func (s shape) scan() string {
	var files []string
	for _, file := range s.files {
		files = append(files, quoteText(file.Path))
	}
	return "read_parquet([" + strings.Join(files, ", ") + "], hive_partitioning = false)"
}

// shapesOf groups Parquet files by their columns, in the order of files.
func shapesOf(ctx context.Context, conn *sql.Conn, files []File) ([]shape, error) {
	var shapes []shape
	for _, file := range files {
		columns, err := describe(ctx, conn, shape{files: []File{file}}.scan())
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(shapes, func(s shape) bool { return slices.Equal(s.columns, columns) })
		if i < 0 {
			shapes = append(shapes, shape{columns: columns})
			i = len(shapes) - 1
		}
		shapes[i].files = append(shapes[i].files, file)
	}
	return shapes, nil
}

// place is where a path is found in the files: the expression that reads it,
// and its type.
type place struct{ expression, sqlType string }

// namesOf maps the paths of the columns of a scan, and of what is inside
// structs, to where they are, in lower case.
func namesOf(ctx context.Context, conn *sql.Conn, scan, inside string) (map[string]place, error) {
	star, path := "*", ""
	if inside != "" {
		star, path = inside+".*", strings.ToLower(strings.ReplaceAll(inside, `"`, ""))+"."
	}
	columns, err := describe(ctx, conn, "(select "+star+" from "+scan+")")
	if err != nil {
		return nil, err
	}
	names := map[string]place{}
	for _, c := range columns {
		expression := quoteName(c.name)
		if inside != "" {
			expression = inside + "." + expression
		}
		names[path+strings.ToLower(c.name)] = place{expression, c.sqlType}
		if !strings.HasPrefix(c.sqlType, "STRUCT(") || strings.HasSuffix(c.sqlType, "]") {
			continue
		}
		members, err := namesOf(ctx, conn, scan, expression)
		if err != nil {
			return nil, err
		}
		for name, place := range members {
			names[name] = place
		}
	}
	return names, nil
}

// nestedIn is the expression that reads c from files whose columns are names;
// ok is false where they have none.
func (c column) nestedIn(ctx context.Context, conn *sql.Conn, scan string, names map[string]place) (expression string, ok bool, err error) {
	found, ok := names[strings.ToLower(c.name)]
	switch {
	case !ok && c.kind == "list":
		return "cast([] as " + c.listType() + ")", false, nil
	case !ok:
		return fmt.Sprintf("cast(null as %s)", sqlTypes[c.kind]), false, nil
	case c.kind != "list":
		return c.read(found.expression, found.sqlType), true, nil
	}
	elements, err := elementsOf(ctx, conn, scan, found)
	if err != nil {
		return "", false, err
	}
	var members []string
	for _, member := range c.members {
		expression, _, err := member.nestedIn(ctx, conn, scan, elements)
		if err != nil {
			return "", false, err
		}
		members = append(members, quoteText(member.name)+": "+expression)
	}
	return fmt.Sprintf("coalesce(list_transform(%s, lambda element: {%s}), [])", found.expression, strings.Join(members, ", ")), true, nil
}

// listType is the type of the list c in raw.
func (c column) listType() string {
	var members []string
	for _, member := range c.members {
		members = append(members, quoteName(member.name)+" "+sqlTypes[member.kind])
	}
	return "struct(" + strings.Join(members, ", ") + ")[]"
}

// elementsOf maps the members of the elements of a list to where they are in
// one called element.
func elementsOf(ctx context.Context, conn *sql.Conn, scan string, list place) (map[string]place, error) {
	if !strings.HasPrefix(list.sqlType, "STRUCT(") || !strings.HasSuffix(list.sqlType, ")[]") {
		return nil, fmt.Errorf("%w: the column %s holds %s; want a list of structs, as BigQuery exports it",
			ErrReconcile, strings.ReplaceAll(list.expression, `"`, ""), list.sqlType)
	}
	columns, err := describe(ctx, conn, "(select element.* from (select unnest("+list.expression+") as element from "+scan+"))")
	if err != nil {
		return nil, err
	}
	elements := map[string]place{}
	for _, c := range columns {
		elements[strings.ToLower(c.name)] = place{"element." + quoteName(c.name), c.sqlType}
	}
	return elements, nil
}
