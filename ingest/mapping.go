package ingest

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed mappings/*.sql
var mappings embed.FS

// mapping is how one format becomes FOCUS: three selects over raw and the
// columns they read. The header of the first names the columns, a level and a
// kind a line:
//
//	-- must decimal: BilledCost, EffectiveCost
//	-- may text: InvoiceId
type mapping struct {
	format  string
	title   string
	columns []column
	charges string // raw -> cost
	control string // raw -> totals per payer, invoice, billing entity and currency, and the cost basis
	split   string // raw -> split_cost; empty where the format has no such lines
}

// column is one column of raw.
type column struct {
	name string
	kind string // text, time, decimal, float, json, object, map
	must bool   // a delivery without it is refused; else it is read as null
}

var kinds = []string{"text", "time", "decimal", "float", "json", "object", "map"}

// mappingOf returns the mapping of format.
func mappingOf(format string) (mapping, error) {
	charges, err := mappings.ReadFile("mappings/" + format + ".sql")
	if errors.Is(err, fs.ErrNotExist) {
		return mapping{}, fmt.Errorf("no mapping for format %s; known: %s", format, strings.Join(formats(), ", "))
	}
	if err != nil {
		return mapping{}, err
	}
	control, err := mappings.ReadFile("mappings/" + format + ".control.sql")
	if err != nil {
		return mapping{}, err
	}
	split, err := mappings.ReadFile("mappings/" + format + ".split.sql")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return mapping{}, err
	}
	m := mapping{format: format, charges: string(charges), control: string(control), split: string(split)}
	return m, m.readHeader()
}

// readHeader reads the title and the columns from the comment lines that the
// mapping opens with.
func (m *mapping) readHeader() error {
	for line := range strings.Lines(m.charges) {
		comment, isComment := strings.CutPrefix(strings.TrimSpace(line), "--")
		if !isComment {
			return nil
		}
		key, value, _ := strings.Cut(strings.TrimSpace(comment), ":")
		level, kind, _ := strings.Cut(key, " ")
		switch {
		case key == "title":
			m.title = strings.TrimSpace(value)
		case level == "must" || level == "may":
			if !slices.Contains(kinds, kind) {
				return fmt.Errorf("mapping %s: kind %q in %q: want one of %v", m.format, kind, line, kinds)
			}
			for name := range strings.SplitSeq(value, ",") {
				m.columns = append(m.columns, column{strings.TrimSpace(name), kind, level == "must"})
			}
		}
	}
	return nil
}

// formats lists the formats that have a mapping.
func formats() []string {
	files, _ := fs.Glob(mappings, "mappings/*.control.sql") // the pattern is well formed
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(path.Base(file), ".control.sql"))
	}
	return names
}
