package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// restarts is how often a month is read again from its manifest when AWS
// delivers it anew meanwhile. It delivers up to three times a day.
const restarts = 2

// Fetch downloads the files that the month's manifest names.
func (s *source) Fetch(ctx context.Context, export ingest.Export, dir string, progress func(bytes int64)) (ingest.Delivery, error) {
	b, err := s.open()
	if err != nil {
		return ingest.Delivery{}, fmt.Errorf("source %s: %w", s.name, err)
	}
	defer b.Close()
	if s.bare {
		delivery, err := s.fetchPartition(ctx, b, export, dir, progress)
		if err != nil {
			return ingest.Delivery{}, fmt.Errorf("source %s: fetch %s: %w", s.name, export.Slice, err)
		}
		return delivery, nil
	}
	delivery, err := s.fetch(ctx, b, export, dir, progress)
	for restart := 0; restart < restarts && errors.Is(err, bucket.ErrChanged); restart++ {
		delivery, err = s.fetch(ctx, b, export, dir, progress)
	}
	if err != nil {
		return ingest.Delivery{}, fmt.Errorf("source %s: fetch %s: %w", s.name, export.Slice, err)
	}
	return delivery, nil
}

// fetch reads the month once. Its error is a bucket.ErrChanged where a newer
// delivery is complete and worth a restart.
func (s *source) fetch(ctx context.Context, b *bucket.Bucket, export ingest.Export, dir string, progress func(int64)) (ingest.Delivery, error) {
	first, err := b.Look(ctx, export.Ref)
	if err != nil {
		return ingest.Delivery{}, err
	}
	delivery, err := s.follow(ctx, b, first, export.Period, dir, progress)
	if err != nil && ctx.Err() != nil {
		return ingest.Delivery{}, err
	}
	now, lookErr := b.Look(ctx, export.Ref)
	switch {
	case lookErr != nil:
		return ingest.Delivery{}, cmp.Or(err, lookErr)
	case now.Version() != first.Version():
		return ingest.Delivery{}, bucket.Fault(fmt.Errorf("%s: %w, each time; run again later", b.URL(first.Key), bucket.ErrChanged))
	case errors.Is(err, bucket.ErrChanged):
		// AWS writes the files first and the manifest last. Reading on now
		// could mix an old file with a new one.
		return ingest.Delivery{}, fmt.Errorf("%w: %v, and its manifest is not written yet", ingest.ErrNotDelivered, err)
	}
	return delivery, err
}

// follow fetches what the manifest, at first seen, names.
func (s *source) follow(ctx context.Context, b *bucket.Bucket, first bucket.Object, month model.Period, dir string, progress func(int64)) (ingest.Delivery, error) {
	where := b.URL(first.Key)
	content, err := b.Read(ctx, first)
	if err != nil {
		return ingest.Delivery{}, err
	}
	c, err := s.contents(content, first.Key, month, where)
	if err != nil {
		return ingest.Delivery{}, err
	}
	objects, err := lookAll(ctx, b, c.keys, where)
	if err != nil {
		return ingest.Delivery{}, err
	}
	files, err := b.Fetch(ctx, objects, dir, progress)
	if err != nil {
		return ingest.Delivery{}, err
	}
	return ingest.Delivery{Format: c.format, Encoding: c.encoding, Files: files}, nil
}

// contents is what a manifest says: the month's files and how to read them.
type contents struct {
	format, encoding string
	keys             []string
}

// contents reads the manifest at key, whose place says of which kind it is.
func (s *source) contents(content []byte, key string, month model.Period, where string) (contents, error) {
	place := s.layoutOf(key)
	if !strings.HasPrefix(key, place.metadata()) {
		return reportContents(content, place, month, where)
	}
	m, err := parseManifest(content, where)
	if err != nil {
		return contents{}, err
	}
	format, err := formatOf(m.columns(), where)
	if err != nil {
		return contents{}, err
	}
	keys, err := m.keys(place, month, where)
	if err != nil {
		return contents{}, err
	}
	encoding, err := encodingOf(keys, exportFiles)
	if err != nil {
		return contents{}, unreadable(where, err.Error())
	}
	return contents{format, encoding, keys}, nil
}

func reportContents(content []byte, place layout, month model.Period, where string) (contents, error) {
	r, err := parseReport(content, month, where)
	if err != nil {
		return contents{}, err
	}
	keys, err := r.keys(place, month, where)
	if err != nil {
		return contents{}, err
	}
	encoding, err := encodingOf(keys, reportFiles)
	if err != nil {
		return contents{}, unreadable(where, err.Error())
	}
	return contents{"aws_cur_legacy", encoding, keys}, nil
}

// layoutOf is the place that a manifest was found at.
func (s *source) layoutOf(manifestKey string) layout {
	places := s.layouts()
	for _, place := range places {
		if strings.HasPrefix(manifestKey, place.root) {
			return place
		}
	}
	return places[0]
}

// lookAll looks at the objects at keys, one listing for each folder that they
// are in. All of them must be there and hold something.
func lookAll(ctx context.Context, b *bucket.Bucket, keys []string, where string) ([]bucket.Object, error) {
	listed := map[string]map[string]bucket.Object{}
	var objects []bucket.Object
	for _, key := range keys {
		folder, _ := path.Split(key)
		if listed[folder] == nil {
			inFolder, _, err := b.ListFolder(ctx, folder)
			if err != nil {
				return nil, err
			}
			listed[folder] = byKey(inFolder)
		}
		object, found := listed[folder][key]
		if !found {
			return nil, unreadable(where, fmt.Sprintf("names %s, which is not there", b.URL(key)))
		}
		if object.Bytes == 0 {
			return nil, fmt.Errorf("%w: %s is empty", ingest.ErrNotDelivered, b.URL(key))
		}
		objects = append(objects, object)
	}
	return objects, nil
}

func byKey(objects []bucket.Object) map[string]bucket.Object {
	keyed := map[string]bucket.Object{}
	for _, object := range objects {
		keyed[object.Key] = object
	}
	return keyed
}
