package aws

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// unverified is what a month says that was read without a manifest.
const unverified = "completeness not verified: no manifest"

// partitions lists the months of a copy of the data folder alone. A version is
// the files themselves.
func (l layout) partitions(ctx context.Context, b *bucket.Bucket) ([]ingest.Export, error) {
	listed, err := b.List(ctx, l.data())
	if err != nil {
		return nil, err
	}
	months := map[model.Period][]bucket.Object{}
	for _, object := range listed {
		folder, _, _ := strings.Cut(strings.TrimPrefix(object.Key, l.data()), "/")
		if month, ok := partitionMonth(folder); ok {
			months[month] = append(months[month], object)
		}
	}
	var exports []ingest.Export
	for month, objects := range months {
		exports = append(exports, ingest.Export{
			Slice:   month.String(),
			Period:  month,
			Version: listing(objects),
			Ref:     l.data(),

			Delivered: bucket.Newest(objects),
		})
	}
	slices.SortFunc(exports, func(a, b ingest.Export) int { return cmp.Compare(a.Slice, b.Slice) })
	return exports, nil
}

// listing is a version of objects together: another once one of them is, or
// once there are more or fewer.
func listing(objects []bucket.Object) string {
	hash := sha256.New()
	for _, object := range objects {
		fmt.Fprintf(hash, "%q %q %d\n", object.Key, object.Version(), object.Bytes)
	}
	return fmt.Sprintf("%x", hash.Sum(nil))[:32]
}

// fetchPartition downloads what lies in a month's folder, where that can only
// be one delivery. It cannot know whether the delivery is whole.
func (s *source) fetchPartition(ctx context.Context, b *bucket.Bucket, export ingest.Export, dir string, progress func(int64)) (ingest.Delivery, error) {
	objects, where, err := partition(ctx, b, export)
	if err != nil {
		return ingest.Delivery{}, err
	}
	var keys []string
	for _, object := range objects {
		keys = append(keys, object.Key)
	}
	encoding, err := encodingOf(keys, exportFiles)
	if err != nil {
		return ingest.Delivery{}, bucket.Fault(fmt.Errorf("folder %s %w", where, err))
	}
	files, err := b.Fetch(ctx, objects, dir, progress)
	if err != nil {
		return ingest.Delivery{}, err
	}
	delivery := ingest.Delivery{Encoding: encoding, Files: files, Note: unverified}
	columns, err := ingest.Columns(ctx, delivery)
	if err != nil {
		return ingest.Delivery{}, err
	}
	delivery.Format, err = formatOf(columns, where)
	if err != nil {
		return ingest.Delivery{}, err
	}
	now, _, err := partition(ctx, b, export)
	if err == nil && listing(now) != listing(objects) {
		err = fmt.Errorf("%w: the files in %s changed while they were read", ingest.ErrNotDelivered, where)
	}
	return delivery, err
}

// partition lists the files of export's month, which must lie in one folder.
// Empty ones are left over from a longer delivery.
func partition(ctx context.Context, b *bucket.Bucket, export ingest.Export) (objects []bucket.Object, where string, err error) {
	listed, err := b.List(ctx, export.Ref)
	if err != nil {
		return nil, "", err
	}
	var folders []string
	for _, object := range listed {
		if object.Bytes == 0 || !isInMonth(strings.TrimPrefix(object.Key, export.Ref), export.Period) {
			continue
		}
		if folder := path.Dir(object.Key) + "/"; !slices.Contains(folders, folder) {
			folders = append(folders, folder)
		}
		objects = append(objects, object)
	}
	switch len(folders) {
	case 0:
		return nil, "", fmt.Errorf("%w: no file of %s in %s holds anything", ingest.ErrNotDelivered, export.Period, b.URL(export.Ref))
	case 1:
		return objects, b.URL(folders[0]), nil
	}
	return nil, "", bucket.Fault(fmt.Errorf("%s has files of %s in %d folders, %s; without a manifest there is no telling which is the month: "+
		"keep one, or copy the metadata folder too and leave manifest: none out",
		b.URL(export.Ref), export.Period, len(folders), strings.Join(folders, ", ")))
}
