package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// Columns names the columns of a delivery's files, for a source that has
// nothing else to tell the format by. Packed files are read as they are.
func Columns(ctx context.Context, delivery Delivery) (names []string, err error) {
	if delivery.Encoding == "csv" {
		return csvColumns(delivery.Files)
	}
	err = onNoDatabase(ctx, func(conn *sql.Conn) error {
		names, err = parquetColumns(ctx, conn, delivery)
		return err
	})
	return names, err
}

// onNoDatabase runs do on a connection of DuckDB that has nothing but files to
// read, and little of the machine: several sources may do so while one loads.
func onNoDatabase(ctx context.Context, do func(*sql.Conn) error) (err error) {
	db, err := sql.Open("duckdb", "?autoinstall_known_extensions=false&autoload_known_extensions=false&memory_limit=512MB&threads=1")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return do(conn)
}

func parquetColumns(ctx context.Context, conn *sql.Conn, delivery Delivery) (names []string, err error) {
	from, err := scan(delivery, mapping{})
	if err != nil {
		return nil, err
	}
	physical, err := describe(ctx, conn, from)
	if err != nil {
		return nil, fmt.Errorf("%w: read the columns of %s: %w", ErrReconcile, delivery.Files[0].Object, err)
	}
	for _, p := range physical {
		names = append(names, p.name)
	}
	return names, nil
}

// csvColumns names the columns of CSV files, each once.
func csvColumns(files []File) ([]string, error) {
	var names []string
	for _, file := range files {
		header, err := readHeader(file, mapping{})
		if err != nil {
			return nil, err
		}
		for _, name := range header {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names, nil
}
