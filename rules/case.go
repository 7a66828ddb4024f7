package rules

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/model/yamlfile"
)

//go:embed given.sql
var givenSQL string

//go:embed given_import.sql
var givenImportSQL string

//go:embed given_*.sql
var givenSQLs embed.FS

// ErrUntested says that a rule has no given/want case.
var ErrUntested = errors.New("no test")

// caseFiles are the files of a case beside its policy.
var caseFiles = []string{"given.csv", "import_check.csv", "restatement.csv", "want.csv"}

// besides are the tables that a case may give rows of in a CSV of the table's
// name; given_<table>.sql reads it.
var besides = []beside{{"import_check", "ImportId"}, {"restatement", "BillingPeriodStart"}}

// beside is such a table with the column its rows cannot do without.
type beside struct{ table, needed string }

// Test runs the cases of a rule, the folders of testdata/<family>/<name>
// beside the rule's own family folder, each in a database of its own: the
// charges of given.csv under the policy files that lie with it, judged for the
// newest month, must give the rows of want.csv and no others. The error tells
// each difference; ErrUntested where there is no case.
func Test(ctx context.Context, rule Rule) error {
	cases, err := caseNames(rule)
	if err != nil {
		return err
	}
	var problems []error
	for _, name := range cases {
		folder, err := fs.Sub(rule.cases, name)
		if err == nil {
			err = testCase(ctx, rule, folder)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("test %s, case %s:\n%w", rule.ID, name, err))
		}
	}
	return errors.Join(problems...)
}

func caseNames(rule Rule) ([]string, error) {
	untested := fmt.Errorf("test %s: %w; write testdata/%s/<case>/given.csv and want.csv", rule.ID, ErrUntested, rule.ID)
	if rule.cases == nil {
		return nil, untested
	}
	entries, err := fs.ReadDir(rule.cases, ".")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("test %s: %w", rule.ID, err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	if len(names) == 0 {
		return nil, untested
	}
	return names, nil
}

// testCase runs one case in a database in memory.
func testCase(ctx context.Context, rule Rule, folder fs.FS) (err error) {
	want, err := readWant(folder)
	if err != nil {
		return err
	}
	db, err := model.Open(ctx, "", model.Options{Threads: 1})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	newest, err := loadCase(ctx, db, folder)
	if err != nil {
		return err
	}
	if _, err := Run(ctx, db, []Rule{rule}, newest, newest, newest.End()); err != nil {
		return err
	}
	got, err := readFindings(ctx, db, newest)
	if err != nil {
		return err
	}
	return differences(want, got)
}

// loadCase puts what a case gives into db and returns the month to judge.
func loadCase(ctx context.Context, db *sql.DB, folder fs.FS) (model.Period, error) {
	policy, err := readPolicy(folder, caseFiles)
	if err != nil {
		return model.Period{}, err
	}
	given, err := fs.ReadFile(folder, "given.csv")
	if err != nil {
		return model.Period{}, err
	}
	if err := loadGiven(ctx, db, bytes.TrimPrefix(given, []byte("\ufeff"))); err != nil {
		return model.Period{}, fmt.Errorf("given.csv: %w", err)
	}
	for _, b := range besides {
		if err := b.load(ctx, db, folder); err != nil {
			return model.Period{}, err
		}
	}
	if err := policy.Store(ctx, db); err != nil {
		return model.Period{}, err
	}
	newest, err := newestMonth(ctx, db)
	if err != nil {
		return newest, fmt.Errorf("given.csv: %w", err)
	}
	return newest, nil
}

func newestMonth(ctx context.Context, db *sql.DB) (model.Period, error) {
	var newest sql.Null[time.Time]
	if err := db.QueryRowContext(ctx, "select max(BillingPeriodStart) from daily_cost").Scan(&newest); err != nil {
		return model.Period{}, err
	}
	if !newest.Valid {
		return model.Period{}, errors.New("has no rows; give the charges to judge")
	}
	return model.PeriodOf(newest.V), nil
}

// load puts the rows of <table>.csv, where the case has one, into the table.
func (b beside) load(ctx context.Context, db *sql.DB, folder fs.FS) (err error) {
	name := b.table + ".csv"
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %w", name, err)
		}
	}()
	text, err := fs.ReadFile(folder, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if err := vetHeader(ctx, db, text, b.table, b.needed); err != nil {
		return err
	}
	insert, err := givenSQLs.ReadFile("given_" + b.table + ".sql")
	if err != nil {
		return err
	}
	return asFile(text, func(file string) error {
		_, err := db.ExecContext(ctx, string(insert), sql.Named("file", file))
		return err
	})
}

// asFile calls do with a file that holds text and is gone afterwards.
func asFile(text []byte, do func(file string) error) (err error) {
	scratch, err := os.MkdirTemp("", "costwarden-case-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	file := filepath.Join(scratch, "given.csv")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	return do(file)
}

// loadGiven puts text, the rows of given.csv, into cost and daily_cost.
func loadGiven(ctx context.Context, db *sql.DB, text []byte) error {
	if err := vetHeader(ctx, db, text, "cost", "ChargePeriodStart"); err != nil {
		return err
	}
	return asFile(text, func(file string) error { return fillGiven(ctx, db, file) })
}

func fillGiven(ctx context.Context, db *sql.DB, file string) error {
	return model.InTransaction(ctx, db, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, givenSQL, sql.Named("file", file)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, givenImportSQL); err != nil {
			return err
		}
		imports, err := words(ctx, tx, "select ImportId from import order by ImportId")
		if err != nil {
			return err
		}
		for _, id := range imports {
			if err := model.RollUp(ctx, tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// vetHeader refuses a header with a column that table does not have, or
// without the column needed.
func vetHeader(ctx context.Context, db querier, text []byte, table, needed string) error {
	header, err := newCaseReader(text).Read()
	if err != nil {
		return err
	}
	columns, err := words(ctx, db, "select column_name from duckdb_columns() where table_name = "+literal(table)+" order by column_index")
	if err != nil {
		return err
	}
	var problems []error
	for _, name := range header {
		if !slices.Contains(columns, name) {
			problems = append(problems, fmt.Errorf("unknown column %q; %s", name, yamlfile.Suggest(name, columns)))
		}
	}
	if !slices.Contains(header, needed) {
		problems = append(problems, fmt.Errorf("missing column %s", needed))
	}
	return errors.Join(problems...)
}

// newCaseReader reads a CSV file of a case, in which # begins a comment line.
func newCaseReader(text []byte) *csv.Reader {
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comment = '#'
	return reader
}
