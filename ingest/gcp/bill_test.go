package gcp_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/costwarden/costwarden/fixtures/gcp"
	"github.com/costwarden/costwarden/ingest"
	source "github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/model"
)

// A closed month of the sample company's bill, written once, as tables and as
// files.
var (
	home  string
	write = sync.OnceValues(func() (gcp.Truth, error) {
		return gcp.Write(context.Background(), filepath.Join(home, "bill"), billOptions())
	})
)

func billOptions() gcp.Options {
	return gcp.Options{
		Formats: []gcp.Format{gcp.DetailedTable, gcp.DetailedJSON},
		Only:    []model.Period{period("2026-09")},
	}
}

func TestMain(m *testing.M) {
	var err error
	if home, err = os.MkdirTemp("", "gcp"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := os.RemoveAll(home); err != nil {
		panic(err)
	}
	os.Exit(code)
}

func period(text string) model.Period {
	month, err := model.ParsePeriod(text)
	if err != nil {
		panic(err)
	}
	return month
}

func bill(t *testing.T) (dir string, truth gcp.Truth) {
	t.Helper()
	truth, err := write()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(home, "bill"), truth
}

// tableFolder is where the fixtures keep a table.
func tableFolder(dir, table string) string {
	return filepath.Join(dir, "gcp", "tables", table[strings.LastIndex(table, ".")+1:])
}

// serve holds tables of the fixtures.
func serve(t *testing.T, dir string, names ...string) *bigquerytest.Server {
	t.Helper()
	server := bigquerytest.NewServer()
	t.Cleanup(server.Close)
	for _, name := range names {
		table, err := bigquerytest.ReadTable(tableFolder(dir, name), name)
		if err != nil {
			t.Fatal(err)
		}
		server.Hold(table)
	}
	return server
}

func newDatabase(t *testing.T) *sql.DB {
	t.Helper()
	db, err := model.Open(t.Context(), "", model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// load runs a source that is opened anew, with its landing in dir.
func load(t *testing.T, db *sql.DB, name string, config source.Config, dir, now string) ([]ingest.Outcome, error) {
	t.Helper()
	s, err := source.Open(t.Context(), name, config, ingest.Place{Folder: filepath.Join(dir, name, "partitions")})
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(time.DateOnly, now)
	if err != nil {
		t.Fatal(err)
	}
	return ingest.Run(t.Context(), db, s, ingest.Options{Landing: dir, Now: at})
}

// statuses are the outcomes in a line: 2026-09 loaded, 2026-10 unchanged.
func statuses(outcomes []ingest.Outcome) string {
	var all []string
	for _, o := range outcomes {
		all = append(all, o.Slice+" "+string(o.Status))
	}
	return strings.Join(all, ", ")
}

// wantBill compares what is loaded with the bills of the truth.
func wantBill(t *testing.T, db *sql.DB, truth gcp.Truth, accounts ...gcp.Account) {
	t.Helper()
	var want []string
	for _, b := range truth.Bills {
		if slices.ContainsFunc(accounts, func(a gcp.Account) bool { return a.ID == b.BillingAccountID }) {
			want = append(want, fmt.Sprintf("%s %s %s %s", b.BillingAccountID, b.Month, b.BillingCurrency, b.Net.Money))
		}
	}
	rows, err := db.Query(`select BillingAccountId, strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, sum(BilledCost) from cost group by all`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var account, month, currency string
		var billed model.Money
		if err := rows.Scan(&account, &month, &currency, &billed); err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %s %s %s", account, month, currency, billed))
	}
	slices.Sort(got)
	slices.Sort(want)
	if len(want) == 0 || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("loaded\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheBillIsTheSameFromTablesAndFiles(t *testing.T) {
	dir, truth := bill(t)
	main, europe := gcp.Main, gcp.Europe
	server := serve(t, dir, main.Table("detailed"), europe.Table("detailed"))
	files := "file:" + filepath.Join(dir, "gcp", "files")
	for name, configs := range map[string]map[string]source.Config{
		"tables": {"usd": {Table: main.Table("detailed"), Endpoint: server.URL}, "eur": {Table: europe.Table("detailed"), Endpoint: server.URL}},
		"files":  {"usd": {Location: files + "/detailed-json"}, "eur": {Location: files + "/detailed-json-eur"}},
	} {
		t.Run(name, func(t *testing.T) {
			db, landing := newDatabase(t), t.TempDir()
			for source, config := range configs {
				outcomes, err := load(t, db, source, config, landing, "2026-11-03")
				if err != nil || statuses(outcomes) != "2026-09 loaded" {
					t.Fatalf("%s, %v", statuses(outcomes), err)
				}
				again, err := load(t, db, source, config, landing, "2026-11-03")
				if err != nil || statuses(again) != "2026-09 unchanged" {
					t.Fatalf("%s, %v", statuses(again), err)
				}
			}
			wantBill(t, db, truth, main, europe)
		})
	}
}
