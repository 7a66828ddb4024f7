package focus

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// Fetch downloads the files of a month and recognises which FOCUS they are.
func (s *source) Fetch(ctx context.Context, export ingest.Export, dir string, progress func(bytes int64)) (ingest.Delivery, error) {
	b, err := s.open()
	if err != nil {
		return ingest.Delivery{}, fmt.Errorf("source %s: %w", s.name, err)
	}
	defer b.Close()
	delivery, err := s.fetch(ctx, b, export, dir, progress)
	if errors.Is(err, bucket.ErrChanged) || errors.Is(err, bucket.ErrMissing) {
		err = fmt.Errorf("%w: %v; the next run takes the month as it is then", ingest.ErrNotDelivered, err)
	}
	if err != nil {
		return ingest.Delivery{}, fmt.Errorf("source %s: fetch %s: %w", s.name, export.Slice, err)
	}
	return delivery, nil
}

func (s *source) fetch(ctx context.Context, b *bucket.Bucket, export ingest.Export, dir string, progress func(int64)) (ingest.Delivery, error) {
	objects, err := look(ctx, b, export)
	if err != nil {
		return ingest.Delivery{}, err
	}
	if err := s.vet(export.Period, objects); err != nil {
		return ingest.Delivery{}, bucket.Fault(fmt.Errorf("%s: %w", b.URL(s.root), err))
	}
	encoding, err := encodingOfAll(objects)
	if err != nil {
		return ingest.Delivery{}, bucket.Fault(err)
	}
	files, err := b.Fetch(ctx, objects, dir, progress)
	if err != nil {
		return ingest.Delivery{}, err
	}
	if err := refuseCopies(files); err != nil {
		return ingest.Delivery{}, err
	}
	delivery := ingest.Delivery{Encoding: encoding, Files: files, Dialect: s.config.Dialect}
	columns, err := ingest.Columns(ctx, delivery)
	if err != nil {
		return ingest.Delivery{}, err
	}
	if err := refuseOther(columns, files[0].Object); err != nil {
		return ingest.Delivery{}, err
	}
	delivery.Format, delivery.Note = formatOf(columns, s.config.Version)
	return delivery, nil
}

// vet refuses files of which it is not clear how they make up the month.
func (s *source) vet(period model.Period, objects []bucket.Object) error {
	var all monthly
	for _, object := range objects {
		at, err := placeOf(strings.TrimPrefix(object.Key, s.root))
		if err != nil {
			return err
		}
		all.add(place{period, at.folder}, object)
	}
	_, err := all.months[0].objects(s.config.Layout)
	return err
}

// look finds the files of export again, all of them as they were listed.
func look(ctx context.Context, b *bucket.Bucket, export ingest.Export) ([]bucket.Object, error) {
	var keys []string
	if err := json.Unmarshal([]byte(export.Ref), &keys); err != nil {
		return nil, fmt.Errorf("read the keys of %s: %w", export.Slice, err)
	}
	var objects []bucket.Object
	for _, key := range keys {
		object, err := b.Look(ctx, key)
		if err != nil {
			return nil, err
		}
		if object.Bytes == 0 {
			return nil, fmt.Errorf("%w: %s is empty", ingest.ErrNotDelivered, b.URL(key))
		}
		objects = append(objects, object)
	}
	if versionOf(objects) != export.Version {
		return nil, fmt.Errorf("%w: the files of %s changed after they were listed", bucket.ErrChanged, export.Slice)
	}
	return objects, nil
}

// refuseCopies refuses one content under two names, which would count twice.
func refuseCopies(files []ingest.File) error {
	seen := map[string]string{}
	for _, file := range files {
		hash, err := hashOf(file.Path)
		if err != nil {
			return err
		}
		if other, twice := seen[hash]; twice {
			return bucket.Fault(fmt.Errorf("%s and %s are the same file twice; keep one of them", other, file.Object))
		}
		seen[hash] = file.Object
	}
	return nil
}

func hashOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	_, err = io.Copy(hash, file)
	return string(hash.Sum(nil)), err
}
