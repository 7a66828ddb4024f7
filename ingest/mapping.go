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

// mapping is how one format becomes FOCUS: selects over raw and the
// columns they read. The header of the first names the columns, a level and a
// kind a line:
//
//	-- must decimal: BilledCost, EffectiveCost
//	-- may text: InvoiceId
//
// A name with dots is a member of a nested column, and a list of such has its
// members' names and kinds (see nested):
//
//	-- must text: invoice.month
//	-- may list credits: type text, amount decimal
//
// A format that is another one under other names has a header only, which says
// whose selects it takes and how its names become theirs (see renaming):
//
//	-- as: aws_cur_2_0
//	-- names: snake
//	-- gather product: product_*
//
// A column that deliveries know under several names is read from the first of
// them that is filled, its own name before the others:
//
//	-- alias SkuMeter: x_SkuMeterName
//
// A format whose deliveries may hold price sheets names the select that reads
// them, in a file name.prices.sql:
//
//	-- prices: azure_price_sheet
//
// A mapping of files that anybody may have written says what FOCUS allows in
// them, so that what it does not can be refused, or repaired as a dialect asks:
//
//	-- list ChargeClass: Correction
//	-- free: ChargeDescription
type mapping struct {
	format  string
	title   string
	columns []column
	aliases map[string][]string // other names of a column
	prices  string              // names the select over price sheets; empty: the format knows none
	lists   map[string][]string // the values that FOCUS allows in a column
	free    []string            // columns of text that people write
	renaming
	charges string // raw -> cost
	control string // raw -> totals per payer, invoice, billing entity and currency, and the cost basis
	set     string // control -> the variables that the selects after it read; empty where they read none
	split   string // raw -> split_cost; empty where the format has no such lines
	checks  string // raw, cost -> import_check; empty where the format has nothing more to compare
}

// column is one column of raw.
type column struct {
	name    string
	kind    string   // text, time, date, decimal, numeric, float, json, object, map, rest, codes, list
	must    bool     // a delivery without it is refused; else it is read as null
	members []column // what each element of a list has
}

var kinds = []string{"text", "time", "date", "decimal", "numeric", "float", "json", "object", "map", "rest", "codes"}

// mappingOf returns the mapping of format.
func mappingOf(format string) (mapping, error) {
	text, err := mappings.ReadFile("mappings/" + format + ".sql")
	if errors.Is(err, fs.ErrNotExist) {
		return mapping{}, fmt.Errorf("no mapping for format %s; known: %s", format, strings.Join(formats(), ", "))
	}
	if err != nil {
		return mapping{}, err
	}
	m := mapping{format: format}
	as, err := m.readHeader(string(text))
	if err != nil {
		return mapping{}, err
	}
	if as == "" {
		m.charges = string(text)
		return m, m.readOthers()
	}
	other, err := mappingOf(as)
	if err != nil {
		return mapping{}, fmt.Errorf("mapping %s: %w", format, err)
	}
	other.format, other.title, other.renaming = m.format, m.title, m.renaming
	return other, nil
}

// readOthers reads the selects beside charges.
func (m *mapping) readOthers() error {
	control, err := mappings.ReadFile("mappings/" + m.format + ".control.sql")
	if err != nil {
		return err
	}
	m.control = string(control)
	if m.set, err = optional(m.format + ".set.sql"); err != nil {
		return err
	}
	if m.split, err = optional(m.format + ".split.sql"); err != nil {
		return err
	}
	m.checks, err = optional(m.format + ".checks.sql")
	return err
}

// optional is the text of a mapping's file, empty where there is none.
func optional(name string) (string, error) {
	text, err := mappings.ReadFile("mappings/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

// readHeader reads the comment lines that a mapping opens with: its title, its
// columns, its renaming, and as which other format its selects are.
func (m *mapping) readHeader(text string) (as string, err error) {
	for line := range strings.Lines(text) {
		comment, isComment := strings.CutPrefix(strings.TrimSpace(line), "--")
		if !isComment {
			break
		}
		key, value, _ := strings.Cut(strings.TrimSpace(comment), ":")
		level, kind, _ := strings.Cut(key, " ")
		switch {
		case key == "title":
			m.title = strings.TrimSpace(value)
		case key == "as":
			as = strings.TrimSpace(value)
		case key == "names":
			m.snake, m.loose = strings.TrimSpace(value) == "snake", strings.TrimSpace(value) == "loose"
		case key == "prices":
			m.prices = strings.TrimSpace(value)
		case level == "alias":
			m.addAliases(kind, value)
		case key == "free":
			m.free = append(m.free, words(value)...)
		case level == "list":
			if m.lists == nil {
				m.lists = map[string][]string{}
			}
			m.lists[kind] = append(m.lists[kind], words(value)...)
		case level == "gather":
			m.gathers = append(m.gathers, parseGather(kind, value))
		case level == "must" || level == "may":
			columns, err := parseColumns(kind, value, level == "must")
			if err != nil {
				return "", fmt.Errorf("mapping %s: %q: %w", m.format, line, err)
			}
			m.columns = append(m.columns, columns...)
		}
	}
	return as, nil
}

// addAliases notes the other names of a column, which a list separates by
// commas.
func (m *mapping) addAliases(column, names string) {
	if m.aliases == nil {
		m.aliases = map[string][]string{}
	}
	m.aliases[column] = append(m.aliases[column], words(names)...)
}

// pricesOf returns the mapping of the price sheets that m's deliveries may
// hold: its charges are a select over price_file.
func (m mapping) pricesOf() (mapping, error) {
	text, err := mappings.ReadFile("mappings/" + m.prices + ".prices.sql")
	if err != nil {
		return mapping{}, err
	}
	prices := mapping{format: m.prices, charges: string(text)}
	_, err = prices.readHeader(string(text))
	return prices, err
}

// parseColumns reads the columns of a header line: those of one kind, or the
// list that kind names with its members behind the colon.
func parseColumns(kind, value string, must bool) ([]column, error) {
	if list, ok := strings.CutPrefix(kind, "list "); ok {
		c := column{name: list, kind: "list", must: must}
		for _, member := range words(value) {
			name, kind, _ := strings.Cut(member, " ")
			if !slices.Contains(kinds, kind) {
				return nil, fmt.Errorf("kind %q of %s: want one of %v", kind, name, kinds)
			}
			c.members = append(c.members, column{name: name, kind: kind})
		}
		return []column{c}, nil
	}
	if !slices.Contains(kinds, kind) {
		return nil, fmt.Errorf("kind %q: want one of %v", kind, kinds)
	}
	var columns []column
	for _, name := range words(value) {
		columns = append(columns, column{name: name, kind: kind, must: must})
	}
	return columns, nil
}

// words are the parts of a list with commas.
func words(list string) []string {
	var words []string
	for word := range strings.SplitSeq(list, ",") {
		words = append(words, strings.TrimSpace(word))
	}
	return words
}

// strict reports whether files are held to how FOCUS writes values.
func (m mapping) strict() bool { return len(m.lists) > 0 }

// formats lists the formats that have a mapping.
func formats() []string {
	files, _ := fs.Glob(mappings, "mappings/*.sql") // the pattern is well formed
	var names []string
	for _, file := range files {
		if name := strings.TrimSuffix(path.Base(file), ".sql"); !strings.Contains(name, ".") {
			names = append(names, name)
		}
	}
	return names
}
