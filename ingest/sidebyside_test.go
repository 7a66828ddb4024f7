package ingest_test

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

// scripted is a source whose months a test lets come as it likes. Each month
// holds one charge of the source's own payer.
type scripted struct {
	name     string
	provider string // aws where empty
	payer    string // its own where empty
	months   []string
	bytes    int64                                         // what the listing says of each month
	list     func(ctx context.Context) error               // nil: at once
	fetch    func(ctx context.Context, month string) error // nil: at once
	landed   func(month string)                            // hears of each month that is on disk
	cost     func(month string) string                     // nil: 1
}

func (s *scripted) Name() string     { return s.name }
func (s *scripted) Provider() string { return cmp.Or(s.provider, "aws") }

func (s *scripted) Exports(ctx context.Context) (exports []ingest.Export, err error) {
	if s.list != nil {
		if err := s.list(ctx); err != nil {
			return nil, err
		}
	}
	for _, month := range s.months {
		exports = append(exports, ingest.Export{Slice: month, Period: period(month), Version: "v1", Bytes: s.bytes})
	}
	return exports, nil
}

func (s *scripted) Fetch(ctx context.Context, export ingest.Export, dir string, progress func(int64)) (ingest.Delivery, error) {
	if s.fetch != nil {
		if err := s.fetch(ctx, export.Slice); err != nil {
			return ingest.Delivery{}, err
		}
	}
	cost := "1"
	if s.cost != nil {
		cost = s.cost(export.Slice)
	}
	start, end := export.Period.Start().Format(time.RFC3339), export.Period.End().Format(time.RFC3339)
	payer := cmp.Or(s.payer, s.name)
	text := "SubAccountId," + focusHeader + strings.Join([]string{payer, payer, "USD", start, end, "Usage", start, end,
		"AWS", "Compute", "Compute", cost, cost, cost, cost, "INV1", ""}, ",") + "\n"
	path := filepath.Join(dir, "part.csv")
	if err := errors.Join(os.MkdirAll(dir, 0o750), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		return ingest.Delivery{}, err
	}
	progress(int64(len(text)))
	if s.landed != nil {
		s.landed(export.Slice)
	}
	file := ingest.File{Path: path, Object: "part.csv", Bytes: int64(len(text)), ETag: "v1"}
	return ingest.Delivery{Format: "aws_focus_1_2", Encoding: "csv", Files: []ingest.File{file}}, nil
}

// inBubble runs test with a database of its own where time passes only when
// nobody has anything to do, and where it is an error that all wait for each
// other.
func inBubble(t *testing.T, test func(t *testing.T, db *sql.DB)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		db, err := model.Open(t.Context(), filepath.Join(dir, "costwarden.duckdb"), model.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		test(t, db)
	})
}

func optionsOf(t *testing.T) ingest.Options {
	return ingest.Options{Landing: t.TempDir(), Now: afterOctober}
}

// told writes outcomes as a reader sees them, a line for each source.
func told(all []ingest.SourceOutcome) string {
	var text strings.Builder
	for _, outcome := range all {
		fmt.Fprint(&text, outcome.Source, ":")
		for _, o := range outcome.Slices {
			fmt.Fprint(&text, " ", strings.TrimSpace(o.Slice+" "+string(o.Status)))
		}
		text.WriteString("\n")
	}
	return text.String()
}

func TestSourcesAreFetchedSideBySide(t *testing.T) {
	inBubble(t, func(t *testing.T, db *sql.DB) {
		var all sync.WaitGroup // each fetch waits for the others to begin
		all.Add(3)
		meet := func(context.Context, string) error { all.Done(); all.Wait(); return nil }
		got := ingest.RunAll(t.Context(), db, []ingest.Source{
			&scripted{name: "one", months: []string{"2026-10"}, fetch: meet},
			&scripted{name: "two", months: []string{"2026-10"}, fetch: meet},
			&scripted{name: "three", months: []string{"2026-10"}, fetch: meet},
		}, optionsOf(t))
		if want := "one: 2026-10 loaded\ntwo: 2026-10 loaded\nthree: 2026-10 loaded\n"; told(got) != want {
			t.Errorf("got\n%s", told(got))
		}
	})
}

// watched is a Progress that calls begun with each piece of work.
type watched func(name string)

func (w watched) Start(name string, _ int64) ingest.Work { w(name); return noWork{} }

type noWork struct{}

func (noWork) Add(int64) {}
func (noWork) Done()     {}

func TestTheNextMonthIsFetchedWhileOneLoads(t *testing.T) {
	inBubble(t, func(t *testing.T, db *sql.DB) {
		begun := make(chan struct{})
		options := optionsOf(t)
		options.Progress = watched(func(name string) {
			switch name {
			case "fetch acme 2026-10":
				close(begun)
			case "load acme 2026-09":
				<-begun
			}
		})
		source := &scripted{name: "acme", months: []string{"2026-09", "2026-10"}}
		if outcomes, err := ingest.Run(t.Context(), db, source, options); err != nil || len(outcomes) != 2 {
			t.Errorf("got %v, %v", outcomes, err)
		}
	})
}

var year = []string{"2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10"}

// counted counts the months of a source that are fetched or begun and not
// settled yet.
type counted struct {
	mu   sync.Mutex
	now  int
	most int
}

func (c *counted) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += n
	c.most = max(c.most, c.now)
}

func TestNoMoreThanTwoMonthsOfASourceLieInTheLandingFolder(t *testing.T) {
	inBubble(t, func(t *testing.T, db *sql.DB) {
		var ahead counted
		options := optionsOf(t)
		options.Hear = func(o ingest.Outcome) {
			if o.Source == "fast" {
				ahead.add(-1)
			}
		}
		waiting := func(context.Context) error { synctest.Wait(); return nil } // until fast can do no more
		ingest.RunAll(t.Context(), db, []ingest.Source{
			&scripted{name: "slow", list: waiting},
			&scripted{name: "fast", months: year, fetch: func(context.Context, string) error { ahead.add(1); return nil }},
		}, options)
		if ahead.most != 2 || ahead.now != 0 {
			t.Errorf("%d months at most, %d left; want the one that loads next and the one after it", ahead.most, ahead.now)
		}
	})
}

func TestTheLandingLimitHoldsForAllSourcesTogether(t *testing.T) {
	for _, c := range []struct {
		limit int64
		want  int // months of 1,000 bytes that lie there while the first source is slow to list
	}{{limit: 500, want: 1}, {limit: 2999, want: 2}, {limit: 4000, want: 4}} {
		inBubble(t, func(t *testing.T, db *sql.DB) {
			var lying counted
			fetch := func(context.Context, string) error { lying.add(1); return nil }
			list := func(context.Context) error {
				synctest.Wait()
				if lying.now != c.want {
					t.Errorf("limit %d: %d months lie there; want %d", c.limit, lying.now, c.want)
				}
				return nil
			}
			options := optionsOf(t)
			options.LandingLimit = c.limit
			options.Hear = func(ingest.Outcome) { lying.add(-1) }
			got := told(ingest.RunAll(t.Context(), db, []ingest.Source{
				&scripted{name: "slow", months: year[4:], bytes: 1000, list: list, fetch: fetch},
				&scripted{name: "one", months: year[4:], bytes: 1000, fetch: fetch},
				&scripted{name: "two", months: year[4:], bytes: 1000, fetch: fetch},
			}, options))
			want := "slow: 2026-09 loaded 2026-10 loaded\none: 2026-09 loaded 2026-10 loaded\ntwo: 2026-09 loaded 2026-10 loaded\n"
			if got != want {
				t.Errorf("limit %d: got\n%s", c.limit, got)
			}
		})
	}
}

func TestOneSourceThatFailsDoesNotStopTheOthers(t *testing.T) {
	inBubble(t, func(t *testing.T, db *sql.DB) {
		gone := fmt.Errorf("%w: no such bucket", ingest.ErrSource)
		never := func(context.Context) error { return gone }
		broken := func(_ context.Context, month string) error {
			if month == "2026-09" {
				return gone
			}
			return nil
		}
		var heard []string
		options := optionsOf(t)
		options.Hear = func(o ingest.Outcome) { heard = append(heard, o.Source+" "+o.Slice+" "+string(o.Status)) }
		got := ingest.RunAll(t.Context(), db, []ingest.Source{
			&scripted{name: "never", months: year, list: never},
			&scripted{name: "broken", months: []string{"2026-08", "2026-09", "2026-10"}, fetch: broken},
			&scripted{name: "good", months: []string{"2026-10"}},
		}, options)
		want := "never: failed\nbroken: 2026-08 loaded 2026-09 failed 2026-10 loaded\ngood: 2026-10 loaded\n"
		if told(got) != want || len(heard) != 5 {
			t.Errorf("got\n%swant\n%sheard %q", told(got), want, heard)
		}
		if !errors.Is(got[0].Err, ingest.ErrSource) || !errors.Is(got[1].Err, ingest.ErrSource) || got[2].Err != nil {
			t.Errorf("errors: %v, %v, %v", got[0].Err, got[1].Err, got[2].Err)
		}
	})
}

func TestOutcomesAreInOrderHoweverFetchesAreTimed(t *testing.T) {
	for _, pauses := range [][3]time.Duration{{0, 0, 0}, {3, 1, 2}, {0, 9, 1}} {
		inBubble(t, func(t *testing.T, db *sql.DB) {
			var sources []ingest.Source
			for i, name := range []string{"c", "a", "b"} {
				wait := func(context.Context, string) error { time.Sleep(pauses[i] * time.Hour); return nil }
				sources = append(sources, &scripted{name: name, months: []string{"2026-09", "2026-10"}, fetch: wait})
			}
			got := told(ingest.RunAll(t.Context(), db, sources, optionsOf(t)))
			if want := "c: 2026-09 loaded 2026-10 loaded\na: 2026-09 loaded 2026-10 loaded\nb: 2026-09 loaded 2026-10 loaded\n"; got != want {
				t.Errorf("%v: got\n%s", pauses, got)
			}
			if got := query(t, db, "select ImportId, LoadedAt from import order by all limit 1"); got != "a/2026-09@3bfc269594ef | 2026-11-03 06:30:00\n" {
				t.Errorf("%v: got %s", pauses, got)
			}
		})
	}
}

func TestOfTwoSourcesOfOneBillTheFirstHasTheMonth(t *testing.T) {
	for _, c := range []struct{ first, second string }{{"aws", "aws"}, {"azure", "azure"}, {"focus", "aws"}, {"gcp", "focus"}} {
		inBubble(t, func(t *testing.T, db *sql.DB) {
			slow := func(context.Context, string) error { time.Sleep(time.Hour); return nil }
			got := ingest.RunAll(t.Context(), db, []ingest.Source{
				&scripted{name: "slow", provider: c.first, payer: "4711", months: []string{"2026-09", "2026-10"}, fetch: slow, list: func(context.Context) error { time.Sleep(time.Hour); return nil }},
				&scripted{name: "fast", provider: c.second, payer: "4711", months: []string{"2026-10"}},
			}, optionsOf(t))
			want := "slow: 2026-09 loaded 2026-10 loaded\nfast: 2026-10 failed\n"
			if told(got) != want {
				t.Errorf("%s, %s: got\n%swant\n%s", c.first, c.second, told(got), want)
			}
		})
	}
}

func TestSourcesOfOtherProvidersDoNotWaitForEachOther(t *testing.T) {
	inBubble(t, func(t *testing.T, db *sql.DB) {
		loaded := make(chan struct{})
		options := optionsOf(t)
		options.Hear = func(o ingest.Outcome) {
			if o.Source == "google" {
				close(loaded)
			}
		}
		got := told(ingest.RunAll(t.Context(), db, []ingest.Source{
			&scripted{name: "acme", provider: "aws", months: []string{"2026-10"}, list: func(context.Context) error { <-loaded; return nil }},
			&scripted{name: "google", provider: "gcp", months: []string{"2026-10"}},
		}, options))
		if want := "acme: 2026-10 loaded\ngoogle: 2026-10 loaded\n"; got != want {
			t.Errorf("got\n%s", got)
		}
	})
}

func TestASourceThatHangsWhenItIsListed(t *testing.T) {
	inBubble(t, func(t *testing.T, db *sql.DB) {
		hang := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		got := ingest.RunAll(t.Context(), db, []ingest.Source{
			&scripted{name: "silent", months: year, list: hang},
			&scripted{name: "good", months: []string{"2026-10"}},
		}, optionsOf(t))
		if want := "silent: failed\ngood: 2026-10 loaded\n"; told(got) != want {
			t.Errorf("got\n%s", told(got))
		}
		if err := got[0].Err; !errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(), "did not come within 30m0s") {
			t.Errorf("got %v", err)
		}
	})
}

func TestARunThatIsCutOffLeavesNothingHalf(t *testing.T) {
	inBubble(t, func(t *testing.T, db *sql.DB) {
		stopped := errors.New("stopped")
		ctx, stop := context.WithCancelCause(t.Context())
		fetch := func(ctx context.Context, month string) error {
			if month == "2026-09" {
				synctest.Wait() // the other sources are done or hang
				stop(stopped)
			}
			return ctx.Err()
		}
		hang := func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() }
		options := optionsOf(t)
		sources := []ingest.Source{
			&scripted{name: "one", months: []string{"2026-08", "2026-09", "2026-10"}, fetch: fetch},
			&scripted{name: "two", months: []string{"2026-10"}, fetch: hang},
			&scripted{name: "three", provider: "gcp", months: []string{"2026-10"}},
		}
		got := ingest.RunAll(ctx, db, sources, options)
		if want := "one: 2026-08 loaded\ntwo:\nthree: 2026-10 loaded\n"; told(got) != want {
			t.Errorf("got\n%swant\n%s", told(got), want)
		}
		if !errors.Is(got[0].Err, stopped) || !errors.Is(got[1].Err, stopped) || got[2].Err != nil {
			t.Errorf("errors: %v, %v, %v", got[0].Err, got[1].Err, got[2].Err)
		}
		if got := query(t, db, "select SourceName, State from source_state order by all"); got != "three | ok\n" {
			t.Errorf("told of sources that were cut off: %s", got)
		}
		for _, source := range sources {
			source.(*scripted).fetch = nil
		}
		got = ingest.RunAll(t.Context(), db, sources, options)
		want := "one: 2026-08 unchanged 2026-09 loaded 2026-10 loaded\ntwo: 2026-10 loaded\nthree: 2026-10 unchanged\n"
		if told(got) != want {
			t.Errorf("the next run: got\n%swant\n%s", told(got), want)
		}
		if got := query(t, db, "select count(*), sum(BilledCost) from cost"); got != "5 | 5.000000000000000000\n" {
			t.Errorf("loaded %s", got)
		}
		left, err := filepath.Glob(filepath.Join(options.Landing, "*", "*"))
		if err != nil || len(left) > 0 {
			t.Errorf("the landing folder holds %q, %v", left, err)
		}
	})
}
