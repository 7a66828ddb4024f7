package ingest

import (
	"fmt"
	"slices"
	"strings"
)

// rest is the expression of one flat JSON object of the columns that m does not
// read, under the names that the files give them. A null has no member.
func (m mapping) rest(physical []physicalColumn) string {
	var members []string
	for _, p := range m.unread(physical) {
		value := quoteName(p.name)
		if p.sqlType == "VARCHAR" {
			value = fmt.Sprintf("nullif(%s, '')", value)
		}
		members = append(members, fmt.Sprintf("%s || cast(to_json(%s) as varchar)", quoteText(jsonText(p.name)+":"), value))
	}
	if len(members) == 0 {
		return "cast(null as json)"
	}
	return "cast('{' || concat_ws(',', " + strings.Join(members, ", ") + ") || '}' as json)"
}

// unread are the columns of the files that m has no column for.
func (m mapping) unread(physical []physicalColumn) []physicalColumn {
	return slices.DeleteFunc(slices.Clone(physical), func(p physicalColumn) bool {
		return p.ofScan() || slices.ContainsFunc(m.columns, func(c column) bool { return strings.ToLower(c.name) == m.canonical(p.name) })
	})
}

// odd says which columns end up in the rest although their names do not say
// that they are the producer's own.
func (m mapping) odd(into string, physical []physicalColumn) []string {
	var names []string
	for _, p := range m.unread(physical) {
		if !strings.HasPrefix(strings.ToLower(p.name), "x_") {
			names = append(names, p.name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("no columns of FOCUS 1.2, kept in %s: %s", into, strings.Join(names, ", "))}
}
