package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/costwarden/costwarden/model"
)

// openWarehouse opens the database of config, waiting up to wait for a process
// that has it open. Where that was in vain it fails with exitLocked.
func openWarehouse(ctx context.Context, config Config, wait time.Duration, readOnly bool) (*sql.DB, error) {
	threads, err := config.threads()
	if err != nil {
		return nil, err
	}
	options := model.Options{
		MemoryLimit:   config.MemoryLimit.Value,
		Threads:       threads,
		TempDirectory: config.TempDirectory,
		ReadOnly:      readOnly,
	}
	var db *sql.DB
	opened, err := until(ctx, wait, func() (bool, error) {
		db, err = model.Open(ctx, config.Warehouse, options)
		if isBusy(err) {
			return false, nil
		}
		return err == nil, err
	})
	if err == nil && !opened {
		return nil, lockedBy(config.Warehouse)
	}
	return db, err
}

// isBusy reports whether DuckDB could not open a file because another process
// has it open. DuckDB has no error type of its own for that.
func isBusy(err error) bool {
	var e *duckdb.Error
	return errors.As(err, &e) && e.Type == duckdb.ErrorTypeIO && strings.Contains(e.Msg, "Could not set lock on file")
}
