//go:build bench

package ingest_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

var benchCompany = flag.String("company", "acme-cur2,focus-ea,gcp-detailed", "the exports of a company's backfill, one of each bill, separated by commas")

// backfill is what a child process found about the company's whole backfill.
type backfill struct {
	Rows             int64
	Bare, BareCPU    float64 // bare DuckDB, the same files one after another
	Old, New         pace    // a month is fetched, then loaded, then the next; sources side by side
	SlowOld, SlowNew pace    // the same over a line on which all fetches together take as long as all loads
	Memory           int64   // bytes at the peak of a process that only loads side by side
}

// pace is how fast a backfill went, in seconds.
type pace struct{ Clock, CPU, Loading float64 }

// idle is for how long nothing loaded.
func (p pace) idle() float64 { return p.Clock - p.Loading }

// TestBenchBackfill prints what the whole backfill of a company with several
// sources takes as a ratio to bare DuckDB in the same process, and side by side
// as a ratio to one after another, from a local disk and over a slow line.
func TestBenchBackfill(t *testing.T) {
	if *benchTask != "" {
		measureBackfill(t)
		return
	}
	exports := strings.Split(*benchCompany, ",")
	for text := range strings.SplitSeq(*benchRows, ",") {
		rows, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		dir := generated(t, rows/int64(len(exports)), exports)
		m, alone := backfillChild(t, dir, "all"), backfillChild(t, dir, "side by side")
		fmt.Printf("%d rows of %s\n", m.Rows, *benchCompany)
		fmt.Printf("%-36s %8s %8s %10s %10s %8s\n", "", "clock s", "cpu s", "loading s", "to bare", "idle s")
		fmt.Printf("%-36s %8.2f %8.2f\n", "bare DuckDB", m.Bare, m.BareCPU)
		for _, line := range []struct {
			name string
			pace
		}{{"one after another", m.Old}, {"side by side", m.New}, {"one after another, slow line", m.SlowOld}, {"side by side, slow line", m.SlowNew}} {
			fmt.Printf("%-36s %8.2f %8.2f %10.2f %10.2f %8.2f\n", line.name, line.Clock, line.CPU, line.Loading, line.Clock/m.Bare, line.idle())
		}
		fmt.Printf("side by side to one after another: %.2f, on a slow line %.2f; peak %d MiB\n",
			m.New.Clock/m.Old.Clock, m.SlowNew.Clock/m.SlowOld.Clock, alone.Memory>>20)
	}
}

func measureBackfill(t *testing.T) {
	scratch := t.TempDir()
	sources := benchSources(t)
	var m backfill
	if *benchTask == "side by side" {
		m.New = paceOf(t, scratch, sources, sideBySide, &m.Rows)
	} else {
		for _, source := range sources {
			clock, cpu := bare(t, source, scratch)
			m.Bare, m.BareCPU = m.Bare+clock, m.BareCPU+cpu
		}
		m.Old = paceOf(t, scratch, sources, oneAfterAnother, &m.Rows)
		m.New = paceOf(t, scratch, sources, sideBySide, &m.Rows)
		slowed := slowedDown(t, sources, time.Duration(m.Old.Loading*float64(time.Second)))
		m.SlowOld = paceOf(t, scratch, slowed, oneAfterAnother, &m.Rows)
		m.SlowNew = paceOf(t, scratch, slowed, sideBySide, &m.Rows)
	}
	m.Memory = usage(t).Maxrss << 10
	if err := json.NewEncoder(os.Stdout).Encode(m); err != nil {
		t.Fatal(err)
	}
}

func benchSources(t *testing.T) []ingest.Source {
	t.Helper()
	var sources []ingest.Source
	for export := range strings.SplitSeq(*benchCompany, ",") {
		sources = append(sources, named{opened(t, *benchDir, export), export})
	}
	return sources
}

// named is a source under another name.
type named struct {
	ingest.Source
	name string
}

func (n named) Name() string { return n.name }

// sideBySide is how a run does it.
func sideBySide(ctx context.Context, db *sql.DB, sources []ingest.Source, options ingest.Options) error {
	var failures []error
	for _, outcome := range ingest.RunAll(ctx, db, sources, options) {
		failures = append(failures, outcome.Err)
	}
	return errors.Join(failures...)
}

// oneAfterAnother runs each month of each source alone, so that nothing is
// fetched while one loads.
func oneAfterAnother(ctx context.Context, db *sql.DB, sources []ingest.Source, options ingest.Options) error {
	for _, source := range sources {
		exports, err := source.Exports(ctx)
		if err != nil {
			return err
		}
		for _, export := range exports {
			options.Since, options.Until = export.Period, export.Period
			if _, err := ingest.Run(ctx, db, source, options); err != nil {
				return err
			}
		}
	}
	return nil
}

type way func(context.Context, *sql.DB, []ingest.Source, ingest.Options) error

// paceOf loads the sources into a database of their own and takes the time.
func paceOf(t *testing.T, scratch string, sources []ingest.Source, load way, rows *int64) (p pace) {
	t.Helper()
	dir := filepath.Join(scratch, "backfill")
	db, err := model.Open(t.Context(), filepath.Join(dir, "load.duckdb"), model.Options{MemoryLimit: *benchMemory, Threads: *benchThreads})
	if err != nil {
		t.Fatal(err)
	}
	options := ingest.Options{Landing: filepath.Join(dir, "landing"), Now: time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC), Progress: &loadClock{&p.Loading}}
	p.Clock, p.CPU = timed(t, func() error { return load(t.Context(), db, sources, options) })
	fmt.Fprintf(os.Stderr, "%.2f s, of the processors %.2f, loading %.2f\n", p.Clock, p.CPU, p.Loading) // it may take an hour
	if err := db.QueryRow("select count(*) from cost").Scan(rows); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(db.Close(), os.RemoveAll(dir)); err != nil {
		t.Fatal(err)
	}
	return p
}

// loadClock is a Progress that sums for how long months loaded; one loads at a
// time.
type loadClock struct{ seconds *float64 }

func (c *loadClock) Start(name string, _ int64) ingest.Work {
	if strings.HasPrefix(name, "load ") {
		return &loadTime{time.Now(), c.seconds}
	}
	return &loadTime{seconds: new(float64)}
}

type loadTime struct {
	began   time.Time
	seconds *float64
}

func (*loadTime) Add(int64) {}
func (l *loadTime) Done()   { *l.seconds += time.Since(l.began).Seconds() }

// slowedDown lets the fetches of all sources together take as long as whole,
// each by its bytes.
func slowedDown(t *testing.T, sources []ingest.Source, whole time.Duration) []ingest.Source {
	t.Helper()
	var bytes int64
	for _, source := range sources {
		bytes += bytesOf(t, source)
	}
	var slowed []ingest.Source
	for _, source := range sources {
		slowed = append(slowed, slow{source, float64(whole) / float64(bytes)})
	}
	return slowed
}

// bytesOf is what a source delivers in all.
func bytesOf(t *testing.T, source ingest.Source) (bytes int64) {
	t.Helper()
	exports, err := source.Exports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, export := range exports {
		delivery, err := source.Fetch(t.Context(), export, filepath.Join(dir, export.Slice), nil)
		if err != nil {
			t.Fatal(err)
		}
		bytes += sizeOf(delivery)
		if err := os.RemoveAll(filepath.Join(dir, export.Slice)); err != nil {
			t.Fatal(err)
		}
	}
	return bytes
}

func sizeOf(delivery ingest.Delivery) (bytes int64) {
	for _, file := range delivery.Files {
		bytes += file.Bytes
	}
	return bytes
}

// slow is a source behind a slow line.
type slow struct {
	ingest.Source
	perByte float64 // nanoseconds
}

func (s slow) Fetch(ctx context.Context, export ingest.Export, dir string, progress func(int64)) (ingest.Delivery, error) {
	delivery, err := s.Source.Fetch(ctx, export, dir, progress)
	if err == nil {
		time.Sleep(time.Duration(float64(sizeOf(delivery)) * s.perByte))
	}
	return delivery, err
}

// backfillChild measures in a process of its own.
func backfillChild(t *testing.T, dir, task string) (m backfill) {
	t.Helper()
	if err := json.Unmarshal(childOutput(t, "TestBenchBackfill", dir, task, "-company="+*benchCompany), &m); err != nil {
		t.Fatal(err)
	}
	return m
}
