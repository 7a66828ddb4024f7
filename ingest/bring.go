package ingest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// bringAll brings the months up to date, in their order, and says what became
// of them; of what ctx cut off, nothing.
func (l *lane) bringAll(ctx context.Context) (outcomes []Outcome) {
	fetching, stop := context.WithCancel(ctx)
	var ahead sync.WaitGroup
	defer ahead.Wait()
	defer stop()
	arrived := make(chan arrival) // unbuffered: the next month is fetched, the one after it is not
	if !l.options.DryRun {
		ahead.Go(func() { l.fetchAll(fetching, arrived) })
	}
	for _, m := range l.months {
		outcome := l.bring(ctx, m, arrived)
		if ctx.Err() != nil && outcome.Status != Loaded {
			break
		}
		l.tell(outcome)
		outcomes = append(outcomes, outcome)
	}
	return outcomes
}

// bring brings one month up to date.
func (l *lane) bring(ctx context.Context, m month, arrived <-chan arrival) Outcome {
	outcome := Outcome{Source: l.source.Name(), Slice: m.export.Slice, Status: Unchanged, Note: m.export.Note}
	switch {
	case !m.isNew():
		outcome.Err = sweep(l.source, m.export, l.options)
		return outcome
	case l.options.DryRun:
		outcome.Status = WouldLoad
	default:
		defer l.loads[m.export.Period].settle()
		select {
		case a := <-arrived:
			outcome = l.take(ctx, m, a)
		case <-ctx.Done():
			outcome.Status = Failed
		}
	}
	outcome.remap(m.same)
	return outcome
}

// tell says what became of a slice.
func (l *lane) tell(outcome Outcome) {
	if l.options.Hear == nil {
		return
	}
	l.hearing.Lock()
	defer l.hearing.Unlock()
	l.options.Hear(outcome)
}

// arrival is a month that was fetched, or was not.
type arrival struct {
	delivery Delivery
	berth    *berth
	took     time.Duration
	err      error
}

// fetchAll fetches the months that are to be loaded, in their order.
func (l *lane) fetchAll(ctx context.Context, arrived chan<- arrival) {
	for _, m := range l.months {
		if !m.isNew() {
			continue
		}
		a := l.fetch(ctx, m.export)
		select {
		case arrived <- a:
		case <-ctx.Done():
			return
		}
	}
}

// fetch brings a month to the landing folder once there is room. A fetch that
// was cut off goes on where it stopped.
func (l *lane) fetch(ctx context.Context, export Export) (a arrival) {
	if a.berth, a.err = l.room.enter(ctx, l.index, export.Bytes); a.err != nil {
		return a
	}
	took := stopwatch(l.options.Clock)
	defer func() { a.took = took() }()
	dir := landingOf(l.source, export, l.options)
	if err := os.MkdirAll(dir, 0o750); err != nil {
		a.err = onDisk(dir, fmt.Errorf("make the landing folder: %w", err))
		return a
	}
	work := l.begin("fetch", export, export.Bytes)
	defer work.Done()
	progress := func(bytes int64) {
		a.berth.grow(bytes)
		work.Add(bytes)
	}
	a.delivery, a.err = l.source.Fetch(ctx, export, filepath.Join(dir, versionHash(export)), progress)
	return a
}

// begin shows that work on a month begins.
func (l *lane) begin(verb string, export Export, bytes int64) Work {
	if l.options.Progress == nil {
		return unseen{}
	}
	return l.options.Progress.Start(verb+" "+l.source.Name()+" "+export.Slice, bytes)
}

// unseen is work that nobody sees.
type unseen struct{}

func (unseen) Add(int64) {}
func (unseen) Done()     {}

// take loads what has arrived and says what became of it.
func (l *lane) take(ctx context.Context, m month, a arrival) Outcome {
	defer a.berth.leave()
	outcome, err := Outcome{}, a.err
	if err == nil {
		outcome, err = l.load(ctx, m.export, &a)
	}
	if err != nil {
		outcome = Outcome{Source: l.source.Name(), Slice: m.export.Slice, Status: Failed}
		if errors.Is(err, ErrNotDelivered) {
			outcome.Status = NotDelivered
		}
		outcome.Err = fmt.Errorf("load %s %s: %w; the month that was loaded stays", l.source.Name(), m.export.Slice, err)
	}
	outcome.Took = a.took
	return outcome
}

// load waits until it is the month's turn and loads it. The landing folder is
// emptied once the rows are in.
func (l *lane) load(ctx context.Context, export Export, a *arrival) (Outcome, error) {
	if err := l.awaitElders(ctx, export.Period); err != nil {
		return Outcome{}, err
	}
	if err := l.turn.take(ctx); err != nil {
		return Outcome{}, err
	}
	defer l.turn.give()
	took := stopwatch(l.options.Clock)
	defer func() { a.took += took() }()
	defer l.begin("load", export, 0).Done()
	outcome, err := load(ctx, l.db, l.source, export, a.delivery, landingOf(l.source, export, l.options), l.options.Now)
	if err != nil {
		return Outcome{}, err
	}
	outcome.Err = sweep(l.source, export, l.options)
	return outcome, nil
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
