package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/costwarden/costwarden/model"
)

// Options say what a run of a source does.
type Options struct {
	Landing  string           // the folder deliveries are fetched to; emptied behind each load
	Since    model.Period     // the first month to look at; zero: no bound
	Until    model.Period     // the last month to look at; zero: no bound
	Force    bool             // load also what has not changed
	DryRun   bool             // say what would be loaded, touch nothing
	Now      time.Time        // when the run began: recorded with each import
	Clock    func() time.Time // measures Outcome.Took; nil: not measured
	Progress Progress         // nil: none
	Hear     func(Outcome)    // hears of each slice as it is done; nil: nobody
}

// Progress hears of long work; the command line draws it.
type Progress interface {
	// Start begins work called name of total bytes, 0 where unknown.
	Start(name string, total int64)
	// Add tells that n more bytes are done. It may be called concurrently.
	Add(n int64)
	// Done ends the work begun last.
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
	Slice  string
	Status Status
	Rows   int64   // rows written to cost
	Totals []Total // BilledCost per currency
	Note   string  // what a reader of the totals should know
	Took   time.Duration
	Err    error // why it failed or was not delivered, or what went wrong after it was loaded; nil otherwise
}

// Total is a sum in one currency.
type Total struct {
	BillingCurrency string
	BilledCost      model.Money
}

// Run brings the slices of source up to date in db, each in one transaction.
// One slice that fails does not stop the others: its Outcome carries the
// error, and the joined errors are returned as well.
func Run(ctx context.Context, db *sql.DB, source Source, options Options) ([]Outcome, error) {
	exports, err := source.Exports(ctx)
	if err != nil {
		return nil, err
	}
	loaded, err := loadedSlices(ctx, db, source.Name())
	if err != nil {
		return nil, err
	}
	var outcomes []Outcome
	var failures []error
	for _, export := range exports {
		if outside(export.Period, options) {
			continue
		}
		outcome := Outcome{Source: source.Name(), Slice: export.Slice, Status: Unchanged, Note: export.Note}
		same := loaded[export.Slice].version == export.Version && !options.Force
		switch {
		case same && !loaded[export.Slice].outdated:
			outcome.Err = sweep(source, export, options)
		case options.DryRun:
			outcome.Status = WouldLoad
			outcome.remap(same)
		default:
			outcome = runSlice(ctx, db, source, export, options)
			outcome.remap(same)
		}
		outcomes = append(outcomes, outcome)
		if options.Hear != nil {
			options.Hear(outcome)
		}
		if outcome.Status == Failed {
			failures = append(failures, outcome.Err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return outcomes, errors.Join(failures...)
}

// outside reports whether period lies outside the bounds of options.
func outside(period model.Period, options Options) bool {
	return !options.Since.IsZero() && period.Before(options.Since) ||
		!options.Until.IsZero() && options.Until.Before(period)
}

// runSlice fetches and loads one export and says what became of it.
func runSlice(ctx context.Context, db *sql.DB, source Source, export Export, options Options) Outcome {
	took := stopwatch(options.Clock)
	outcome, err := fetchAndLoad(ctx, db, source, export, options)
	if err != nil {
		outcome = Outcome{Source: source.Name(), Slice: export.Slice, Status: Failed}
		if errors.Is(err, ErrNotDelivered) {
			outcome.Status = NotDelivered
		}
		outcome.Err = fmt.Errorf("load %s %s: %w; the month that was loaded stays", source.Name(), export.Slice, err)
	}
	outcome.Took = took()
	return outcome
}

// stopwatch starts to measure and returns how to read what has passed.
func stopwatch(clock func() time.Time) func() time.Duration {
	if clock == nil {
		return func() time.Duration { return 0 }
	}
	start := clock()
	return func() time.Duration { return clock().Sub(start) }
}

// sweep removes the landing folder of a slice that is loaded, also where an
// earlier run left it because it was killed before it could.
func sweep(source Source, export Export, options Options) error {
	if options.DryRun {
		return nil
	}
	if err := os.RemoveAll(landingOf(source, export, options)); err != nil {
		return fmt.Errorf("empty the landing folder: %w", err)
	}
	return nil
}

// landingOf is the folder that a slice is fetched to.
func landingOf(source Source, export Export, options Options) string {
	return filepath.Join(options.Landing, source.Name(), export.Slice)
}

// fetchAndLoad brings the export to the landing folder and from there into the
// tables. The landing folder is emptied once the rows are in; until then a
// fetch that was cut off goes on where it stopped.
func fetchAndLoad(ctx context.Context, db *sql.DB, source Source, export Export, options Options) (Outcome, error) {
	dir := landingOf(source, export, options)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return Outcome{}, onDisk(dir, fmt.Errorf("make the landing folder: %w", err))
	}
	progress := func(int64) {}
	if options.Progress != nil {
		options.Progress.Start(source.Name()+" "+export.Slice, export.Bytes)
		defer options.Progress.Done()
		progress = options.Progress.Add
	}
	delivery, err := source.Fetch(ctx, export, filepath.Join(dir, versionHash(export)), progress)
	if err != nil {
		return Outcome{}, err
	}
	outcome, err := load(ctx, db, source, export, delivery, dir, options.Now)
	if err != nil {
		return Outcome{}, err
	}
	outcome.Err = sweep(source, export, options)
	return outcome, nil
}
