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

// Exports lists the manifests, in one request for each thousand of them; their
// ETags come with the listing.
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
		listed, err := b.List(ctx, layout.metadata())
		if err != nil {
			return nil, err
		}
		if manifests := layout.newestManifests(listed); len(manifests) > 0 {
			return exportsOf(manifests), nil
		}
		if len(listed) > 0 {
			return nil, noMonths(b, layout, listed)
		}
	}
	return nil, s.noExport(ctx, b)
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
