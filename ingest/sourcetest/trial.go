package sourcetest

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

// trial is a store, and the warehouse that its month is loaded into.
type trial struct {
	*suite
	Store
	db      *sql.DB
	landing string
	edition int // delivered last
}

// begin opens an empty store and an empty warehouse.
func begin(t *testing.T, s *suite) *trial {
	t.Helper()
	db, err := model.Open(t.Context(), "", model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &trial{suite: s, Store: s.Open(t), db: db, landing: t.TempDir(), edition: first - 1}
}

// beginLoaded is a trial whose month is in.
func beginLoaded(t *testing.T, s *suite) *trial {
	t.Helper()
	r := begin(t, s)
	r.deliver(t)
	r.load(t)
	return r
}

// deliver delivers the month in its next edition.
func (r *trial) deliver(t *testing.T) []string {
	t.Helper()
	r.edition++
	r.delivered++
	return r.Deliver(t, r.Month, r.edition)
}

// open opens the source as a new process would.
func (r *trial) open(t *testing.T, name string) ingest.Source {
	t.Helper()
	return r.Source(t, name, ingest.Place{Folder: filepath.Join(r.landing, name, "partitions")})
}

// afterClose is when the suite's runs begin: the month is closed.
func (r *trial) afterClose() time.Time { return r.Month.End().AddDate(0, 2, 0) }

// run runs the source once, and returns what became of its months and why one
// of them was not loaded.
func (r *trial) run(ctx context.Context, source ingest.Source) ([]ingest.Outcome, error) {
	outcomes, err := ingest.Run(ctx, r.db, source, ingest.Options{Landing: r.landing, Now: r.afterClose()})
	for _, outcome := range outcomes {
		if err == nil {
			err = outcome.Err
		}
	}
	return outcomes, err
}

// load runs the source, which must load the edition delivered last.
func (r *trial) load(t *testing.T) {
	t.Helper()
	outcomes, err := r.run(t.Context(), r.open(t, "bill"))
	if err != nil || statuses(outcomes) != r.Month.String()+" loaded" {
		t.Fatalf("got %s, %v; want the month loaded", statuses(outcomes), err)
	}
	r.holds(t, "a run without a fault", r.edition)
}

// statuses are the outcomes in a line: 2026-09 loaded, 2026-10 unchanged.
func statuses(outcomes []ingest.Outcome) string {
	var all []string
	for _, outcome := range outcomes {
		all = append(all, outcome.Slice+" "+string(outcome.Status))
	}
	return strings.Join(all, ", ")
}

// holds holds the tables against a whole edition of the month.
func (r *trial) holds(t *testing.T, when string, edition int) {
	t.Helper()
	want := r.expected(edition)
	for _, table := range []string{"cost", "daily_cost"} {
		if got := r.totals(t, table); got != want {
			t.Errorf("%s: %s comes to\n%s\nwant, of edition %d,\n%s", when, table, got, edition, want)
		}
	}
	const imports = `select concat_ws(' ', count(*), sum(CostRows) = (select count(*) from cost), count(*) = count(distinct ImportId)) from import where State = 'current'`
	if got := r.ask(t, imports); got != "1 true true" {
		t.Errorf("%s: imports, whether they hold the rows, whether each once: %s; want 1 true true", when, got)
	}
	print := r.ask(t, "select cast(sum(hash(cost)) as varchar) from (select * exclude (x_ImportId) from cost) as cost")
	if r.prints[edition] == "" {
		r.prints[edition] = print
	}
	if r.prints[edition] != print {
		t.Errorf("%s: the rows of edition %d are not what they were", when, edition)
	}
}

func (r *trial) totals(t *testing.T, table string) string {
	t.Helper()
	return r.ask(t, `select coalesce(string_agg(line, chr(10) order by line), '') from (
		select concat_ws(' ', BillingCurrency, cast(sum(BilledCost) as decimal(38,18)), cast(sum(EffectiveCost) as decimal(38,18))) as line
		from `+table+` group by BillingCurrency)`)
}

// empty wants that nothing is loaded.
func (r *trial) empty(t *testing.T, when string) {
	t.Helper()
	if got := r.totals(t, "cost"); got != "" {
		t.Errorf("%s: cost comes to\n%s\nwant nothing loaded", when, got)
	}
}

// ask is the one value that query gives.
func (r *trial) ask(t *testing.T, query string) string {
	t.Helper()
	var answer string
	if err := r.db.QueryRowContext(context.WithoutCancel(t.Context()), query).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

// tables is a mark of all that the warehouse holds.
func (r *trial) tables(t *testing.T) string {
	t.Helper()
	var marks []string
	names := r.ask(t, "select string_agg(table_name, ' ' order by table_name) from duckdb_tables() where not temporary")
	for _, name := range strings.Fields(names) {
		marks = append(marks, name+" "+r.ask(t, `select count(*) || ' rows ' || coalesce(cast(sum(hash(t)) as varchar), '') from "`+name+`" as t`))
	}
	return strings.Join(marks, "\n")
}

// landed lists the files below the landing folder whose paths hold part.
func (r *trial) landed(t *testing.T, part string) []string {
	t.Helper()
	return slices.DeleteFunc(filesBelow(t, r.landing), func(file string) bool { return !strings.Contains(file[len(r.landing):], part) })
}

// filesBelow lists the files at any depth below folder.
func filesBelow(t *testing.T, folder string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return files
}

// contents is what the files of a delivery hold, sorted.
func (s *suite) contents(t *testing.T, delivery ingest.Delivery) []string {
	t.Helper()
	var all []string
	for _, file := range delivery.Files {
		content, err := os.ReadFile(file.Path)
		if err != nil {
			t.Fatal(err)
		}
		if int64(len(content)) != file.Bytes {
			t.Errorf("%s has %d bytes, and the delivery says %d", file.Path, len(content), file.Bytes)
		}
		if s.Contents == nil {
			all = append(all, string(content))
			continue
		}
		all = append(all, s.Contents(t, file.Path)...)
	}
	slices.Sort(all)
	return all
}

// only is the one export that source lists.
func only(t *testing.T, source ingest.Source) ingest.Export {
	t.Helper()
	exports, err := source.Exports(t.Context())
	if err != nil || len(exports) != 1 {
		t.Fatalf("got %d exports, %v; want one", len(exports), err)
	}
	return exports[0]
}

// isRefusal reports whether err is one that a command decides by.
func isRefusal(err error) bool {
	return errors.Is(err, ingest.ErrSource) || errors.Is(err, ingest.ErrNotDelivered) || errors.Is(err, ingest.ErrReconcile)
}
