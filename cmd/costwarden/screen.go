package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/costwarden/costwarden/ingest"
)

// screen is a terminal that shows log lines above one progress bar for all work
// that is under way. It is the ingest.Progress of the command line.
type screen struct {
	mu     sync.Mutex
	out    io.Writer
	pieces []*piece
	bar    *progressbar.ProgressBar // nil: no work is shown
}

// piece is a piece of work that the bar shows.
type piece struct {
	screen      *screen
	name        string
	done, total int64 // bytes; no total where it is unknown
}

// Write writes a log line where the bar stands; the bar comes back below it.
func (s *screen) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != nil {
		s.bar.Clear()
	}
	return s.out.Write(line)
}

// Start shows work called name of total bytes, 0 where unknown.
func (s *screen) Start(name string, total int64) ingest.Work {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &piece{screen: s, name: name, total: max(total, 0)}
	s.pieces = append(s.pieces, p)
	s.redraw()
	return p
}

// Add tells that n more bytes are done.
func (p *piece) Add(n int64) {
	p.screen.mu.Lock()
	defer p.screen.mu.Unlock()
	p.done += n
	if p.screen.bar != nil {
		done, _ := p.screen.measure()
		p.screen.bar.Set64(done)
	}
}

// Done takes the work off the screen.
func (p *piece) Done() {
	s := p.screen
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pieces = slices.DeleteFunc(s.pieces, func(other *piece) bool { return other == p })
	s.redraw()
}

// redraw draws the bar anew: of other work, or of none.
func (s *screen) redraw() {
	if s.bar != nil {
		s.bar.Clear()
		s.bar = nil
	}
	if len(s.pieces) == 0 {
		return
	}
	done, total := s.measure()
	s.bar = progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(s.out),
		progressbar.OptionSetDescription(s.names()),
		progressbar.OptionShowBytes(true),
		progressbar.OptionSetWidth(20),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)
	s.bar.Set64(done)
}

// measure sums the work whose total is known; where that is none, the total is
// -1.
func (s *screen) measure() (done, total int64) {
	var uncounted int64
	for _, p := range s.pieces {
		if p.total == 0 {
			uncounted += p.done
			continue
		}
		done += min(p.done, p.total)
		total += p.total
	}
	if total == 0 {
		return uncounted, -1
	}
	return done, total
}

// names lists the work as far as it fits beside the bar.
func (s *screen) names() string {
	const room = 40
	names := s.pieces[0].name
	for i, p := range s.pieces[1:] {
		if len(names)+len(p.name) > room {
			return names + fmt.Sprintf(" and %d more", len(s.pieces)-1-i)
		}
		names = strings.Join([]string{names, p.name}, ", ")
	}
	return names
}
