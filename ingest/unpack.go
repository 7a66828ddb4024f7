package ingest

import (
	"archive/zip"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"
)

// unpack turns the packed files of delivery into plain ones in dir, so that a
// damaged file is noticed (DuckDB reads a truncated one to where it breaks and
// says nothing), and so that the passes over a file need not decompress it
// again. Byte order marks are left out. Other files stay as they are. CSV that is not UTF-8 is refused here:
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
		packing, packed := packings[filepath.Ext(file.Path)]
		if !packed && delivery.encoding(file) != "csv" {
			continue
		}
		if !packed {
			marked, err := isMarked(file)
			if err != nil {
				return delivery, errors.Join(err, group.Wait())
			}
			if !marked {
				group.Go(func() (err error) {
					plain.Files[i].lines, err = checkText(ctx, file)
					return err
				})
				continue
			}
			packing = notPacked
		}
		plain.Files[i].Path = filepath.Join(dir, fmt.Sprintf("%05d.csv", i+1))
		group.Go(func() error {
			lines, err := writePlain(ctx, packing, file, plain.Files[i].Path)
			plain.Files[i].lines = lines
			if isDamage(err) {
				return fmt.Errorf("%w: %s is not a whole %s file (%w); wait for the next delivery or ask the provider for a new one",
					ErrReconcile, file.Object, packing.name, err)
			}
			return err
		})
	}
	return plain, group.Wait()
}

// packing is a way to pack a file.
type packing struct {
	name string
	open func(*os.File) (io.Reader, error) // opens what is inside
}

// packings by the ends of file names.
var packings = map[string]packing{".gz": {"gzip", gunzip}, ".zip": {"zip", unzip}}

// notPacked is a file that is written anew for the sake of its byte order marks.
var notPacked = packing{"plain", func(file *os.File) (io.Reader, error) { return file, nil }}

// isDamage reports whether err says that a packed file is not as it was made.
func isDamage(err error) bool {
	for _, damage := range []error{gzip.ErrHeader, gzip.ErrChecksum, io.ErrUnexpectedEOF, zip.ErrFormat, zip.ErrAlgorithm, zip.ErrChecksum, errNotOne} {
		if errors.Is(err, damage) {
			return true
		}
	}
	return false
}

// gunzip reads a gzip file; one of several members is their concatenation.
func gunzip(file *os.File) (io.Reader, error) { return gzip.NewReader(file) }

var errNotOne = errors.New("want one file inside")

// unzip reads the one file inside a zip file, whatever its name.
func unzip(file *os.File) (io.Reader, error) {
	stat, err := file.Stat()
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(file, stat.Size())
	if err != nil {
		return nil, err
	}
	if len(archive.File) != 1 {
		return nil, fmt.Errorf("%w, found %d", errNotOne, len(archive.File))
	}
	return archive.File[0].Open()
}

// writePlain writes what is inside the file from to the file to, as long as it
// is UTF-8, and counts the lines below the header.
func writePlain(ctx context.Context, packing packing, from File, to string) (lines int64, err error) {
	in, err := os.Open(from.Path)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	reader, err := packing.open(in)
	if err != nil {
		return 0, err
	}
	if reader, err = unmarked(contextReader{ctx, reader}); err != nil {
		return 0, err
	}
	out, err := os.Create(to)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return copyCSV(out, reader, from.Object)
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
