package sourcetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// kills ends runs at each of their requests and at each boundary between their
// stages: one as SIGKILL does, which leaves the landing folder as it is at that
// moment, and the next by its context. The month stays as it was; a process
// after them finds what they left, and fetches every byte of the delivery. Of
// those that were killed between two stages the next run loads it.
func kills(t *testing.T, s *suite) {
	r := beginLoaded(t, s)
	r.deliver(t)
	r.Door().Arrange()
	r.load(t)
	loaded, requests := r.edition, len(r.Door().Asked(""))
	for i := range requests {
		when := fmt.Sprintf("at request %d of %d", i+1, requests)
		want := r.deliver(t)
		r.kill(t, when, loaded, func(at *stages) {
			at.fetched = at.struck // the second run has less to ask for
			var asked atomic.Int64
			r.Door().Arrange(&Fault{Times: Always, Before: func() {
				if asked.Add(1) == int64(i+1) {
					at.struck()
				}
			}})
		})
		r.fetches(t, when, want)
	}
	for when, arrange := range map[string]func(*stages){
		"once it is listed":  func(at *stages) { at.listed = at.struck },
		"once it is fetched": func(at *stages) { at.fetched = at.struck },
	} {
		r.deliver(t)
		r.kill(t, when, loaded, arrange)
		r.load(t)
		loaded = r.edition
	}
	if half := r.landed(t, ".part"); len(half) > 0 {
		t.Errorf("the runs that followed left %v", half)
	}
}

// kill ends two runs where arrange has them struck.
func (r *trial) kill(t *testing.T, when string, loaded int, arrange func(*stages)) {
	t.Helper()
	left := t.TempDir()
	r.strike(t, when, arrange, func() error { return copyFolder(left, r.landing) })
	if err := errors.Join(os.RemoveAll(r.landing), copyFolder(r.landing, left)); err != nil {
		t.Fatal(err)
	}
	r.holds(t, when, loaded)
	r.strike(t, when, arrange, func() error { return nil })
	if half := r.landed(t, ".part"); len(half) > 0 {
		t.Errorf("%s: a run that was told to end left %v", when, half)
	}
	r.holds(t, when, loaded)
	r.struck++
}

// strike runs the source until it is struck.
func (r *trial) strike(t *testing.T, when string, arrange func(*stages), atOnce func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var once sync.Once
	at := &stages{Source: r.open(t, "bill")}
	at.struck = func() {
		once.Do(func() {
			if err := atOnce(); err != nil {
				t.Error(err)
			}
			cancel()
		})
	}
	arrange(at)
	_, err := r.run(ctx, at)
	r.Door().Arrange()
	if ctx.Err() == nil || err == nil {
		t.Errorf("%s: the run came to its end, %v; want it killed", when, err)
	}
}

// stages is a source that tells when its part of a run is done.
type stages struct {
	ingest.Source
	struck          func()
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
