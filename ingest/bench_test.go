//go:build bench

package ingest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

var (
	benchRows    = flag.String("rows", "1000000,10000000", "how many rows to measure with, separated by commas")
	benchExports = flag.String("exports", "acme-cur2,acme-focus-csv,focus-ea,cost-ea,gcp-detailed", "which exports of the sample company, separated by commas; all: every one")
	benchDir     = flag.String("data", "", "where generated exports are kept; empty: the user's cache folder")
	benchMemory  = flag.String("memory", "1GiB", "what DuckDB may use, the product's default; bare DuckDB has no limit")
	benchThreads = flag.Int("threads", 0, "how many threads DuckDB has; 0: one per core")
	benchTask    = flag.String("task", "", "what a child process measures")
)

// measurement is what a child process found.
type measurement struct {
	Rows      int64
	Bare      float64 // seconds, all months
	BareCPU   float64 // the processors' seconds of it
	Load      float64 // seconds, all months: fetch, unpack, map, reconcile, roll up
	LoadCPU   float64
	Unchanged float64 // seconds of a run that finds nothing new
	Memory    int64   // bytes at the peak of the process
}

// TestBench prints, per export and size, the load as a ratio to bare DuckDB in
// the same process on the same files, the peak memory of a process that only
// loads, and the time of a run without changes.
func TestBench(t *testing.T) {
	if *benchTask != "" {
		measure(t)
		return
	}
	fmt.Printf("%-18s %10s %8s %8s %8s %10s %10s %8s %10s %10s %12s\n", "export", "rows", "bare s", "load s", "ratio",
		"bare cpu s", "load cpu s", "ratio", "rows/s", "peak MiB", "no change s")
	for text := range strings.SplitSeq(*benchRows, ",") {
		rows, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		exports := chosen(t)
		dir := generated(t, rows, exports)
		for _, export := range exports {
			both := child(t, dir, export, "both")
			alone := child(t, dir, export, "load")
			fmt.Printf("%-18s %10d %8.2f %8.2f %8.2f %10.2f %10.2f %8.2f %10.0f %10d %12.3f\n", export, both.Rows,
				both.Bare, both.Load, both.Load/both.Bare, both.BareCPU, both.LoadCPU, both.LoadCPU/both.BareCPU,
				float64(both.Rows)/both.Load, alone.Memory>>20, alone.Unchanged)
		}
	}
}

// generated makes the sample company's exports of about that many rows, each
// once: a file beside the bucket says that one is whole.
func generated(t *testing.T, rows int64, exports []string) string {
	t.Helper()
	base := *benchDir
	if base == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		base = filepath.Join(cache, "costwarden-bench")
	}
	dir := filepath.Join(base, strconv.FormatInt(rows, 10))
	whole := func(export string) string { return filepath.Join(dir, export+".whole") }
	for _, cloud := range measured {
		missing := slices.DeleteFunc(cloud.exports(), func(export string) bool {
			_, err := os.Stat(whole(export))
			return err == nil || !slices.Contains(exports, export)
		})
		if len(missing) == 0 {
			continue
		}
		if err := cloud.write(t.Context(), dir, rows, missing); err != nil {
			t.Fatal(err)
		}
		for _, export := range missing {
			if err := os.WriteFile(whole(export), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

// child measures in a process of its own and returns what it found.
func child(t *testing.T, dir, export, task string) (m measurement) {
	t.Helper()
	if err := json.Unmarshal(childOutput(t, "TestBench", dir, task+":"+export), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// childOutput is the first line that a process of its own writes in which test
// does task.
func childOutput(t *testing.T, test, dir, task string, more ...string) []byte {
	t.Helper()
	args := append([]string{"-test.run=^" + test + "$", "-test.timeout=60m", "-task=" + task, "-data=" + dir,
		"-memory=" + *benchMemory, "-threads=" + strconv.Itoa(*benchThreads)}, more...)
	cmd := exec.Command(os.Args[0], args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", task, err, out)
	}
	line, _, _ := bytes.Cut(out, []byte("\n"))
	return line
}

func measure(t *testing.T) {
	task, export, _ := strings.Cut(*benchTask, ":")
	scratch := t.TempDir()
	source := opened(t, *benchDir, export)
	var m measurement
	if task == "both" {
		m.Bare, m.BareCPU = bare(t, source, scratch)
	}
	db, err := model.Open(t.Context(), filepath.Join(scratch, "load.duckdb"), model.Options{MemoryLimit: *benchMemory, Threads: *benchThreads})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	options := ingest.Options{Landing: filepath.Join(scratch, "landing"), Now: time.Date(2026, 11, 3, 0, 0, 0, 0, time.UTC)}
	load := func() (wall, processors float64) {
		return timed(t, func() error {
			_, err := ingest.Run(t.Context(), db, source, options)
			return err
		})
	}
	m.Load, m.LoadCPU = load()
	m.Unchanged, _ = load()
	if err := db.QueryRow("select count(*) from cost").Scan(&m.Rows); err != nil {
		t.Fatal(err)
	}
	m.Memory = usage(t).Maxrss << 10
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(string(out))
}

// timed returns the seconds that do took, on the clock and on the processors.
func timed(t *testing.T, do func() error) (wall, processors float64) {
	t.Helper()
	before, start := usage(t), time.Now()
	if err := do(); err != nil {
		t.Fatal(err)
	}
	wall = time.Since(start).Seconds()
	after := usage(t)
	busy := time.Duration(after.Utime.Nano() - before.Utime.Nano() + after.Stime.Nano() - before.Stime.Nano())
	return wall, busy.Seconds()
}

// usage is what this process has used so far.
func usage(t *testing.T) syscall.Rusage {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u
}

// bare has bare DuckDB create a table per month from the delivered files.
func bare(t *testing.T, source ingest.Source, scratch string) (wall, processors float64) {
	t.Helper()
	file := filepath.Join(scratch, "bare.duckdb")
	db, err := model.Open(t.Context(), file, model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(db.Close(), os.Remove(file)); err != nil {
			t.Fatal(err)
		}
	}()
	exports, err := source.Exports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, export := range exports {
		dir := filepath.Join(scratch, "bare", export.Slice)
		delivery, err := source.Fetch(context.Background(), export, dir, func(int64) {})
		if errors.Is(err, ingest.ErrNotDelivered) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		seconds, busy := timed(t, func() error { return ingest.Bare(t.Context(), db, "bare_"+export.Slice, delivery) })
		wall += seconds
		processors += busy
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	return wall, processors
}
