package ingest

import (
	"context"
	"sync"

	"github.com/costwarden/costwarden/model"
)

// turn is held by one lane at a time; those who wait get it in the order in
// which they came.
type turn chan struct{}

func (t turn) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t turn) give() { <-t }

// settled says when a month has been loaded, or will not be.
type settled struct {
	once sync.Once
	done chan struct{}
}

func newSettled() *settled { return &settled{done: make(chan struct{})} }

func (s *settled) settle() { s.once.Do(func() { close(s.done) }) }

// mayBeTwins reports whether two sources may bring the same bill. It is what
// load/twins*.sql compare.
func mayBeTwins(a, b Source) bool {
	return a.Provider() == b.Provider() || a.Provider() == "focus" || b.Provider() == "focus"
}

// awaitElders waits until the sources before this one have settled a month that
// they may bring too. So the first of two sources of one bill has it, whichever
// is faster.
func (l *lane) awaitElders(ctx context.Context, month model.Period) error {
	for _, elder := range l.elders {
		if err := await(ctx, elder.listed); err != nil {
			return err
		}
		if load, has := elder.loads[month]; has {
			if err := await(ctx, load.done); err != nil {
				return err
			}
		}
	}
	return nil
}

func await(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
