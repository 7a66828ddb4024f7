package model

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed recognise.sql
var recogniseSQL string

// recognise looks at whose database db is before anything is read from it or
// written to it: an empty one, or one that this version or an older one wrote.
// One that is read must be up to date.
func recognise(ctx context.Context, db *sql.DB, readOnly bool) error {
	var tables, ours int64
	if err := db.QueryRowContext(ctx, recogniseSQL).Scan(&tables, &ours); err != nil {
		return err
	}
	if ours == 0 {
		if tables == 0 && !readOnly {
			return nil
		}
		return fmt.Errorf("%w: it is not a database of Costwarden; name another file", ErrUnusable)
	}
	done, err := migrationsDone(ctx, db)
	if err != nil {
		return err
	}
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	return compareMigrations(done, files, readOnly)
}

// compareMigrations refuses a database that has seen more than files, and for
// reading one that has seen less.
func compareMigrations(done, files []string, readOnly bool) error {
	var known []string
	for _, file := range files {
		known = append(known, strings.TrimSuffix(path.Base(file), ".sql"))
	}
	for _, name := range done {
		if !slices.Contains(known, name) {
			return fmt.Errorf("%w: a newer version of Costwarden wrote it (%s); use that version, or another file", ErrUnusable, name)
		}
	}
	if readOnly && len(done) < len(known) {
		return fmt.Errorf("%w: %w", ErrUnusable, ErrOlder)
	}
	return nil
}

func migrationsDone(ctx context.Context, db *sql.DB) (names []string, err error) {
	rows, err := db.QueryContext(ctx, "select Name from migration order by Name")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
