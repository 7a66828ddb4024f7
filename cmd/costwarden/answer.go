package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// answer is where the result of a query goes: a file that appears under its
// name only when it is whole, or a stream.
type answer struct {
	name   string // the file asked for; empty: a stream
	path   string // what DuckDB writes to: the file's part, or the pipe into the stream
	stream io.Writer
	pipe   *os.File   // the writing end; nil for a file
	copied chan error // what became of the copying from the pipe to the stream
}

// openAnswer prepares the file to, or the stream where to is empty.
func openAnswer(to string, stream io.Writer) (*answer, error) {
	if to != "" {
		name, err := filepath.Abs(to)
		return &answer{name: name, path: name + ".part"}, err
	}
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	copied := make(chan error, 1)
	go func() {
		_, err := io.Copy(stream, reader)
		reader.Close() // after an error, DuckDB's next write fails
		copied <- err
	}()
	return &answer{path: fmt.Sprintf("/dev/fd/%d", writer.Fd()), stream: stream, pipe: writer, copied: copied}, nil
}

// writable is the one path that DuckDB may write to: none where the rows come
// through this process.
func (a *answer) writable(format string) string {
	if format == "csv" || format == "parquet" {
		return a.path
	}
	return ""
}

// keep ends the answer: the file gets its name, the stream its last bytes.
func (a *answer) keep() error {
	if a.pipe == nil {
		return os.Rename(a.path, a.name)
	}
	err := a.pipe.Close()
	a.pipe = nil
	if copyErr := <-a.copied; copyErr != nil {
		return copyErr
	}
	return err
}

// discard ends an answer that was not kept.
func (a *answer) discard() {
	switch {
	case a.pipe != nil:
		a.pipe.Close()
		<-a.copied
	case a.name != "":
		os.Remove(a.path)
	}
}

// writeAnswer runs a query that oneSelect proved. DuckDB itself writes csv and
// parquet, row group by row group; it keeps a result that is asked for row by
// row in memory.
func writeAnswer(ctx context.Context, db *sql.DB, text, format string, to *answer) error {
	switch format {
	case "csv":
		return copyTo(ctx, db, text, to.path, "format csv, header true, use_tmp_file false")
	case "parquet":
		return copyTo(ctx, db, text, to.path, "format parquet, compression zstd, use_tmp_file false")
	}
	rows, err := db.QueryContext(ctx, text)
	if err != nil {
		return err
	}
	w := to.stream
	if to.name != "" {
		file, err := os.Create(to.path)
		if err != nil {
			rows.Close()
			return err
		}
		defer file.Close()
		w = file
	}
	_, err = printRows(w, format, rows)
	return err
}

func copyTo(ctx context.Context, db *sql.DB, text, path, options string) error {
	body := strings.TrimRight(text, "; \t\r\n")
	_, err := db.ExecContext(ctx, "copy (\n"+body+"\n) to "+literal(path)+" ("+options+")")
	return err
}

// literal writes text as a string of SQL.
func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
