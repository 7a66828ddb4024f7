// Package model holds the words and the tables that every stage shares.
//
// The database is the interface between stages: ingest writes cost, daily_cost
// and import; rules read daily_cost and write finding; reports read them all
// and write outbox. No stage hands another a Go struct of charges.
//
//	ingest ──> cost, daily_cost, import ──> rules ──> finding ──> reports
//
// Tables are made by the numbered files in migrations, views are laid anew at
// every Open from views. Columns of FOCUS keep FOCUS's spelling.
package model

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

//go:embed migrations/*.sql
var migrations embed.FS

//go:embed views/*.sql
var views embed.FS

// Options bound what a database may use of the machine.
type Options struct {
	MemoryLimit   string // DuckDB size such as 2GiB; empty: DuckDB's default, 80 % of the machine
	Threads       int    // 0: one per core
	TempDirectory string // where DuckDB spills; empty: beside the database file
	ReadOnly      bool   // open for reading; the file must exist and be migrated
}

// ErrNoDatabase says that there is no database file to read yet.
var ErrNoDatabase = errors.New("no database yet")

// ErrUnusable says that the file is no database that this version can use. It
// is left as it was.
var ErrUnusable = errors.New("unusable database")

// ErrOlder says of a database that cannot be read yet that the next run will
// bring it up to date.
var ErrOlder = errors.New("an older version of Costwarden wrote it; costwarden run brings it up to date")

// Open opens the database at file, or one in memory where file is empty,
// brings its tables up to date and lays its views. Every connection is UTC and
// never installs or loads a DuckDB extension from outside the binary.
func Open(ctx context.Context, file string, options Options) (*sql.DB, error) {
	if strings.ContainsAny(file, "?#%") {
		return nil, fmt.Errorf("open %s: %w: the path holds one of ?, # or %%, which the database driver reads as something else; rename it", file, ErrUnusable)
	}
	if options.ReadOnly {
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("open %s: %w; run costwarden run first", file, ErrNoDatabase)
		}
	} else if file != "" {
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			return nil, fmt.Errorf("open %s: %w", file, err)
		}
	}
	connector, err := duckdb.NewConnector(dsn(file, options), setUp)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", file, plainly(err))
	}
	db := sql.OpenDB(connector)
	if err = recognise(ctx, db, options.ReadOnly); err == nil && !options.ReadOnly {
		err = migrate(ctx, db)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", file, err), db.Close())
	}
	return db, nil
}

// dsn writes the options as DuckDB's connection string.
func dsn(file string, options Options) string {
	settings := url.Values{}
	settings.Set("autoinstall_known_extensions", "false")
	settings.Set("autoload_known_extensions", "false")
	if !options.ReadOnly {
		// A checkpoint rewrites the last row groups of each table; one per 256 MB of small months is enough.
		settings.Set("checkpoint_threshold", "256MB")
	}
	if options.MemoryLimit != "" {
		settings.Set("memory_limit", options.MemoryLimit)
	}
	if options.Threads > 0 {
		settings.Set("threads", strconv.Itoa(options.Threads))
	}
	if options.TempDirectory != "" {
		settings.Set("temp_directory", options.TempDirectory)
	}
	if options.ReadOnly {
		settings.Set("access_mode", "READ_ONLY")
	}
	return file + "?" + settings.Encode()
}

// setUp prepares each new connection.
func setUp(conn driver.ExecerContext) error {
	_, err := conn.ExecContext(context.Background(), "set TimeZone = 'UTC'", nil)
	return err
}

// plainly says of DuckDB's refusal to open a file what it means to a reader.
func plainly(err error) error {
	var fault *duckdb.Error
	switch {
	case !errors.As(err, &fault):
		return err
	case strings.Contains(fault.Msg, "not a valid DuckDB database"), strings.Contains(fault.Msg, "Could not read enough bytes"):
		return fmt.Errorf("%w: the file is no DuckDB database, or a part of one; name another file, or put back a copy: %w", ErrUnusable, fault)
	}
	return fault
}

// migrate runs the migrations that the database has not seen, each in one
// transaction, and lays the views.
func migrate(ctx context.Context, db *sql.DB) error {
	const table = "create table if not exists migration (Name varchar primary key)"
	if _, err := db.ExecContext(ctx, table); err != nil {
		return err
	}
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := apply(ctx, db, file); err != nil {
			return fmt.Errorf("migrate %s: %w", path.Base(file), err)
		}
	}
	return layViews(ctx, db)
}

func apply(ctx context.Context, db *sql.DB, file string) error {
	name := strings.TrimSuffix(path.Base(file), ".sql")
	return InTransaction(ctx, db, func(tx *sql.Tx) error {
		var done bool
		const seen = "select count(*) > 0 from migration where Name = ?"
		if err := tx.QueryRowContext(ctx, seen, name).Scan(&done); err != nil || done {
			return err
		}
		text, err := migrations.ReadFile(file)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, string(text)); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "insert into migration values (?)", name)
		return err
	})
}

// viewOrder lists the views and table macros so that each comes after those it
// reads.
var viewOrder = []string{"current_import", "change_code", "past_cost", "month_state", "tag_set", "owned_cost", "budgeted_cost", "exchange_rate", "converted", "reported_cost"}

// layViews replaces the views in one transaction, so that a reader of the file
// never meets half of them.
func layViews(ctx context.Context, db *sql.DB) error {
	return InTransaction(ctx, db, func(tx *sql.Tx) error {
		for _, view := range viewOrder {
			text, err := views.ReadFile("views/" + view + ".sql")
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, string(text)); err != nil {
				return fmt.Errorf("view %s: %w", view, err)
			}
		}
		return nil
	})
}

// InTransaction runs do in one transaction: committed when do returns nil,
// rolled back otherwise.
func InTransaction(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
