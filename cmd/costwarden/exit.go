package main

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

// Exit codes; docs/errors.md says what to do about each.
const (
	exitDone       = 0
	exitUnexpected = 1
	exitUsage      = 2 // usage, configuration or policy
	exitSource     = 3
	exitReconcile  = 4 // or a last run older than --max-age
	exitLocked     = 5
	exitPartial    = 6
	exitDelivery   = 7
	exitFindings   = 10
	exitBreach     = 11
	exitInterrupt  = 130
	exitTerminate  = 143
)

// failure is an error that knows the exit code it ends in.
type failure struct {
	error
	code int
}

func (f failure) Unwrap() error { return f.error }

// fail gives err its exit code; nil stays nil.
func fail(code int, err error) error {
	if err == nil {
		return nil
	}
	return failure{err, code}
}

func usageError(format string, args ...any) error {
	return fail(exitUsage, fmt.Errorf(format, args...))
}

// codeOf is the exit code of err: that of the first failure in it, else that of its sentinel.
func codeOf(err error) int {
	var f failure
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &f):
		return f.code
	case errors.Is(err, ingest.ErrReconcile):
		return exitReconcile
	case errors.Is(err, ingest.ErrSource):
		return exitSource
	case errors.Is(err, model.ErrNoDatabase), errors.Is(err, model.ErrUnusable):
		return exitUsage
	default:
		return exitUnexpected
	}
}

// exitCode is the code the process ends in. A signal wins over err: what
// failed because of it is no failure.
func exitCode(ctx context.Context, err error) int {
	var signal signalError
	switch {
	case err == nil:
		return exitDone
	case !errors.As(context.Cause(ctx), &signal):
		return codeOf(err)
	case signal.signal == syscall.SIGTERM:
		return exitTerminate
	default:
		return exitInterrupt
	}
}
