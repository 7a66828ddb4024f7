package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// onText calls do when text is first written to it.
type onText struct {
	text string
	do   func()
}

func (w onText) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte(w.text)) {
		w.do()
	}
	return len(p), nil
}

func TestResidentScheduleRunsJobsAndOutlivesTheirFailures(t *testing.T) {
	file := filepath.Join(t.TempDir(), "costwarden.yaml")
	config := `schedule: {jobs: [
		{name: good, cron: "0 6 * * *", args: [rules, list]},
		{name: bad, cron: "0 5 * * *", args: [bogus]}]}`
	if err := os.WriteFile(file, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) { // the bubble's clock begins at midnight
		var stdout, stderr bytes.Buffer
		ctx, cancel := context.WithTimeout(t.Context(), 7*time.Hour)
		defer cancel()
		env := environment{stdout: &stdout, stderr: &stderr, lookup: func(string) (string, bool) { return "", false }, now: time.Now}
		run(ctx, []string{"schedule", "run", "--config", file}, env)
		for _, want := range []string{`"msg":"job failed","job":"bad","exit_code":2`, `"msg":"job done","job":"good"`} {
			if !strings.Contains(stderr.String(), want) {
				t.Errorf("the log lacks %s:\n%s", want, stderr.String())
			}
		}
		if !strings.Contains(stdout.String(), "budget/breach") {
			t.Errorf("the good job printed %q", stdout.String())
		}
	})
}

func TestResidentScheduleEndsOnSignal(t *testing.T) {
	file := filepath.Join(t.TempDir(), "costwarden.yaml")
	if err := os.WriteFile(file, []byte("schedule: {daily: 30 6 * * *}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for signal, want := range map[syscall.Signal]int{syscall.SIGTERM: exitTerminate, syscall.SIGINT: exitInterrupt} {
		ctx, cancel := context.WithCancelCause(t.Context())
		env := environment{
			stdout: io.Discard,
			stderr: onText{"schedule runs", func() { cancel(signalError{signal}) }},
			lookup: func(string) (string, bool) { return "", false },
			now:    time.Now,
		}
		if got := run(ctx, []string{"schedule", "run", "--config", file}, env); got != want {
			t.Errorf("%v: exit code %d, want %d", signal, got, want)
		}
	}
}
