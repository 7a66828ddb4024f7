package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/costwarden/costwarden/ingest"
)

// firstBytes is enough to see what a file is.
const firstBytes = 4 << 10

// Try reads the first bytes of object: that needs what reading the whole of it
// needs, such as the right to use the key that it is encrypted with. It says
// what was read, and refuses what is not what its name says.
func (b *Bucket) Try(ctx context.Context, object Object) (found string, err error) {
	if object.Bytes == 0 {
		return "", fmt.Errorf("%w: %s is empty", ingest.ErrNotDelivered, b.URL(object.Key))
	}
	content, err := retry(ctx, b, "read", object.Key, func() ([]byte, error) { return b.first(ctx, object) })
	if err != nil {
		return "", err
	}
	for _, known := range signatures {
		if strings.HasSuffix(strings.ToLower(object.Key), known.end) && !bytes.HasPrefix(content, []byte(known.begin)) {
			return "", Fault(fmt.Errorf("%s is no %s, whatever its name says; deliver it again", b.URL(object.Key), known.what))
		}
	}
	return fmt.Sprintf("%s can be read", b.URL(object.Key)), nil
}

// signatures are what files begin with, by the ends of their names.
var signatures = []struct{ end, begin, what string }{
	{".parquet", "PAR1", "Parquet file"}, {".gz", "\x1f\x8b", "gzip file"}, {".zip", "PK", "zip file"},
}

func (b *Bucket) first(ctx context.Context, object Object) ([]byte, error) {
	ctx, _, end := b.stalling(ctx)
	defer end()
	reader, err := b.blobs.NewRangeReader(ctx, object.Key, 0, min(firstBytes, object.Bytes), b.pinned(object))
	if err != nil {
		return nil, causeOr(ctx, err)
	}
	content, err := io.ReadAll(reader)
	if err != nil {
		err = causeOr(ctx, err)
	}
	return content, errors.Join(err, reader.Close())
}

// examined is the largest file that is fetched only to see its columns.
const examined = 64 << 20

// Columns names the columns of object, which is fetched to a scratch folder for
// that. It names none where object is too large for so small a question.
func (b *Bucket) Columns(ctx context.Context, object Object, encoding string) (columns []string, err error) {
	if object.Bytes > examined {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "costwarden-doctor-")
	if err != nil {
		return nil, fmt.Errorf("make a scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	files, err := b.Fetch(ctx, []Object{object}, dir, nil)
	if err != nil {
		return nil, err
	}
	return ingest.Columns(ctx, ingest.Delivery{Encoding: encoding, Files: files})
}

// Smallest is the smallest of objects that hold something.
func Smallest(objects []Object) Object {
	smallest := objects[0]
	for _, object := range objects[1:] {
		if smallest.Bytes == 0 || object.Bytes > 0 && object.Bytes < smallest.Bytes {
			smallest = object
		}
	}
	return smallest
}

// TellFile tells whether the smallest of objects can be read.
func (b *Bucket) TellFile(ctx context.Context, objects []Object, tell func(ingest.Step)) {
	found, err := b.Try(ctx, Smallest(objects))
	tell(ingest.Step{Name: "file", Found: found, Err: err})
}

// Describe says what a month's files are: "is aws_focus_1_2 in 3 parquet files".
func Describe(format, encoding string, objects []Object) string {
	if len(objects) == 1 {
		return fmt.Sprintf("is %s in 1 %s file", format, encoding)
	}
	return fmt.Sprintf("is %s in %d %s files", format, len(objects), encoding)
}
