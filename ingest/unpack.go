package ingest

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	fastgzip "github.com/klauspost/compress/gzip"
	"golang.org/x/sync/errgroup"
)

// unpack turns the gzip files of delivery into plain ones in dir, so that a
// damaged file is noticed (DuckDB reads a truncated one to where it breaks and
// says nothing), and so that the passes over a file need not decompress it
// again. Other files stay as they are. CSV that is not UTF-8 is refused here:
// DuckDB cannot always say so and go on.
func unpack(ctx context.Context, delivery Delivery, dir string) (Delivery, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return delivery, err
	}
	plain := delivery
	plain.Files = append([]File(nil), delivery.Files...)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2)
	for i, file := range delivery.Files {
		if !strings.HasSuffix(file.Path, ".gz") {
			if delivery.Encoding == "csv" {
				group.Go(func() error { return checkText(ctx, file) })
			}
			continue
		}
		plain.Files[i].Path = filepath.Join(dir, fmt.Sprintf("%05d.csv", i+1))
		group.Go(func() error {
			err := gunzip(ctx, file, plain.Files[i].Path)
			if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) {
				return fmt.Errorf("%w: %s is not a whole gzip file (%w); wait for the next delivery or ask the provider for a new one",
					ErrReconcile, file.Object, err)
			}
			return err
		})
	}
	return plain, group.Wait()
}

// gunzip writes the unpacked bytes of the file from to the file to, as long as
// they are UTF-8. A file of several gzip members is their concatenation.
func gunzip(ctx context.Context, from File, to string) (err error) {
	in, err := os.Open(from.Path)
	if err != nil {
		return err
	}
	defer in.Close()
	reader, err := fastgzip.NewReader(in)
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return copyText(out, contextReader{ctx, reader}, from.Object)
}

// contextReader ends with the context's error once the context has ended.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
