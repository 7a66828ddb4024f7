package ingest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// renaming is how the names in the files become those that a mapping reads.
type renaming struct {
	snake   bool     // lineItem/UnblendedCost is line_item_unblended_cost
	loose   bool     // blanks and casing do not count, nor what stands before a name in parentheses
	gathers []gather // the first that fits a column takes it
}

// gather says which columns of the files become the members of one column of
// raw. In a header:
//
//	-- gather tags: resourceTags/user:* as resourceTags/*
//	-- gather discount: discount_* as numbers but discount_total_discount
type gather struct {
	into    string   // the column of raw
	prefix  string   // what the names begin with, as written or as snakeCase writes them
	key     string   // what the member's name begins with instead
	numbers bool     // the members are numbers, absent where 0; else texts, absent where empty
	but     []string // names that are not taken
}

// parseGather reads what a header line says behind the colon.
func parseGather(into, value string) gather {
	value, but, _ := strings.Cut(value, " but ")
	prefix, as, _ := strings.Cut(value, " as ")
	g := gather{into: into, prefix: strings.TrimSuffix(strings.TrimSpace(prefix), "*"), but: strings.Fields(but)}
	if as = strings.TrimSpace(as); as == "numbers" {
		g.numbers = true
	} else {
		g.key = strings.TrimSuffix(as, "*")
	}
	return g
}

// member is the name that a column called name has inside g's column.
func (g gather) member(name string) (key string, ok bool) {
	for _, name := range []string{name, snakeCase(name)} {
		if rest, found := strings.CutPrefix(name, g.prefix); found && !slices.Contains(g.but, name) {
			return g.key + rest, true
		}
	}
	return "", false
}

// snakeCase writes a name of a legacy report as its Athena table and CUR 2.0
// write it: an underscore before each capital, lower case, an underscore for
// all else, none twice, none at the ends.
func snakeCase(name string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			b.WriteRune(r)
		case 'A' <= r && r <= 'Z':
			b.WriteByte('_')
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte('_')
		}
	}
	return strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == '_' }), "_")
}

// again marks the second and later columns that one file names alike but for
// casing, which DuckDB cannot tell apart. No tag key of AWS holds a #.
const again = " #"

// written is the name of a column as the file writes it.
func written(name string) string {
	name, _, _ = strings.Cut(name, again)
	return name
}

// mayRepeat reports whether a file may name column twice in different casings:
// where both become members of one column and the first that is filled counts.
func (r renaming) mayRepeat(name string) bool {
	_, _, ok := r.gathered(name)
	return ok
}

// gathered finds the gather that takes the column called name, and its member.
func (r renaming) gathered(name string) (g gather, key string, ok bool) {
	for _, g := range r.gathers {
		if key, ok := g.member(name); ok {
			return g, key, true
		}
	}
	return gather{}, "", false
}

// canonical is the name in raw of a column that the files call name.
func (r renaming) canonical(name string) string {
	if r.snake {
		return snakeCase(written(name))
	}
	if r.loose {
		return looseName(name)
	}
	return strings.ToLower(name)
}

// looseName is a name without its casing and blanks; of a header that is
// translated, such as Ressourcengruppe (ResourceGroup), the part in
// parentheses.
func looseName(name string) string {
	name = strings.TrimSpace(strings.ReplaceAll(name, byteOrderMark, ""))
	if open := strings.LastIndex(name, "("); open >= 0 && strings.HasSuffix(name, ")") {
		name = name[open+1 : len(name)-1]
	}
	return strings.ToLower(strings.Join(strings.Fields(name), ""))
}

// found are the columns of the files that c is read from, that of its own name
// before those of its other names.
func (m mapping) found(c column, named map[string]physicalColumn) []physicalColumn {
	var found []physicalColumn
	for _, name := range append([]string{c.name}, m.aliases[c.name]...) {
		if p, ok := named[strings.ToLower(name)]; ok {
			found = append(found, p)
		}
	}
	return found
}

// members are the columns of the files that make up column into, those of one
// name but for casing together, all in the order of their names.
func (m mapping) members(into string, physical []physicalColumn) [][]physicalColumn {
	var groups [][]physicalColumn
	at := map[string]int{}
	for _, p := range physical {
		g, key, ok := m.gathered(written(p.name))
		if !ok || g.into != into || m.declares(m.canonical(p.name)) {
			continue
		}
		key = strings.ToLower(key)
		if _, known := at[key]; !known {
			at[key] = len(groups)
			groups = append(groups, nil)
		}
		groups[at[key]] = append(groups[at[key]], p)
	}
	return groups
}

// declares reports whether raw has a column called name of its own, be it under
// another of its names.
func (m mapping) declares(name string) bool {
	same := func(other string) bool { return strings.EqualFold(other, name) }
	return slices.ContainsFunc(m.columns, func(c column) bool {
		return same(c.name) || slices.ContainsFunc(m.aliases[c.name], same)
	})
}

// gatherInto is the expression of a column that the files have as several.
func (m mapping) gatherInto(c column, groups [][]physicalColumn) string {
	var keys, values []string
	for _, group := range groups {
		key, value := m.memberOf(group[0]), ""
		for _, p := range group {
			if c.kind == "map" {
				value += ", " + m.memberValue(p)
			} else {
				value += fmt.Sprintf(", %s || to_json(%s)", quoteText(jsonText(m.memberOf(p))+":"), m.memberValue(p))
			}
		}
		keys, values = append(keys, quoteText(key)), append(values, "coalesce("+value[2:]+")")
	}
	if c.kind == "map" {
		return fmt.Sprintf("map([%s], [%s])", strings.Join(keys, ", "), strings.Join(values, ", "))
	}
	return fmt.Sprintf("cast('{' || concat_ws(',', %s) || '}' as json)", strings.Join(values, ", "))
}

func (m mapping) memberOf(p physicalColumn) string {
	_, key, _ := m.gathered(written(p.name))
	return key
}

// memberValue reads p as a member, null where it is absent.
func (m mapping) memberValue(p physicalColumn) string {
	g, _, _ := m.gathered(written(p.name))
	if g.numbers {
		return fmt.Sprintf("nullif(cast(nullif(cast(%s as varchar), '') as double), 0)", quoteName(p.name))
	}
	return fmt.Sprintf("nullif(cast(%s as varchar), '')", quoteName(p.name))
}

// repeated says which columns differ in casing alone.
func repeated(groups [][]physicalColumn) []string {
	var notes []string
	for _, group := range groups {
		if len(group) < 2 {
			continue
		}
		var names []string
		for _, p := range group {
			names = append(names, written(p.name))
		}
		notes = append(notes, fmt.Sprintf("the columns %s differ in casing alone; of a line that fills several the first is kept",
			strings.Join(names, ", ")))
	}
	return notes
}

func jsonText(s string) string {
	text, _ := json.Marshal(s) // a string always marshals
	return string(text)
}
