package model_test

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite docs/tables.md")

const tablesFile = "../docs/tables.md"

func TestTablesAreDocumented(t *testing.T) {
	got := tablesMarkdown(t)
	if *update {
		if err := os.WriteFile(tablesFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(tablesFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("docs/tables.md is stale; write it again with make docs (-file +migrations):\n%s", diff)
	}
}

// tablesMarkdown documents every table and view: the columns as the database
// has them, the words as the migrations and views say them.
func tablesMarkdown(t *testing.T) string {
	t.Helper()
	db := open(t, "")
	said := saidOfTables(t)
	var b strings.Builder
	b.WriteString("# Tables and views\n\n")
	b.WriteString("<!-- Written by go test ./model -run AreDocumented -update; change the migrations and views, not this file. -->\n\n")
	b.WriteString("Everything Costwarden knows stands in these tables of one DuckDB file; `costwarden sql` asks them. Columns of FOCUS 1.2 keep its\n")
	b.WriteString("names and meanings; our own begin with `x_` in tables of charges. Times are UTC, periods half-open, money is exact, and each\n")
	b.WriteString("amount is in the currency of its row: never add two. [Which provider column becomes which](columns.md) is told apart.\n")
	for _, name := range columnOf(t, db, `select table_name from information_schema.tables where table_name <> 'migration' order by table_type, table_name`) {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| column | type | meaning |\n|---|---|---|\n", name, said[name])
		for _, column := range columnOf(t, db, `select column_name || '|' || data_type || if(is_nullable = 'NO', ', never null', '')
			from information_schema.columns where table_name = ? order by ordinal_position`, name) {
			column, kind, _ := strings.Cut(column, "|")
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", column, strings.ToLower(kind), meaning(said, name, column))
		}
	}
	return b.String()
}

// meaning is what is said of a column in its table, else in the one that it was
// carried from.
func meaning(said map[string]string, table, column string) string {
	for _, from := range []string{table, "cost", "daily_cost", "import"} {
		if text := said[from+"."+column]; text != "" {
			return text
		}
	}
	return ""
}

func columnOf(t *testing.T, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

var (
	comment = regexp.MustCompile(`^-- ?(.*)$`)
	creates = regexp.MustCompile(`^create (?:or replace )?(?:table|view) (\w+)`)
	adds    = regexp.MustCompile(`^alter table (\w+) add column (?:if not exists )?(\w+)[^;]*;\s*(?:-- (.*))?$`)
	holds   = regexp.MustCompile(`^    (\w+),?\s`)
	remark  = regexp.MustCompile(`--\s*(.*)$`)
)

// saidOfTables is what migrations and views say: of a table above it, of a
// column behind it or, where it is added, above it.
func saidOfTables(t *testing.T) map[string]string {
	t.Helper()
	said := map[string]string{}
	for _, pattern := range []string{"migrations/*.sql", "views/*.sql"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v, %v", pattern, files, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			listen(said, string(text))
		}
	}
	return said
}

func listen(said map[string]string, text string) {
	var above []string
	table := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if match := comment.FindStringSubmatch(line); match != nil {
			above = append(above, strings.TrimSpace(match[1]))
			continue
		}
		if match := adds.FindStringSubmatch(line); match != nil {
			said[match[1]+"."+match[2]] = match[3]
			if match[3] == "" {
				said[match[1]+"."+match[2]] = strings.Join(above, " ")
			}
			above = nil
			continue
		}
		if match := creates.FindStringSubmatch(line); match != nil {
			table = match[1]
			said[table] = strings.Join(above, " ")
		} else if match := holds.FindStringSubmatch(line); match != nil && table != "" {
			if found := remark.FindStringSubmatch(line); found != nil {
				said[table+"."+match[1]] = found[1]
			}
		}
		above = nil
	}
}
