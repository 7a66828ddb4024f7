package main

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// openToAsk opens the database for a query that a person wrote. The file is
// opened for reading, and DuckDB itself refuses everything else: other files
// (read_csv, copy, attach), extensions, and any change of settings. The one
// exception is path, where it is not empty, to which the result may be written.
func openToAsk(ctx context.Context, config Config, wait time.Duration, path string) (*sql.DB, error) {
	db, err := openWarehouse(ctx, config, wait, true)
	if err != nil {
		return nil, err
	}
	// The settings hold for the database; with one connection that is never
	// renewed, none can be opened that has yet to make its own.
	db.SetMaxOpenConns(1)
	db.SetConnMaxIdleTime(0)
	settings := []string{"set enable_external_access = false", "set lock_configuration = true"}
	if path != "" {
		settings = append([]string{"set allowed_paths = [" + literal(path) + "]"}, settings...)
	}
	for _, setting := range settings {
		if _, err := db.ExecContext(ctx, setting); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	return db, nil
}
