package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/costwarden/costwarden/model"
)

// listingPatience is how long a source may take to list its months. Every
// request has an end of its own; this is for a source that asks too many.
const listingPatience = 30 * time.Minute

// lane is the way of one source through a run. One goroutine fetches its
// months, a month ahead of the other, which loads them.
type lane struct {
	*shared
	source Source
	index  int     // its place among the sources
	elders []*lane // sources before it that may bring the same bill

	listed   chan struct{}             // closed once what follows is known, or never will be
	isListed bool                      // the source could be listed
	months   []month                   // to be looked at, oldest first
	beyond   []string                  // slices that the source has and that are outside the bounds
	newest   string                    // the newest slice that the source has
	loads    map[model.Period]*settled // of the months that are to be loaded
}

// shared is what all lanes of a run use.
type shared struct {
	db      *sql.DB
	options Options
	turn    turn // to write to db
	room    *room
	hearing sync.Mutex // one slice is told of at a time
}

// month is a month of a lane.
type month struct {
	export   Export
	same     bool // this delivery is what is loaded
	outdated bool // but by another mapping
}

// lanesOf prepares a lane for each source.
func lanesOf(db *sql.DB, sources []Source, options Options) []*lane {
	common := &shared{db: db, options: options, turn: make(turn, 1), room: newRoom(options.LandingLimit, len(sources))}
	var lanes []*lane
	for i, source := range sources {
		l := &lane{shared: common, source: source, index: i, listed: make(chan struct{}), loads: map[model.Period]*settled{}}
		for _, elder := range lanes {
			if mayBeTwins(elder.source, source) {
				l.elders = append(l.elders, elder)
			}
		}
		lanes = append(lanes, l)
	}
	return lanes
}

// pass takes the source through the run.
func (l *lane) pass(ctx context.Context) SourceOutcome {
	defer l.end()
	err := l.list(ctx)
	if err == nil || ctx.Err() != nil {
		return l.ended(ctx, l.bringAll(ctx))
	}
	whole := Outcome{Source: l.source.Name(), Status: Failed, Err: err}
	l.tell(whole)
	return l.ended(ctx, []Outcome{whole})
}

// ended is what the source came to. It is kept, unless ctx cut it off.
func (l *lane) ended(ctx context.Context, outcomes []Outcome) SourceOutcome {
	var failures []error
	for _, outcome := range outcomes {
		if outcome.Status == Failed {
			failures = append(failures, outcome.Err)
		}
	}
	if ctx.Err() != nil {
		failures = append(failures, context.Cause(ctx))
	} else {
		failures = append(failures, l.remember(ctx, outcomes))
	}
	return SourceOutcome{Source: l.source.Name(), Slices: outcomes, Err: errors.Join(failures...)}
}

// end lets nobody wait for the lane any more.
func (l *lane) end() {
	for _, load := range l.loads {
		load.settle()
	}
	l.room.close(l.index)
}

// list asks the source which months it has and sorts out what is to be done.
func (l *lane) list(ctx context.Context) error {
	defer close(l.listed)
	loaded, err := loadedSlices(ctx, l.db, l.source.Name())
	if err != nil {
		return fmt.Errorf("source %s: look up what is loaded: %w", l.source.Name(), err)
	}
	exports, err := l.exports(ctx)
	if err != nil {
		return err
	}
	l.isListed = true
	for _, export := range exports {
		l.newest = max(l.newest, export.Slice)
		if outside(export.Period, l.options) {
			l.beyond = append(l.beyond, export.Slice)
			continue
		}
		known := loaded[export.Slice]
		m := month{export, known.version == export.Version && !l.options.Force, known.outdated}
		l.months = append(l.months, m)
		if m.isNew() {
			l.loads[export.Period] = newSettled()
		}
	}
	return nil
}

// exports lists the source's months, unless that takes too long.
func (l *lane) exports(ctx context.Context) ([]Export, error) {
	slow := fmt.Errorf("%w: source %s: its list of months did not come within %s; the next run asks again", ErrSource, l.source.Name(), listingPatience)
	listing, cancel := context.WithTimeoutCause(ctx, listingPatience, slow)
	defer cancel()
	exports, err := l.source.Exports(listing)
	if err != nil && context.Cause(listing) == slow {
		return nil, slow
	}
	return exports, err
}

// isNew reports whether the month is to be loaded.
func (m month) isNew() bool { return !m.same || m.outdated }

// outside reports whether period lies outside the bounds of options.
func outside(period model.Period, options Options) bool {
	return !options.Since.IsZero() && period.Before(options.Since) ||
		!options.Until.IsZero() && options.Until.Before(period)
}
