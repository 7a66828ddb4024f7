package rules

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// selection is what DuckDB's parser found in a rule.
type selection struct {
	params []string // names read as $name, sorted
	named  []string // names that with gives to parts of the query
	tables []mention
	calls  []call
	odd    []mention // forms no rule may use

	hasSeverity bool // its result has the column Severity
}

// mention is a name in the text with its place.
type mention struct {
	name string
	line int
}

// compare orders by line, then by name.
func (m mention) compare(other mention) int {
	return cmp.Or(cmp.Compare(m.line, other.line), cmp.Compare(m.name, other.name))
}

// parseSelect proves that rule is one select and finds what it reads.
func parseSelect(ctx context.Context, tx querier, rule Rule) (*selection, error) {
	var text string
	const query = "select cast(json_serialize_sql(cast(? as varchar)) as varchar)"
	if err := tx.QueryRowContext(ctx, query, rule.SQL).Scan(&text); err != nil {
		return nil, fmt.Errorf("vet %s: %w", rule.ID, err)
	}
	var parsed struct {
		Error      bool            `json:"error"`
		Message    string          `json:"error_message"`
		Position   json.Number     `json:"position"`
		Statements json.RawMessage `json:"statements"`
	}
	if err := json.Unmarshal([]byte(text), &parsed); err != nil {
		return nil, fmt.Errorf("vet %s: read DuckDB's parse: %w", rule.ID, err)
	}
	if parsed.Error {
		return nil, parseError(rule, parsed.Message, parsed.Position)
	}
	var statements []any
	decoder := json.NewDecoder(strings.NewReader(string(parsed.Statements)))
	decoder.UseNumber()
	if err := decoder.Decode(&statements); err != nil {
		return nil, fmt.Errorf("vet %s: read DuckDB's parse: %w", rule.ID, err)
	}
	if len(statements) != 1 {
		return nil, fmt.Errorf("%s: %d statements; a rule is one select", rule.File, len(statements))
	}
	found := &selection{}
	found.walk(rule.SQL, statements[0])
	found.sort()
	return found, nil
}

// sort puts what was found in the order of the text: the parse is a tree of
// maps, which Go walks in any order.
func (s *selection) sort() {
	slices.Sort(s.params)
	s.params = slices.Compact(s.params)
	slices.SortFunc(s.tables, mention.compare)
	slices.SortFunc(s.odd, mention.compare)
	slices.SortFunc(s.calls, func(a, b call) int {
		return cmp.Or(a.compare(b.mention), cmp.Compare(a.arguments, b.arguments))
	})
}

func parseError(rule Rule, message string, position json.Number) error {
	if strings.HasPrefix(message, "Only SELECT") {
		return fmt.Errorf("%s: not a select; a rule is one select and changes nothing", rule.File)
	}
	if line := lineAt(rule.SQL, position); line > 0 {
		return fmt.Errorf("%s:%d: %s", rule.File, line, message)
	}
	return errors.New(rule.File + ": " + message)
}

// walk collects from one node of the parse, and from those below it.
func (s *selection) walk(text string, node any) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			s.walk(text, child)
		}
	case map[string]any:
		s.visit(text, node)
		for _, child := range node {
			s.walk(text, child)
		}
	}
}

// visit notes what node itself says.
func (s *selection) visit(text string, node map[string]any) {
	location, _ := node["query_location"].(json.Number)
	line := lineAt(text, location)
	if sample, ok := node["sample"]; ok && sample != nil {
		s.odd = append(s.odd, mention{"a sample", line})
	}
	if at, ok := node["at_clause"]; ok && at != nil {
		s.odd = append(s.odd, mention{"an at clause", line})
	}
	if list, ok := node["cte_map"].(map[string]any); ok {
		s.name(list)
	}
	switch {
	case node["class"] == "PARAMETER":
		s.params = append(s.params, word(node, "identifier"))
	case node["class"] == "FUNCTION", node["class"] == "WINDOW":
		s.calls = append(s.calls, callOf(node, line))
	case node["class"] == "COLUMN_REF":
		if names, ok := node["column_names"].([]any); ok && len(names) == 1 {
			name, _ := names[0].(string)
			s.calls = append(s.calls, call{mention: mention{strings.ToLower(name), line}, arguments: bare})
		}
	case node["type"] == "BASE_TABLE":
		s.tables = append(s.tables, mention{tableName(node), line})
	case node["type"] == "TABLE_FUNCTION":
		if function, ok := node["function"].(map[string]any); ok {
			called := callOf(function, line)
			called.isTable = true
			s.calls = append(s.calls, called)
		}
	case node["type"] == "SHOW_REF":
		s.odd = append(s.odd, mention{"describe, show or summarize", line})
	}
}

// name notes the names that a with clause gives.
func (s *selection) name(list map[string]any) {
	entries, _ := list["map"].([]any)
	for _, entry := range entries {
		if named, ok := entry.(map[string]any); ok {
			s.named = append(s.named, strings.ToLower(word(named, "key")))
		}
	}
}

// tableName is the name a table is read by, with catalog and schema if given.
func tableName(node map[string]any) string {
	name := word(node, "table_name")
	for _, part := range []string{"schema_name", "catalog_name"} {
		if prefix := word(node, part); prefix != "" {
			name = prefix + "." + name
		}
	}
	return strings.ToLower(name)
}

func word(node map[string]any, key string) string {
	text, _ := node[key].(string)
	return text
}

// lineAt is the line of the byte at position, 0 where DuckDB gives none.
func lineAt(text string, position json.Number) int {
	at, err := position.Int64()
	if err != nil || at < 0 || at > int64(len(text)) {
		return 0
	}
	return 1 + strings.Count(text[:at], "\n")
}
