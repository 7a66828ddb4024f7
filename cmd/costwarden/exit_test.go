package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

func TestFirstFailureDecidesTheExitCode(t *testing.T) {
	reconcile := fmt.Errorf("source a: %w", ingest.ErrReconcile)
	source := fmt.Errorf("source b: %w", ingest.ErrSource)
	unknown := errors.New("disk full")
	delivery := fail(exitDelivery, errors.New("no answer"))
	steps := func(errs ...error) []step {
		var steps []step
		for _, err := range errs {
			steps = append(steps, step{name: "step", do: func(context.Context, *work) error { return err }})
		}
		return steps
	}
	cases := []struct {
		name  string
		steps []step
		want  int
	}{
		{"nothing failed", steps(nil, nil), exitDone},
		{"all sources failed, one of them to reconcile", steps(errors.Join(source, reconcile)), exitReconcile},
		{"a source, then a delivery", steps(source, nil, delivery), exitSource},
		{"some sources, then a delivery", steps(fail(exitPartial, source), delivery), exitPartial},
		{"a delivery alone", steps(nil, delivery), exitDelivery},
		{"what has no code stops the run", steps(unknown, delivery), exitUnexpected},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := follow(t.Context(), &work{app: &app{}}, c.steps)
			if got := exitCode(t.Context(), err); got != c.want {
				t.Errorf("exit code %d, want %d: %v", got, c.want, err)
			}
		})
	}
}

func TestSignalWinsOverWhatFailedBecauseOfIt(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(signalError{syscall.SIGTERM})
	if got := exitCode(ctx, ingest.ErrSource); got != exitTerminate {
		t.Errorf("exit code %d, want %d", got, exitTerminate)
	}
	if got := exitCode(ctx, nil); got != exitDone {
		t.Errorf("what was done before the signal ends in %d, want %d", got, exitDone)
	}
}
