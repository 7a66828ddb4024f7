package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// kills ends runs at each of their requests and at each boundary between their
// stages: one as SIGKILL does, which leaves the landing folder as it is at that
// moment, and the next by its context. The month stays as it was, and the run
// after them loads it.
func kills(t *testing.T, s *suite) {
	r := beginLoaded(t, s)
	r.deliver(t)
	r.Door().Arrange()
	r.load(t)
	requests := len(r.Door().Asked(""))
	for i := range requests {
		r.kill(t, fmt.Sprintf("at request %d of %d", i+1, requests), func(_ *stages, strike func()) {
			var asked atomic.Int64
			r.Door().Arrange(&Fault{Times: Always, Before: func() {
				if asked.Add(1) == int64(i+1) {
					strike()
				}
			}})
		})
	}
	r.kill(t, "once it is listed", func(at *stages, strike func()) { at.listed = strike })
	r.kill(t, "once it is fetched", func(at *stages, strike func()) { at.fetched = strike })
}

// kill ends two runs where arrange has them struck. The second finds what the
// first has left, so that it may be done before it is struck.
func (r *trial) kill(t *testing.T, when string, arrange func(at *stages, strike func())) {
	t.Helper()
	r.deliver(t)
	left := t.TempDir()
	if struck := r.strike(t, arrange, func() error { return copyFolder(left, r.landing) }); !struck {
		t.Errorf("%s: the run came to its end; want it killed", when)
	}
	r.struck++
	if err := errors.Join(os.RemoveAll(r.landing), copyFolder(r.landing, left)); err != nil {
		t.Fatal(err)
	}
	r.holds(t, when, r.edition-1)
	if struck := r.strike(t, arrange, func() error { return nil }); struck {
		if half := r.landed(t, ".part"); len(half) > 0 {
			t.Errorf("%s: a run that was told to end left %v", when, half)
		}
		r.holds(t, when, r.edition-1)
		r.load(t)
	}
	r.holds(t, when, r.edition)
	if half := r.landed(t, ".part"); len(half) > 0 {
		t.Errorf("%s: the next run left %v", when, half)
	}
}

// strike runs the source until arrange strikes it, and reports whether it did.
func (r *trial) strike(t *testing.T, arrange func(at *stages, strike func()), atOnce func() error) bool {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	at := &stages{Source: r.open(t, "bill")}
	arrange(at, func() {
		if err := atOnce(); err != nil {
			t.Error(err)
		}
		cancel()
	})
	_, err := r.run(ctx, at)
	r.Door().Arrange()
	if (err == nil) != (ctx.Err() == nil) {
		t.Errorf("a run that is killed: %t ends in %v", ctx.Err() != nil, err)
	}
	return ctx.Err() != nil
}

// copyFolder copies what lies below from; files that go meanwhile are left out.
func copyFolder(to, from string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		there := filepath.Join(to, strings.TrimPrefix(path, from))
		if entry.IsDir() {
			return os.MkdirAll(there, 0o750)
		}
		content, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return errors.Join(err, os.WriteFile(there, content, 0o600))
	})
}

// stages is a source that tells when its part of a run is done.
type stages struct {
	ingest.Source
	listed, fetched func() // nil: nobody hears
}

func (s *stages) Exports(ctx context.Context) ([]ingest.Export, error) {
	exports, err := s.Source.Exports(ctx)
	if s.listed != nil {
		s.listed()
	}
	return exports, err
}

func (s *stages) Fetch(ctx context.Context, export ingest.Export, dir string, progress func(int64)) (ingest.Delivery, error) {
	delivery, err := s.Source.Fetch(ctx, export, dir, progress)
	if s.fetched != nil {
		s.fetched()
	}
	return delivery, err
}
