package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// layRaw lays the temporary view called view over the files of delivery: the columns that
// m declares, matched by name in any order and casing, each in the one type of
// its kind. A column the files lack is null. An object is a map where the files
// have one and JSON else; to_json reads both. A float is a second, faster face
// of a number, named with _float, for prices and comparisons, never for money.
//
// CSV is read as text and cast, never guessed at; a Parquet double becomes the
// decimal that its shortest text writes. A rest is one object of all that has no
// column of its own. notes are what a reader of the totals
// should know of the columns.
func layRaw(ctx context.Context, conn *sql.Conn, view string, m mapping, delivery Delivery) (notes []string, err error) {
	if m.nested() {
		return nil, layNested(ctx, conn, m, delivery)
	}
	from, physical, err := relation(ctx, conn, delivery, m)
	if err != nil {
		return nil, err
	}
	named, err := m.named(physical)
	if err != nil {
		return nil, err
	}
	var missing, selects []string
	for _, c := range m.columns {
		members := m.members(c.name, physical)
		notes = append(notes, repeated(members)...)
		alias := c.alias()
		found := m.found(c, named)
		switch {
		case c.kind == "rest":
			selects = append(selects, m.rest(physical)+" as "+alias)
			notes = append(notes, m.odd(c.name, physical)...)
		case len(members) > 0:
			selects = append(selects, m.gatherInto(c, members)+" as "+alias)
		case len(found) > 0:
			selects = append(selects, c.firstOf(found)+" as "+alias)
		case c.must:
			missing = append(missing, c.name)
		default:
			selects = append(selects, fmt.Sprintf("cast(null as %s) as %s", sqlTypes[c.kind], alias))
		}
	}
	if len(missing) > 0 {
		return nil, m.lacks(missing)
	}
	selects = append(selects, readFrom)
	statement := "create or replace temp view " + view + " as select\n    " + strings.Join(selects, ",\n    ") + "\nfrom " + from
	_, err = conn.ExecContext(ctx, statement)
	return notes, err
}

// lacks says which columns a delivery must have and has not.
func (m mapping) lacks(columns []string) error {
	return fmt.Errorf("%w: the delivery has no column %s, which %s needs; add it to the export's columns",
		ErrReconcile, strings.Join(columns, ", "), m.title)
}

// named maps the names that m reads to the columns that the files have.
func (m mapping) named(physical []physicalColumn) (map[string]physicalColumn, error) {
	named := map[string]physicalColumn{}
	for _, p := range physical {
		name := m.canonical(p.name)
		if other, twice := named[name]; twice && m.declares(name) {
			return nil, fmt.Errorf("%w: the delivery has the columns %q and %q, both of them %s; one may stand once",
				ErrReconcile, other.name, p.name, name)
		}
		named[name] = p
	}
	return named, nil
}

// sqlTypes are the types of raw's columns by kind.
var sqlTypes = map[string]string{
	"text":    "varchar",
	"time":    "timestamp",
	"date":    "timestamp",
	"decimal": "decimal(38, 18)",
	"numeric": "decimal(28, 9)",
	"json":    "json",
	"float":   "double",
	"object":  "json",
	"map":     "map(varchar, varchar)",
	"rest":    "json",
	"codes":   "varchar[]",
}

// physicalColumn is a column as the files have it.
type physicalColumn struct{ name, sqlType string }

// alias is the name of c in raw, written for SQL: invoice.month is invoice_month.
func (c column) alias() string {
	name := strings.ReplaceAll(c.name, ".", "_")
	if c.kind == "float" {
		name += "_float"
	}
	return quoteName(name)
}

// firstOf is the expression that reads c from the first of found that is filled.
func (c column) firstOf(found []physicalColumn) string {
	if len(found) == 1 {
		return c.typed(found[0])
	}
	var values []string
	for _, p := range found {
		values = append(values, c.typed(p))
	}
	return "coalesce(" + strings.Join(values, ", ") + ")"
}

// typed is the expression that reads found as c's kind.
func (c column) typed(found physicalColumn) string {
	return c.read(quoteName(found.name), found.sqlType)
}

// read is the expression that reads name, of type sqlType, as c's kind.
func (c column) read(name, sqlType string) string {
	text := sqlType == "VARCHAR"
	switch {
	case c.kind == "numeric" && (sqlType == "DOUBLE" || sqlType == "FLOAT"):
		return fmt.Sprintf("numeric_of(%s)", name)
	case c.kind == "numeric" && text:
		return fmt.Sprintf("cast(if(contains(%[1]s, '_'), 'no number', nullif(%[1]s, '')) as decimal(28, 9))", name)
	case c.kind == "text" && text:
		return fmt.Sprintf("nullif(%s, '')", name)
	case c.kind == "text" && strings.HasPrefix(sqlType, "MAP("):
		return fmt.Sprintf("cast(to_json(%s) as varchar)", name)
	case c.kind == "text":
		return fmt.Sprintf("nullif(cast(%s as varchar), '')", name)
	case c.kind == "date" && text:
		return fmt.Sprintf("day_of(nullif(trim(%s), ''), %s)", name, dayFirst)
	case c.kind == "decimal" && (sqlType == "DOUBLE" || sqlType == "FLOAT"):
		return fmt.Sprintf("exact(%s)", name)
	case c.kind == "decimal" && text:
		return fmt.Sprintf("plain_number(nullif(%s, ''))", name)
	case c.kind == "time" && text:
		return fmt.Sprintf("utc(nullif(%s, ''))", name)
	case c.kind == "object" && !text:
		return name
	case (c.kind == "json" || c.kind == "object") && text:
		return fmt.Sprintf("cast(nullif(%s, '') as json)", name)
	case c.kind == "json":
		return fmt.Sprintf("to_json(%s)", name)
	case c.kind == "map" && text:
		return fmt.Sprintf("cast(cast(nullif(%s, '') as json) as map(varchar, varchar))", name)
	case text:
		return fmt.Sprintf("cast(nullif(%s, '') as %s)", name, sqlTypes[c.kind])
	default:
		return fmt.Sprintf("cast(%s as %s)", name, sqlTypes[c.kind])
	}
}

// The columns that scan adds to those of the files.
const (
	readFrom = "x_ReadFrom" // the file of a row
	part     = "x_Part"     // which part of the delivery a row is of, where parts differ
	dayFirst = "x_DayFirst" // whether dates with slashes begin with the day, where m reads dates
)

// ofScan reports whether p is none of the files' own columns.
func (p physicalColumn) ofScan() bool {
	return p.name == readFrom || p.name == part || p.name == dayFirst
}

// scan reads the files of delivery as one relation. Columns are matched by name
// in every file, since part files may differ in them.
func scan(delivery Delivery, m mapping) (string, error) {
	var parts []string
	for _, group := range alike(delivery, m) {
		files, err := group.read(delivery.Encoding)
		if err != nil {
			return "", err
		}
		parts = append(parts, "select *"+group.labels(m)+" from "+files)
	}
	return "(" + strings.Join(parts, " union all by name ") + ")", nil
}

// read is the table function that reads the files of group.
func (group group) read(encoding string) (string, error) {
	if encoding == "csv" {
		return scanCSV(group)
	}
	return "read_parquet([" + strings.Join(group.paths(), ", ") + "], union_by_name = true, hive_partitioning = false, filename = '" + readFrom + "')", nil
}

// labels are the columns that say what the files of group are.
func (group group) labels(m mapping) string {
	var labels string
	if name := group.files[0].Part; name != "" {
		labels += fmt.Sprintf(", %s as %s", quoteText(name), part)
	}
	if m.readsDates() {
		labels += fmt.Sprintf(", %t as %s", group.files[0].dayFirst, dayFirst)
	}
	return labels
}

func (m mapping) readsDates() bool {
	return slices.ContainsFunc(m.columns, func(c column) bool { return c.kind == "date" })
}

// describe returns the columns of a scan in the order of their names.
func describe(ctx context.Context, conn *sql.Conn, scan string) ([]physicalColumn, error) {
	rows, err := conn.QueryContext(ctx, "select column_name, column_type from (describe from "+scan+") order by column_name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var columns []physicalColumn
	for rows.Next() {
		var c physicalColumn
		if err := rows.Scan(&c.name, &c.sqlType); err != nil {
			return nil, err
		}
		columns = append(columns, c)
	}
	return columns, errors.Join(rows.Err(), rows.Close())
}

// quoteName writes an identifier for SQL.
func quoteName(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// quoteText writes a text for SQL.
func quoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
