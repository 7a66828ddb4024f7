package gcp

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// files is a source of exports that lie as files.
type files struct {
	name     string
	location bucket.Location
	table    string // the table that is meant; empty: the only one there
	open     func() (*bucket.Bucket, error)
}

// openFiles prepares the source called name.
func openFiles(ctx context.Context, name string, config Config) (*files, error) {
	location, _ := config.location() // valid, as Validate has seen
	f := &files{name: name, location: location, table: config.Table}
	if location.Scheme == "file" {
		f.open = func() (*bucket.Bucket, error) { return bucket.OpenFolder(location.Bucket) }
		return f, nil
	}
	open, err := openGCS(ctx, location, config)
	f.open = open
	return f, err
}

// Name is the source's name in costwarden.yaml.
func (f *files) Name() string { return f.name }

// Provider is gcp.
func (f *files) Provider() string { return "gcp" }

// export is one export of a month to files.
type export struct {
	manifest
	month  model.Period
	object bucket.Object // the manifest
}

// Exports lists the location and reads the manifests there: the newest of each
// month is the month.
func (f *files) Exports(ctx context.Context) ([]ingest.Export, error) {
	exports, err := f.exports(ctx)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", f.name, err)
	}
	return exports, nil
}

func (f *files) exports(ctx context.Context) ([]ingest.Export, error) {
	b, err := f.open()
	if err != nil {
		return nil, err
	}
	defer b.Close()
	prefix := f.location.Prefix
	if prefix != "" {
		prefix += "/"
	}
	listed, err := b.List(ctx, prefix)
	if err != nil {
		return nil, err
	}
	found, err := readManifests(ctx, b, listed)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, bucket.Fault(fmt.Errorf("no %s anywhere in %s; write one beside the files of each export, last", manifestName, b.URL(prefix)))
	}
	months, err := f.newest(found, b.URL(prefix))
	if err != nil {
		return nil, err
	}
	return exportsOf(months, listed), nil
}

// readManifests reads those of listed that are manifests, several at once.
func readManifests(ctx context.Context, b *bucket.Bucket, listed []bucket.Object) ([]export, error) {
	var objects []bucket.Object
	for _, object := range listed {
		if path.Base(object.Key) == manifestName {
			objects = append(objects, object)
		}
	}
	found := make([]export, len(objects))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, object := range objects {
		group.Go(func() error {
			content, err := b.Read(ctx, object)
			if err != nil {
				return err
			}
			m, month, err := parseManifest(content, b.URL(object.Key))
			found[i] = export{m, month, object}
			return err
		})
	}
	return found, group.Wait()
}

// newest picks the export of each month that was made last.
func (f *files) newest(found []export, where string) (map[model.Period]export, error) {
	tables := map[string]bool{}
	months := map[model.Period]export{}
	for _, e := range found {
		tables[e.Table] = true
		if f.table != "" && e.Table != f.table {
			continue
		}
		known, seen := months[e.month]
		if !seen || known.ExportedAt.Before(e.ExportedAt) || known.ExportedAt.Equal(e.ExportedAt) && known.object.Key < e.object.Key {
			months[e.month] = e
		}
	}
	names := strings.Join(slices.Sorted(maps.Keys(tables)), ", ")
	switch {
	case f.table == "" && len(tables) > 1:
		return nil, bucket.Fault(fmt.Errorf("%s holds exports of %s, and each is a bill of its own; set table to the one that is meant", where, names))
	case len(months) == 0:
		return nil, bucket.Fault(fmt.Errorf("no export of %s in %s, but of %s; set table to the one that is meant", f.table, where, names))
	}
	return months, nil
}

// exportsOf orders the exports by month. The version of a month stands for its
// manifest and for the files beside it as they are listed.
func exportsOf(months map[model.Period]export, listed []bucket.Object) []ingest.Export {
	var exports []ingest.Export
	for month, e := range months {
		folder := strings.TrimSuffix(e.object.Key, manifestName)
		mark := sha256.New()
		for _, object := range listed {
			if strings.HasPrefix(object.Key, folder) {
				fmt.Fprintf(mark, "%s\x00%s\x00%d\n", object.Key, object.Version(), object.Bytes)
			}
		}
		exports = append(exports, ingest.Export{
			Slice:   month.String(),
			Period:  month,
			Version: fmt.Sprintf("%x", mark.Sum(nil))[:32],
			Ref:     e.object.Key,
			Bytes:   e.bytes(),

			Delivered: e.ExportedAt,
		})
	}
	slices.SortFunc(exports, func(a, b ingest.Export) int { return cmp.Compare(a.Slice, b.Slice) })
	return exports
}

// bytes is what the manifest says its files weigh, 0 where it does not.
func (m manifest) bytes() int64 {
	var sum int64
	for _, file := range m.Files {
		if file.Bytes == nil {
			return 0
		}
		sum += *file.Bytes
	}
	return sum
}

// Fetch downloads the files that the month's manifest names.
func (f *files) Fetch(ctx context.Context, export ingest.Export, dir string, progress func(bytes int64)) (ingest.Delivery, error) {
	delivery, err := f.fetch(ctx, export, dir, progress)
	if err != nil {
		return ingest.Delivery{}, fmt.Errorf("source %s: fetch %s: %w", f.name, export.Slice, err)
	}
	return delivery, nil
}

func (f *files) fetch(ctx context.Context, export ingest.Export, dir string, progress func(int64)) (ingest.Delivery, error) {
	b, err := f.open()
	if err != nil {
		return ingest.Delivery{}, err
	}
	defer b.Close()
	m, err := follow(ctx, b, export.Ref)
	if err != nil {
		return ingest.Delivery{}, err
	}
	landed, err := b.Fetch(ctx, m.objects, dir, progress)
	if err != nil {
		return ingest.Delivery{}, err
	}
	return ingest.Delivery{Format: m.Kind.format(), Encoding: m.encoded, Files: landed, Rows: m.Rows}, nil
}

// followed is a manifest with the files that it names.
type followed struct {
	manifest
	encoded string // how the files are written
	objects []bucket.Object
}

// follow reads the manifest at key and finds the files that it names.
func follow(ctx context.Context, b *bucket.Bucket, key string) (f followed, err error) {
	where := b.URL(key)
	object, err := b.Look(ctx, key)
	if err != nil {
		return f, err
	}
	content, err := b.Read(ctx, object)
	if err != nil {
		return f, err
	}
	if f.manifest, _, err = parseManifest(content, where); err != nil {
		return f, err
	}
	keys, err := f.keys(key, where)
	if err != nil {
		return f, err
	}
	if f.encoded, err = f.encoding(where); err != nil {
		return f, err
	}
	f.objects, err = f.look(ctx, b, key, keys)
	return f, err
}

// look finds the files at keys, which the manifest at key names, as they are now.
func (m manifest) look(ctx context.Context, b *bucket.Bucket, key string, keys []string) ([]bucket.Object, error) {
	where := b.URL(key)
	listed, err := b.List(ctx, strings.TrimSuffix(key, manifestName))
	if err != nil {
		return nil, err
	}
	there := map[string]bucket.Object{}
	for _, object := range listed {
		there[object.Key] = object
	}
	var objects []bucket.Object
	for i, key := range keys {
		object, found := there[key]
		switch said := m.Files[i].Bytes; {
		case !found:
			return nil, unreadable(where, fmt.Sprintf("names %s, which is not there; export the month again, into a new folder", m.Files[i].Name))
		case said != nil && *said != object.Bytes:
			return nil, unreadable(where, fmt.Sprintf("says %s has %d bytes, and it has %d; export the month again, into a new folder",
				m.Files[i].Name, *said, object.Bytes))
		}
		objects = append(objects, object)
	}
	return objects, nil
}
