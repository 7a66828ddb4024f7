package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// holder says who holds the lock of a warehouse. It stands in the lock file.
type holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Started time.Time `json:"started"`
	Command string    `json:"command"`
}

func (h holder) String() string {
	return fmt.Sprintf("costwarden %s, process %d on %s, since %s", h.Command, h.PID, h.Host, h.Started.Format(time.RFC3339))
}

// patience is how often a command that waits for a lock tries it.
const patience = 200 * time.Millisecond

func lockFile(warehouse string) string { return warehouse + ".lock" }

// takeLock makes this process the one writer of warehouse, waiting up to wait
// for another. The kernel releases the lock when the process ends, however it
// ends, so a lock file that nobody holds means nothing. It fails with
// exitLocked, naming the holder, where the wait was in vain.
func takeLock(ctx context.Context, warehouse string, wait time.Duration, self holder) (release func() error, err error) {
	file := lockFile(warehouse)
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return nil, err
	}
	lock := flock.New(file, flock.SetPermissions(0o640))
	taken, err := until(ctx, wait, lock.TryLock)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", file, err)
	}
	if !taken {
		return nil, lockedBy(warehouse)
	}
	text, err := json.Marshal(self)
	if err == nil {
		err = os.WriteFile(file, append(text, '\n'), 0o640)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", file, err), lock.Unlock())
	}
	return lock.Unlock, nil
}

// lockedBy is the failure that names who holds warehouse.
func lockedBy(warehouse string) error {
	return fail(exitLocked, fmt.Errorf("%s is in use by %s; try again when it has ended, or wait with --lock-wait 10m", warehouse, whoHolds(warehouse)))
}

// whoHolds names who holds warehouse, as far as the lock file tells.
func whoHolds(warehouse string) string {
	var h holder
	if text, err := os.ReadFile(lockFile(warehouse)); err == nil && json.Unmarshal(text, &h) == nil {
		return h.String()
	}
	return "another process"
}

// until calls try until it succeeds, fails, or wait is over. It tries once at least.
func until(ctx context.Context, wait time.Duration, try func() (bool, error)) (bool, error) {
	over := time.NewTimer(wait)
	defer over.Stop()
	again := time.NewTicker(patience)
	defer again.Stop()
	for {
		if done, err := try(); done || err != nil {
			return done, err
		}
		select {
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-over.C:
			return try()
		case <-again.C:
		}
	}
}
