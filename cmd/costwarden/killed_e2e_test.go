//go:build e2e

package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/fixtures"
	"github.com/costwarden/costwarden/model"
)

// chapter is a part of the story that every site lives through: a bill as it
// stands in the bucket, the clock it is read at, and how long a run takes that
// nobody disturbs.
type chapter struct {
	bill string
	asOf string
	took time.Duration
}

// TestE2EKilledAtRandom ends runs at random moments: over a bill, and over the
// same bill after its closed month was restated. Each site is killed a few
// times in each chapter, then left alone; what is there in the end is what
// undisturbed runs leave. COSTWARDEN_KILLS says how many kills (20), and
// COSTWARDEN_SEED repeats the moments of an earlier test.
func TestE2EKilledAtRandom(t *testing.T) {
	kills, seed := number(t, "COSTWARDEN_KILLS", 20), number(t, "COSTWARDEN_SEED", time.Now().UnixNano())
	t.Logf("COSTWARDEN_KILLS=%d COSTWARDEN_SEED=%d", kills, seed)
	random := rand.New(rand.NewPCG(uint64(seed), 0))
	story := restatedBill(t)
	want := undisturbed(t, story)
	if !strings.HasPrefix(want["table import"], "5 rows") {
		t.Fatalf("import holds %s; want two months of AWS, one of them twice, and one of Azure twice", want["table import"])
	}

	died := map[string]int{} // kills by stage
	var killed, sites, compared, differing int
	for int64(killed) < kills {
		s := newSite(t)
		for _, c := range story {
			s.subscribe(t, c.bill)
			for range 1 + random.IntN(5) {
				stage, before := s.killedAfter(t, c, time.Duration(random.Float64()*float64(c.took)))
				if !before {
					break
				}
				killed++
				died[stage]++
			}
			s.run(t, c.asOf)
		}
		left := s.left(t)
		sites++
		compared += len(left)
		differing += wantLeft(t, left, want)
		if err := os.RemoveAll(s.dir); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d kills on %d sites: %d in ingest, %d in check, %d in report, %d in notify, %d after it",
		killed, sites, died["ingest"], died["check"], died["report"], died["notify"], died["end"])
	t.Logf("%d tables, files and alerts compared, %d differ", compared, differing)
}

// restatedBill is the story: two months, then the same with the closed one of
// AWS and the one of Azure delivered again a day later.
func restatedBill(t *testing.T) []chapter {
	t.Helper()
	first, second := writeBill(t, 0), writeBill(t, 6000)
	last, err := model.ParsePeriod(billedUntil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fixtures.Restate(t.Context(), second, "acme-focus", last.Previous()); err != nil {
		t.Fatal(err)
	}
	return []chapter{{bill: first, asOf: asOf}, {bill: second, asOf: asOf + "T12:00:00Z"}}
}

// undisturbed lives through the story once, measures it, and returns what is
// left in the end.
func undisturbed(t *testing.T, story []chapter) map[string]string {
	t.Helper()
	s := newSite(t)
	for i, c := range story {
		s.subscribe(t, c.bill)
		began := time.Now()
		s.run(t, c.asOf)
		story[i].took = time.Since(began)
	}
	return s.left(t)
}

// killedAfter kills a run of c after a while and returns the stage it was in.
func (s *site) killedAfter(t *testing.T, c chapter, while time.Duration) (stage string, before bool) {
	t.Helper()
	var log strings.Builder
	cmd := s.command(t, c.asOf)
	cmd.Stderr = &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(while)
	before = kill(t, cmd)
	return stageOf(log.String()), before
}

// stageOf is the stage that comes after what a log of a run over three months of
// two sources and of two workbooks tells.
func stageOf(log string) string {
	months, workbooks, stage := map[string]bool{}, 0, "ingest"
	for line := range strings.Lines(log) {
		var said struct{ Stage, Source, Slice string }
		if err := json.Unmarshal([]byte(line), &said); err != nil {
			return stage // killed while it wrote
		}
		switch said.Stage {
		case "ingest":
			if months[said.Source+said.Slice] = true; len(months) == 3 {
				stage = "check"
			}
		case "check":
			stage = "report"
		case "report":
			if workbooks++; workbooks == 2 {
				stage = "notify"
			}
		case "notify":
			stage = "end"
		}
	}
	return stage
}

// number is one from the environment.
func number(t *testing.T, name string, usual int64) int64 {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	parsed, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatalf("%s=%q: want a number", name, text)
	}
	return parsed
}
