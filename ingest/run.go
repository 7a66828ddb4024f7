package ingest

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"github.com/costwarden/costwarden/model"
)

// Options say what a run of a source does.
type Options struct {
	Landing      string           // the folder deliveries are fetched to; emptied behind each load
	LandingLimit int64            // bytes that may lie there before no further month is fetched; 0: DefaultLandingLimit
	Since        model.Period     // the first month to look at; zero: no bound
	Until        model.Period     // the last month to look at; zero: no bound
	Force        bool             // load also what has not changed
	DryRun       bool             // say what would be loaded, touch nothing
	Now          time.Time        // when the run began: recorded with each import
	Clock        func() time.Time // measures Outcome.Took; nil: not measured
	Progress     Progress         // nil: none
	Hear         func(Outcome)    // hears of each slice as it is done, one at a time; nil: nobody
}

// Progress hears of long work, several pieces of it at once; the command line
// draws it.
type Progress interface {
	// Start begins work called name of total bytes, 0 where unknown.
	Start(name string, total int64) Work
}

// Work is a piece of long work that is under way.
type Work interface {
	// Add tells that n more bytes are done. It may be called concurrently.
	Add(n int64)
	// Done ends the work.
	Done()
}

// Status is what became of a slice.
type Status string

// The statuses of an Outcome.
const (
	Loaded       Status = "loaded"
	Unchanged    Status = "unchanged"
	NotDelivered Status = "not delivered"
	Outdated     Status = "mapped by an earlier release"
	Failed       Status = "failed"
	WouldLoad    Status = "would load"
)

// Outcome tells what became of one slice.
type Outcome struct {
	Source string
	Slice  string // empty: the source as a whole, which failed before its months were known
	Status Status
	Rows   int64         // rows written to cost
	Totals []Total       // BilledCost per currency
	Note   string        // what a reader of the totals should know
	Took   time.Duration // to fetch and to load it, not to wait in between
	Err    error         // why it failed or was not delivered, or what went wrong after it was loaded; nil otherwise
}

// Total is a sum in one currency.
type Total struct {
	BillingCurrency string
	BilledCost      model.Money
}

// SourceOutcome tells what a source came to.
type SourceOutcome struct {
	Source string
	Slices []Outcome // the oldest month first, however the months were timed
	Err    error     // what failed, joined; nil: nothing
}

// Run brings the slices of one source up to date in db; see RunAll.
func Run(ctx context.Context, db *sql.DB, source Source, options Options) ([]Outcome, error) {
	outcome := RunAll(ctx, db, []Source{source}, options)[0]
	return outcome.Slices, outcome.Err
}

// RunAll brings the slices of sources up to date in db, each in one
// transaction. Sources are listed and fetched side by side, and months load one
// at a time, because DuckDB takes all cores for each:
//
//	source 1: list, fetch, fetch ...  ─┐
//	source 2: list, fetch, fetch ...  ─┼─> load, load, load ...
//	source 3: list, fetch, fetch ...  ─┘
//
// One slice or source that fails does not stop the others. The outcomes are in
// the order of sources, and they and the tables are the same however fetches
// are timed: the months of a source load oldest first, and where two sources
// may bring one bill the first of them loads a month first. What ctx cut off
// has no outcome, and the cause is in Err.
func RunAll(ctx context.Context, db *sql.DB, sources []Source, options Options) []SourceOutcome {
	lanes := lanesOf(db, sources, options)
	outcomes := make([]SourceOutcome, len(lanes))
	var all sync.WaitGroup
	for i, lane := range lanes {
		all.Go(func() { outcomes[i] = lane.pass(ctx) })
	}
	all.Wait()
	return outcomes
}
