package ingest

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite docs/columns.md")

const columnsFile = "../docs/columns.md"

func TestColumnsAreDocumented(t *testing.T) {
	got := columnsMarkdown(t)
	if *update {
		if err := os.WriteFile(columnsFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(columnsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("docs/columns.md is stale; write it again with make docs (-file +mappings):\n%s", diff)
	}
}

func TestADocumentedColumnNamesWhatItIsMadeOf(t *testing.T) {
	text := `-- must text: a, b, c
	with first as (select if(a > 0, a, 'b') as x, count(*) as n from raw group by a),
	second as (select first.x + (select max(c) from raw) as y, z.* from first)
	select y as Sum, b, 'AWS' as Name, null as Empty, x as Sum2 from second`
	columns := []column{{name: "a"}, {name: "b"}, {name: "c"}}
	for name, want := range map[string]string{"Sum": "`a`, `c`", "b": "`b`", "Name": "always `'AWS'`", "Empty": "always null", "Sum2": "`a`"} {
		if got := madeOf(selected(text), columns, name); got != want {
			t.Errorf("%s is made of %s; want %s", name, got, want)
		}
	}
}

// columnsMarkdown documents, for each mapping, which columns of the provider
// each stored column is made of.
func columnsMarkdown(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Which provider column becomes which FOCUS column\n\n")
	b.WriteString("<!-- Written by go test ./ingest -run AreDocumented -update; change the mappings, not this file. -->\n\n")
	b.WriteString("Read from the mappings, `ingest/mappings/<format>.sql`, which say how; this says of what. What is looked up by a\n")
	b.WriteString("column, or chosen by a type of line, is not followed further. A column of our own begins with `x_`; [the tables](tables.md) say\n")
	b.WriteString("what each holds.\n")
	for _, format := range formats() {
		m, err := mappingOf(format)
		if err != nil {
			t.Fatal(err)
		}
		if aliasOf(t, format) == "" {
			writeColumns(&b, m, sameAs(t, format))
		}
	}
	return b.String()
}

// aliasOf is the format whose selects format takes; empty where it has its own.
func aliasOf(t *testing.T, format string) string {
	t.Helper()
	text, err := mappings.ReadFile("mappings/" + format + ".sql")
	if err != nil {
		t.Fatal(err)
	}
	as, err := (&mapping{format: format}).readHeader(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return as
}

// sameAs are the other formats that have format's selects.
func sameAs(t *testing.T, format string) []string {
	t.Helper()
	var same []string
	for _, other := range formats() {
		if aliasOf(t, other) == format {
			same = append(same, "`"+other+"`")
		}
	}
	return same
}

func writeColumns(b *strings.Builder, m mapping, same []string) {
	fmt.Fprintf(b, "\n## %s\n\n%s.", m.format, m.title)
	if len(same) > 0 {
		fmt.Fprintf(b, " Also for %s, whose names become these first.", strings.Join(same, ", "))
	}
	items := selected(m.charges)
	var equal, rows []string
	for _, name := range lastSelected(m.charges) {
		made := madeOf(items, m.columns, name)
		if made == "`"+name+"`" {
			equal = append(equal, made)
		} else {
			rows = append(rows, fmt.Sprintf("| `%s` | %s |\n", name, made))
		}
	}
	if len(equal) > 0 {
		fmt.Fprintf(b, " Columns that keep their names: %s.", strings.Join(equal, ", "))
	}
	b.WriteString("\n\n| stored as | made of |\n|---|---|\n" + strings.Join(rows, ""))
}

// item is one entry of a select: an expression, its name and the names in it.
type item struct {
	expression, name string
	words            []string
}

var (
	comments = regexp.MustCompile(`(?m)--.*$`)
	literals = regexp.MustCompile(`'(?:[^']|'')*'`)
	blank    = regexp.MustCompile(`\s+`)
	tokens   = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*|[(),]`)
	aliased  = regexp.MustCompile(`(?is)^(.*)\sas\s+([A-Za-z_][A-Za-z0-9_]*)$`)
	field    = regexp.MustCompile(`^(?:[A-Za-z_][A-Za-z0-9_]*\.)?([A-Za-z_][A-Za-z0-9_]*)$`)
)

// openSelect is a select whose list is being read.
type openSelect struct {
	depth, start int
	items        []item
}

// selects are the lists of all selects in text, in the order in which they
// end, each with the depth of brackets that it stands in.
func selects(text string) []openSelect {
	text = comments.ReplaceAllString(text, "")
	hidden := literals.ReplaceAllStringFunc(text, func(s string) string { return strings.Repeat("'", len(s)) })
	var done, stack []openSelect
	depth, before := 0, ""
	cut := func(end int) {
		top := &stack[len(stack)-1]
		if it, ok := itemOf(text[top.start:end]); ok {
			top.items = append(top.items, it)
		}
	}
	end := func(at int) {
		cut(at)
		done, stack = append(done, stack[len(stack)-1]), stack[:len(stack)-1]
	}
	for _, span := range tokens.FindAllStringIndex(hidden, -1) {
		token := strings.ToLower(hidden[span[0]:span[1]])
		here := len(stack) > 0 && stack[len(stack)-1].depth == depth
		switch {
		case token == "select":
			stack = append(stack, openSelect{depth: depth, start: span[1]})
		case token == "from" && here && before != "distinct":
			end(span[0])
		case token == "," && here:
			cut(span[0])
			stack[len(stack)-1].start = span[1]
		case token == "(":
			depth++
		case token == ")":
			if here {
				end(span[0])
			}
			depth--
		}
		before = token
	}
	return done
}

// itemOf reads one entry of a select's list; a star is none.
func itemOf(text string) (item, bool) {
	text = strings.TrimSpace(blank.ReplaceAllString(text, " "))
	text = strings.TrimPrefix(text, "distinct ")
	if match := aliased.FindStringSubmatch(text); match != nil {
		return newItem(strings.TrimSpace(match[1]), match[2]), true
	}
	if match := field.FindStringSubmatch(text); match != nil {
		return newItem(text, match[1]), true
	}
	return item{}, false
}

func newItem(expression, name string) item {
	return item{expression, name, tokens.FindAllString(literals.ReplaceAllString(expression, ""), -1)}
}

// selected are the entries of all selects in text.
func selected(text string) []item {
	var items []item
	for _, list := range selects(text) {
		items = append(items, list.items...)
	}
	return items
}

// lastSelected names the entries of the last select that stands alone.
func lastSelected(text string) []string {
	var names []string
	for _, list := range selects(text) {
		if list.depth > 0 {
			continue
		}
		names = nil
		for _, it := range list.items {
			names = append(names, it.name)
		}
	}
	return names
}

// madeOf names the columns of the files that name is made of, through all
// selects between.
func madeOf(items []item, columns []column, name string) string {
	var found []string
	seen := map[string]bool{}
	var follow func(name string)
	follow = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		defined := false
		for _, it := range items {
			for _, word := range it.words {
				if it.name == name && word != name {
					defined = true
					follow(word)
				}
			}
		}
		plain := strings.TrimSuffix(name, "_float")
		at := slices.IndexFunc(columns, func(c column) bool { return strings.ReplaceAll(c.name, ".", "_") == plain })
		if at < 0 || defined && !mentions(items, name) {
			return
		}
		if path := "`" + columns[at].name + "`"; !slices.Contains(found, path) {
			found = append(found, path)
		}
	}
	follow(name)
	if len(found) > 0 {
		slices.Sort(found)
		return strings.Join(found, ", ")
	}
	for _, it := range items {
		if it.name == name && (literals.FindString(it.expression) == it.expression) {
			return "always `" + it.expression + "`"
		}
		if it.name == name && it.expression == "null" {
			return "always null"
		}
	}
	return "looked up in a reference table of ours"
}

// mentions reports whether some expression holds name.
func mentions(items []item, name string) bool {
	return slices.ContainsFunc(items, func(it item) bool { return slices.Contains(it.words, name) })
}
