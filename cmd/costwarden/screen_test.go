package main

import (
	"bytes"
	"strings"
	"sync"
	"testing"
)

func TestTheScreenShowsAllWorkThatIsUnderWay(t *testing.T) {
	s := &screen{out: new(bytes.Buffer)}
	aws := s.Start("fetch aws-payer 2026-10", 0)
	aws.Add(7)
	if done, total := s.measure(); done != 7 || total != -1 {
		t.Errorf("%d of %d; want 7 of nobody knows how many", done, total)
	}
	azure := s.Start("fetch azure-ea 2026-10", 100)
	azure.Add(30)
	azure.Add(90) // read again
	gcp := s.Start("fetch gcp-main 2026-09", 50)
	gcp.Add(20)
	if done, total := s.measure(); done != 120 || total != 150 {
		t.Errorf("%d of %d; want 100 and 20 of 150", done, total)
	}
	load := s.Start("load focus 2026-09", 0)
	if got := s.names(); got != "fetch aws-payer 2026-10 and 3 more" {
		t.Errorf("called %q", got)
	}
	aws.Done()
	gcp.Done()
	if got := s.names(); got != "fetch azure-ea 2026-10, load focus 2026-09" {
		t.Errorf("called %q", got)
	}
	azure.Done()
	load.Done()
	if s.bar != nil || len(s.pieces) > 0 {
		t.Errorf("%d pieces of work are shown when all is done", len(s.pieces))
	}
}

func TestTheScreenIsSharedByAll(t *testing.T) {
	out := new(bytes.Buffer)
	s := &screen{out: out}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			work := s.Start("fetch acme 2026-10", 1000)
			for range 1000 {
				work.Add(1)
			}
			s.Write([]byte("slice loaded\n"))
			work.Done()
		})
	}
	all.Wait()
	if got := strings.Count(out.String(), "slice loaded\n"); got != 8 {
		t.Errorf("%d lines of the log are there; want 8", got)
	}
}
