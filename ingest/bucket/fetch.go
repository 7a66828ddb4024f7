package bucket

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"github.com/costwarden/costwarden/ingest"
	"golang.org/x/sync/errgroup"
)

// parts is how many objects are fetched at once: one stream rarely fills the
// network card.
const parts = 8

// Fetch downloads objects into the folder dir, several at once, and calls
// progress with the bytes of each piece that arrived, one call at a time. A
// file has its name only once it is whole and on disk; one that is whole
// already is not downloaded again. The files are in the order of objects.
func (b *Bucket) Fetch(ctx context.Context, objects []Object, dir string, progress func(bytes int64)) ([]ingest.File, error) {
	landing, err := openLanding(dir)
	if err != nil {
		return nil, err
	}
	defer landing.Close()

	arrived := oneAtATime(progress)
	files := make([]ingest.File, len(objects))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parts)
	for i, object := range objects {
		group.Go(func() error {
			name := localName(object)
			files[i] = ingest.File{Path: filepath.Join(dir, name), Object: object.Key, Bytes: object.Bytes, ETag: object.Version()}
			if isWhole(landing, name, object) {
				return nil
			}
			return b.download(ctx, object, landing, name, arrived)
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return files, nil
}

// oneAtATime lets the callers of progress wait for each other. A nil progress
// hears nothing.
func oneAtATime(progress func(int64)) func(int64) {
	if progress == nil {
		return func(int64) {}
	}
	var turn sync.Mutex
	return func(bytes int64) {
		turn.Lock()
		defer turn.Unlock()
		progress(bytes)
	}
}

// isWhole reports whether object lies under name already: its name stands for
// its key and version, and is given only to a whole file.
func isWhole(landing *os.Root, name string, object Object) bool {
	stat, err := landing.Lstat(name)
	return err == nil && stat.Mode().IsRegular() && stat.Size() == object.Bytes
}
