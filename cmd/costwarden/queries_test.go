package main

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/costwarden/costwarden/model"
)

// billedIn is a database with bills in these currencies only: the hand-made
// company that the workbook is tested with.
func billedIn(t *testing.T, currencies ...string) *sql.DB {
	t.Helper()
	db, err := model.Open(t.Context(), "", model.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	text, err := os.ReadFile("../../reports/testdata/given.sql")
	if err != nil {
		t.Fatal(err)
	}
	statements := []string{string(text)}
	for _, table := range []string{"daily_cost", "import_total", "import_change", "restatement", "finding"} {
		statements = append(statements, "delete from "+table+" where BillingCurrency not in ('"+strings.Join(currencies, "', '")+"')")
	}
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

var parameter = regexp.MustCompile(`\$([a-z]+)`)

// linesOf are the lines that a query answers, and whether they have a currency.
func linesOf(t *testing.T, db *sql.DB, text string) (lines []string, hasCurrency bool) {
	t.Helper()
	month := time.Date(2025, 10, 1, 0, 0, 0, 0, time.UTC)
	values := map[string]any{"now": month.AddDate(0, 2, 0), "month": month, "since": nil, "until": nil, "mappings": "{}"}
	args := map[string]any{}
	for _, match := range parameter.FindAllStringSubmatch(text, -1) {
		args[match[1]] = sql.Named(match[1], values[match[1]])
	}
	var named []any
	for _, arg := range args {
		named = append(named, arg)
	}
	rows, err := db.Query(text, named...)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := printRows(&out, "csv", rows); err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range all[1:] {
		lines = append(lines, strings.Join(line, " | "))
	}
	return lines, slices.Contains(all[0], "BillingCurrency")
}

// What is added or compared across currencies differs where the other currency
// is not there.
func TestQueriesOfTwoCurrenciesSayWhatTheySayOfEach(t *testing.T) {
	both, usd, eur := billedIn(t, "USD", "EUR"), billedIn(t, "USD"), billedIn(t, "EUR")
	files, err := queries.ReadDir("queries")
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), path.Ext(file.Name()))
		if !strings.HasPrefix(name, "status_") && !strings.HasPrefix(name, "demo_") {
			continue // these show money
		}
		got, hasCurrency := linesOf(t, both, query(name))
		if !hasCurrency {
			continue
		}
		asked++
		want, _ := linesOf(t, usd, query(name))
		more, _ := linesOf(t, eur, query(name))
		want = append(want, more...)
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-each currency alone +both):\n%s", name, diff)
		}
	}
	if asked < 8 {
		t.Errorf("asked %d queries; want all that show money", asked)
	}
}
