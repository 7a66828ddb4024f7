package bucket

import (
	"context"
	"errors"
	"io"
	"os"
)

// download brings object to landing under name: written under a temporary
// name, each attempt going on where the last one broke off, renamed when it is
// whole and on disk.
func (b *Bucket) download(ctx context.Context, object Object, landing *os.Root, name string, progress func(int64)) error {
	temporary := name + ".part"
	if err := b.write(ctx, object, landing, temporary, progress); err != nil {
		_ = landing.Remove(temporary) // err says what went wrong; the next run overwrites it
		return err
	}
	if err := landing.Rename(temporary, name); err != nil {
		return &landingError{landing.Name(), err}
	}
	return nil
}

func (b *Bucket) write(ctx context.Context, object Object, landing *os.Root, name string, progress func(int64)) error {
	file, err := landing.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return &landingError{landing.Name(), err}
	}
	to := &sink{Writer: landed{file, landing.Name()}, progress: progress}
	_, err = retry(ctx, b, "read", object.Key, func() (none, error) { return none{}, b.copy(ctx, object, to) })
	if err != nil {
		return errors.Join(err, file.Close())
	}
	if err := errors.Join(file.Sync(), file.Close()); err != nil {
		return &landingError{landing.Name(), err}
	}
	return nil
}

// landed writes to a landing file and tells the disk's faults from the
// source's.
type landed struct {
	io.Writer
	dir string
}

func (l landed) Write(piece []byte) (int, error) {
	n, err := l.Writer.Write(piece)
	if err != nil {
		err = &landingError{l.dir, err}
	}
	return n, err
}
