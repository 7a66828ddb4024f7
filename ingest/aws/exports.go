package aws

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// Exports lists the manifests, whose ETags come with the listing, and the
// export's folders, which show its kind: two requests, and one more for each
// month of a legacy report.
func (s *source) Exports(ctx context.Context) ([]ingest.Export, error) {
	exports, err := s.exports(ctx)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", s.name, err)
	}
	return exports, nil
}

func (s *source) exports(ctx context.Context) ([]ingest.Export, error) {
	b, err := s.open()
	if err != nil {
		return nil, err
	}
	defer b.Close()
	for _, layout := range s.layouts() {
		exports, err := s.exportsAt(ctx, b, layout)
		if err != nil || len(exports) > 0 {
			return exports, err
		}
	}
	return nil, s.noExport(ctx, b)
}

// exportsAt lists what is at layout; nothing where the export is not there.
func (s *source) exportsAt(ctx context.Context, b *bucket.Bucket, layout layout) ([]ingest.Export, error) {
	if s.bare {
		return layout.partitions(ctx, b)
	}
	listed, err := b.List(ctx, layout.metadata())
	if err != nil {
		return nil, err
	}
	_, folders, err := b.ListFolder(ctx, layout.root)
	switch {
	case err != nil:
		return nil, err
	case len(listed) > 0 && isReport(folders):
		return nil, mixed(b, layout, folders)
	case len(listed) > 0:
		return layout.dataExports(b, listed)
	case isReport(folders) || layout.mayBeForAthena(folders):
		return layout.reports(ctx, b, folders)
	}
	return nil, nil
}

// isExport reports whether folders are those of an export of Data Exports.
func isExport(folders []string) bool { return slices.Contains(folders, "metadata") }

// isReport reports whether folders are those of a legacy report.
func isReport(folders []string) bool {
	return slices.ContainsFunc(folders, func(folder string) bool { _, ok := datesMonth(folder); return ok })
}

// dataExports are the months of an export of Data Exports.
func (l layout) dataExports(b *bucket.Bucket, listed []bucket.Object) ([]ingest.Export, error) {
	manifests := l.newestManifests(listed)
	if len(manifests) == 0 {
		return nil, noMonths(b, l, listed)
	}
	return exportsOf(manifests), nil
}

// reports lists the months of a legacy report, one request for each and one for
// all those of Athena; nothing where there are only folders of its name.
func (l layout) reports(ctx context.Context, b *bucket.Bucket, folders []string) ([]ingest.Export, error) {
	manifests := map[model.Period]bucket.Object{}
	for _, folder := range folders {
		month, ok := datesMonth(folder)
		if !ok {
			continue
		}
		objects, _, err := b.ListFolder(ctx, l.root+folder+"/")
		if err != nil {
			return nil, err
		}
		if manifest, found := byKey(objects)[l.root+folder+"/"+l.export+"-Manifest.json"]; found {
			manifests[month] = manifest
		}
	}
	if err := l.addAthena(ctx, b, folders, manifests); err != nil {
		return nil, err
	}
	if len(manifests) == 0 && !isReport(folders) {
		return nil, nil
	}
	if len(manifests) == 0 {
		return nil, bucket.Fault(fmt.Errorf("no <dates>/%s-Manifest.json in %s, only folders of months; "+
			"wait for the report's first delivery, or check that the manifests were copied too", l.export, b.URL(l.root)))
	}
	return exportsOf(manifests), nil
}

// mayBeForAthena reports whether folders, those of l, hold one of the report's
// name once more.
func (l layout) mayBeForAthena(folders []string) bool { return slices.Contains(folders, l.export) }

// addAthena adds the manifests that lie beside the files of Athena, where they
// are newer than those of the months' own folders or the only ones.
func (l layout) addAthena(ctx context.Context, b *bucket.Bucket, folders []string, manifests map[model.Period]bucket.Object) error {
	if !l.mayBeForAthena(folders) {
		return nil
	}
	listed, err := b.List(ctx, l.root+l.export+"/year=")
	if err != nil {
		return err
	}
	for _, object := range listed {
		month, ok := l.athenaMonth(object.Key)
		known, found := manifests[month]
		if ok && (!found || known.Modified.Before(object.Modified)) {
			manifests[month] = object
		}
	}
	return nil
}

// exportsOf orders manifests by month.
func exportsOf(manifests map[model.Period]bucket.Object) []ingest.Export {
	var exports []ingest.Export
	for month, manifest := range manifests {
		exports = append(exports, ingest.Export{
			Slice:   month.String(),
			Period:  month,
			Version: version(manifest),
			Ref:     manifest.Key,

			Delivered: manifest.Modified,
		})
	}
	slices.SortFunc(exports, func(a, b ingest.Export) int { return cmp.Compare(a.Slice, b.Slice) })
	return exports
}

var plainVersion = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// version is the manifest's version, in a form that may name a folder.
func version(manifest bucket.Object) string {
	if token := manifest.Version(); plainVersion.MatchString(token) {
		return token
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(manifest.Version())))[:32]
}
