package ingest

import (
	"fmt"
	"slices"
	"strings"
)

// vetNames refuses columns whose names FOCUS writes otherwise, and a bill
// without the costs that a repair could put in their places.
func (l loading) vetNames(physical []physicalColumn) (notes []string, err error) {
	known := map[string]string{}
	for _, c := range l.mapping.cells(physical) {
		name, code := c.physical.name, casing
		if bareName(name) != name {
			code = "blanks"
		}
		if other, twice := known[c.name]; twice {
			return nil, fmt.Errorf("%w: the files have the columns %q and %q, both of them %s; one may stand once", ErrReconcile, other, name, c.name)
		}
		known[c.name] = name
		if c.name == name {
			continue
		}
		if !slices.Contains(l.delivery.Dialect, code) {
			return nil, fmt.Errorf("%w: %s has a column %q; want %s; %s", ErrReconcile, l.firstWith(name), name, c.name, askFor(l.also(code)))
		}
		notes = append(notes, fmt.Sprintf("column %q read as %s", name, c.name))
	}
	var missing []string
	for _, cost := range standIns {
		if _, there := known[cost]; !there {
			missing = append(missing, cost)
		}
	}
	if len(missing) > 0 && !slices.Contains(l.delivery.Dialect, missingCosts) {
		return nil, fmt.Errorf("%w: the files have no column %s; add it, or set dialect: [%s] to let BilledCost stand in",
			ErrReconcile, strings.Join(missing, ", "), strings.Join(l.also(missingCosts), ", "))
	}
	return notes, nil
}

// also is the dialect with one more repair.
func (l loading) also(code string) []string { return append(slices.Clone(l.delivery.Dialect), code) }

// firstWith is the first file that has a column called name.
func (l loading) firstWith(name string) string {
	if l.delivery.Encoding == "csv" {
		for _, file := range l.delivery.Files {
			if header, err := readHeader(file, l.mapping); err == nil && slices.Contains(header, name) {
				return file.Object
			}
		}
	}
	return l.delivery.Files[0].Object
}
