package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/costwarden/costwarden/model"
)

// column is a column of results: its name and its DuckDB type.
type column struct{ name, kind string }

// numeric reports whether the column's values line up at the right.
func (c column) numeric() bool {
	for _, prefix := range []string{"DECIMAL", "BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT", "UBIGINT", "UINTEGER", "DOUBLE", "FLOAT"} {
		if strings.HasPrefix(c.kind, prefix) {
			return true
		}
	}
	return false
}

// columnsOf names the columns of rows.
func columnsOf(rows *sql.Rows) ([]column, error) {
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	columns := make([]column, len(types))
	for i, t := range types {
		columns[i] = column{t.Name(), t.DatabaseTypeName()}
	}
	return columns, nil
}

// text writes a value of the column as a person reads it: decimals with every
// digit they have and their cents, times in UTC, nothing for null.
func (c column) text(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return fmt.Sprintf("%x", v)
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(v), 'g', -1, 32)
	case time.Time:
		return c.time(v)
	case duckdb.Decimal:
		return withCents(exact(v), v.Scale)
	case model.Money:
		return withCents(v.String(), 18)
	case duckdb.UUID:
		return v.String()
	case map[string]any, []any, duckdb.Map:
		return string(c.json(v))
	default:
		return fmt.Sprint(v)
	}
}

func (c column) time(t time.Time) string {
	switch c.kind {
	case "DATE":
		return t.Format(time.DateOnly)
	case "TIME":
		return t.Format("15:04:05.999999")
	default:
		return t.UTC().Format("2006-01-02 15:04:05.999999")
	}
}

// json writes a value of the column as JSON. Decimals are numbers with every
// digit they have; what JSON cannot say (NaN, infinity) is text.
func (c column) json(value any) []byte {
	switch v := value.(type) {
	case nil:
		return []byte("null")
	case bool, int8, int16, int32, int64, int, uint8, uint16, uint32, uint64:
		return []byte(fmt.Sprint(v))
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			return []byte(c.text(v))
		}
	case float32:
		if f := float64(v); !math.IsNaN(f) && !math.IsInf(f, 0) {
			return []byte(c.text(v))
		}
	case duckdb.Decimal:
		return []byte(exact(v))
	case model.Money:
		return []byte(v.String())
	case time.Time:
		if c.kind != "DATE" && c.kind != "TIME" {
			return quoted(v.UTC().Format(time.RFC3339Nano))
		}
	case duckdb.Map:
		entries := map[string]any{}
		for key, entry := range v {
			entries[column{}.text(key)] = entry
		}
		return column{}.json(entries)
	case map[string]any:
		parts := map[string]json.RawMessage{}
		for key, entry := range v {
			parts[key] = column{}.json(entry)
		}
		return marshal(parts)
	case []any:
		parts := make([]json.RawMessage, len(v))
		for i, entry := range v {
			parts[i] = column{}.json(entry)
		}
		return marshal(parts)
	}
	return quoted(c.text(value))
}

func quoted(text string) []byte { return marshal(text) }

// marshal is json.Marshal of what cannot fail.
func marshal(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

func exact(d duckdb.Decimal) string {
	var m model.Money
	if err := m.Scan(d); err != nil {
		panic(err) // Money scans every decimal
	}
	return m.String()
}

// withCents gives a decimal whose type has cents both of them: 8.5 is 8.50.
func withCents(text string, scale uint8) string {
	if scale < 2 {
		return text
	}
	_, fraction, found := strings.Cut(text, ".")
	switch {
	case !found:
		return text + ".00"
	case len(fraction) == 1:
		return text + "0"
	default:
		return text
	}
}
