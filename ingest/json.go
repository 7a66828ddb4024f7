package ingest

import (
	"compress/gzip"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/errgroup"
)

// unpackJSON turns the JSON files of delivery, whose rows stand a line each and
// which may be packed, into Parquet files in dir: the columns that m reads, the
// same rows in the same order, every value as text. The passes over the rows
// then read only what they need, and a damaged file is noticed before any.
func unpackJSON(ctx context.Context, db *sql.DB, m mapping, delivery Delivery, dir string) (Delivery, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return delivery, err
	}
	if _, err := db.ExecContext(ctx, "set preserve_insertion_order = true"); err != nil {
		return delivery, err
	}
	tables := delivery
	tables.Files = append([]File(nil), delivery.Files...)
	group, inGroup := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for i, file := range delivery.Files {
		tables.Files[i].Path = filepath.Join(dir, fmt.Sprintf("%05d.parquet", i+1))
		group.Go(func() error { return m.jsonAsParquet(inGroup, db, file, tables.Files[i].Path) })
	}
	if err := group.Wait(); err != nil {
		return delivery, err
	}
	return tables, m.refuseBlank(ctx, db, tables)
}

// jsonAsParquet writes the rows of file to the Parquet file to.
func (m mapping) jsonAsParquet(ctx context.Context, db *sql.DB, file File, to string) error {
	plain := strings.TrimSuffix(to, ".parquet") + ".json"
	if err := writePlainJSON(ctx, file, plain); err != nil {
		return err
	}
	const read = "from read_json(%s, format = 'newline_delimited', columns = %s)"
	statement := fmt.Sprintf("copy ("+read+") to %s (format parquet)", quoteText(plain), m.textColumns(), quoteText(to))
	_, err := db.ExecContext(ctx, statement)
	var fault *duckdb.Error
	if errors.As(err, &fault) && fault.Type != duckdb.ErrorTypeOutOfMemory && ctx.Err() == nil {
		reason, _, _ := strings.Cut(strings.ReplaceAll(fault.Msg, plain, file.Object), "\nTry ") // DuckDB's own advice
		return fmt.Errorf("%w: %s is no newline-delimited JSON of the billing table (%s); wait for the next delivery or export it anew",
			ErrReconcile, file.Object, strings.Join(strings.Fields(reason), " "))
	}
	return errors.Join(err, os.Remove(plain))
}

// writePlainJSON writes what is inside the file from to the file to, as long as
// it is UTF-8, with long numbers as texts.
func writePlainJSON(ctx context.Context, from File, to string) (err error) {
	in, err := os.Open(from.Path)
	if err != nil {
		return err
	}
	defer in.Close()
	reader, err := openJSON(in, from.Object)
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	numbers := newLongNumbers(out)
	err = copyText(numbers, contextReader{ctx, reader}, from.Object)
	return errors.Join(err, numbers.Close(), out.Close())
}

// openJSON opens what is inside file, which is plain or packed as its name says.
func openJSON(file *os.File, object string) (io.Reader, error) {
	switch filepath.Ext(file.Name()) {
	case ".gz":
		reader, err := gzip.NewReader(file)
		if err != nil {
			return nil, damaged(object, "gzip", err)
		}
		return packedReader{reader, object, "gzip"}, nil
	case ".zst":
		reader, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, damaged(object, "Zstandard", err)
		}
		return packedReader{reader, object, "Zstandard"}, nil
	}
	return file, nil
}

// packedReader tells what goes wrong in a packed file as its damage.
type packedReader struct {
	io.Reader
	object, kind string
}

func (r packedReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	var onDisk *fs.PathError
	if err == nil || errors.Is(err, io.EOF) || errors.As(err, &onDisk) {
		return n, err
	}
	return n, damaged(r.object, r.kind, err)
}

func damaged(object, kind string, err error) error {
	return fmt.Errorf("%w: %s is not a whole %s file (%w); wait for the next delivery or ask the provider for a new one",
		ErrReconcile, object, kind, err)
}

// refuseBlank refuses files in which a column that must be there is nowhere
// filled: JSON leaves out what is null.
func (m mapping) refuseBlank(ctx context.Context, db *sql.DB, delivery Delivery) error {
	counts, missing := []string{"count(*)"}, []string{}
	var names []string
	for _, c := range m.columns {
		if c.must && c.kind != "list" {
			names = append(names, c.name)
			counts = append(counts, "count("+quotePath(c.name)+")")
		}
	}
	found := make([]int64, len(counts))
	into := make([]any, len(counts))
	for i := range found {
		into[i] = &found[i]
	}
	query := "select " + strings.Join(counts, ", ") + " from " + shape{files: delivery.Files}.scan()
	if err := db.QueryRowContext(ctx, query).Scan(into...); err != nil {
		return err
	}
	for i, name := range names {
		if found[0] > 0 && found[i+1] == 0 {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return m.lacks(missing)
	}
	return nil
}

// quotePath writes the path of a member for SQL.
func quotePath(path string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(path, `"`, `""`), ".", `"."`) + `"`
}
