package main

import (
	"io"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// screen is a terminal that shows log lines above one progress bar. It is the
// ingest.Progress of the command line.
type screen struct {
	mu  sync.Mutex
	out io.Writer
	bar *progressbar.ProgressBar // nil: no work is shown
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

// Start shows a bar for work called name of total bytes, 0 where unknown.
func (s *screen) Start(name string, total int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if total <= 0 {
		total = -1
	}
	s.bar = progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(s.out),
		progressbar.OptionSetDescription(name),
		progressbar.OptionShowBytes(true),
		progressbar.OptionSetWidth(20),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionClearOnFinish(),
	)
}

// Add tells that n more bytes are done.
func (s *screen) Add(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != nil {
		s.bar.Add64(n)
	}
}

// Done takes the bar away.
func (s *screen) Done() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bar != nil {
		s.bar.Finish()
		s.bar = nil
	}
}
