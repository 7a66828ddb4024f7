package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gocloud.dev/blob"
)

var (
	errLength  = errors.New("the body is not as long as the object")
	errStalled = errors.New("the answer stopped arriving")
)

// Read gives the content of object. It is for small objects, such as
// manifests: more than 64 MiB is an error.
func (b *Bucket) Read(ctx context.Context, object Object) ([]byte, error) {
	const limit = 64 << 20
	if object.Bytes > limit {
		return nil, b.failure("read", object.Key, fmt.Errorf("%d bytes are too many for a manifest", object.Bytes))
	}
	content := new(bytes.Buffer)
	to := &sink{Writer: content}
	_, err := retry(ctx, b, "read", object.Key, func() (none, error) { return none{}, b.copy(ctx, object, to) })
	return content.Bytes(), err
}

// sink is a writer that knows how far it got, so that the next attempt can go
// on from there.
type sink struct {
	io.Writer
	bytes    int64
	progress func(int64) // nil: none
}

func (s *sink) Write(piece []byte) (int, error) {
	n, err := s.Writer.Write(piece)
	s.bytes += int64(n)
	if s.progress != nil {
		s.progress(int64(n))
	}
	return n, err
}

// none is the answer of a request that is made for its effect.
type none struct{}

// copy appends to the sink what of object it does not hold yet, and checks
// that it is whole and still what was first seen.
func (b *Bucket) copy(ctx context.Context, object Object, to *sink) error {
	if to.bytes < object.Bytes {
		if err := b.pour(ctx, object, to); err != nil {
			return err
		}
	}
	if err := b.checkUnchanged(ctx, object); err != nil {
		return err
	}
	if to.bytes != object.Bytes {
		return fmt.Errorf("%w: %d of %d bytes", errLength, to.bytes, object.Bytes)
	}
	return nil
}

// pour reads the rest of object. It gives up when nothing arrives for as long
// as the bucket's patience.
func (b *Bucket) pour(ctx context.Context, object Object, to *sink) error {
	ctx, stall, end := b.stalling(ctx)
	defer end()

	reader, err := b.blobs.NewRangeReader(ctx, object.Key, to.bytes, -1, b.pinned(object))
	if err != nil {
		return causeOr(ctx, err)
	}
	defer reader.Close()
	piece := make([]byte, 256<<10)
	for ctx.Err() == nil && to.bytes <= object.Bytes {
		n, err := reader.Read(piece)
		stall.Reset(b.Patience.Stall)
		if _, err := to.Write(piece[:n]); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return b.brokenOff(object, to, causeOr(ctx, err))
		}
	}
	return context.Cause(ctx)
}

// brokenOff is the error of a body that ended before its object did. An SDK
// that holds what came against the object's checksum has an error of its own
// for it; the next attempt goes on from there all the same. Of a body that came
// to its end the checksum stands.
func (b *Bucket) brokenOff(object Object, to *sink, err error) error {
	if to.bytes < object.Bytes && b.diagnose(err).Cause == Final && !isOver(err) {
		return fmt.Errorf("%w: %d of %d bytes: %w", errLength, to.bytes, object.Bytes, err)
	}
	return err
}

// isOver reports whether err is the end of a context.
func isOver(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// stalling is a ctx that ends with errStalled once nothing has come for as long
// as the bucket's patience. Whoever hears something resets stall; end gives
// both back.
func (b *Bucket) stalling(ctx context.Context) (stalling context.Context, stall *time.Timer, end func()) {
	stalling, cancel := context.WithCancelCause(ctx)
	stall = time.AfterFunc(b.Patience.Stall, func() { cancel(errStalled) })
	return stalling, stall, func() {
		stall.Stop()
		cancel(nil)
	}
}

// causeOr is why ctx ended, or err while it has not.
func causeOr(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// pinned are the options that make a read of object fail once it is another.
func (b *Bucket) pinned(object Object) *blob.ReaderOptions {
	if !b.canPin(object) {
		return nil
	}
	return &blob.ReaderOptions{BeforeRead: func(as func(any) bool) error { return b.cloud.Pin(object, as) }}
}

// checkUnchanged looks at object again where its read could not be pinned.
func (b *Bucket) checkUnchanged(ctx context.Context, object Object) error {
	if b.canPin(object) {
		return nil
	}
	attributes, err := b.blobs.Attributes(ctx, object.Key)
	if err != nil {
		return err
	}
	seen := object.Modified
	if attributes.ModTime.Nanosecond() == 0 { // some stores list milliseconds and tell whole seconds
		seen = seen.Truncate(time.Second)
	}
	if attributes.Size != object.Bytes || !attributes.ModTime.Equal(seen) {
		return ErrChanged
	}
	return nil
}
