package aws

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// noMonths says why an export that is there has no months.
func noMonths(b *bucket.Bucket, l layout, listed []bucket.Object) error {
	where := b.URL(l.metadata())
	seen, _, _ := strings.Cut(strings.TrimPrefix(listed[0].Key, l.metadata()), "/")
	switch kind, _, _ := strings.Cut(seen, "="); kind {
	case "date":
		return unwanted(where, "COST_OPTIMIZATION_RECOMMENDATIONS")
	case "carbon_model_version":
		return unwanted(where, "CARBON_EMISSIONS")
	}
	return bucket.Fault(fmt.Errorf("no BILLING_PERIOD=<month>/%s-Manifest.json in %s, only %s; "+
		"wait for the export's first delivery", l.export, where, seen))
}

// mixed refuses a name under which both kinds lie.
func mixed(b *bucket.Bucket, l layout, folders []string) error {
	return bucket.Fault(fmt.Errorf("%s holds both an export of Data Exports and a legacy Cost and Usage Report: found %s; "+
		"deliver one of them under another name or prefix, or move what is no longer delivered",
		b.URL(l.root), strings.Join(folders, ", ")))
}

// noExport says what is there instead of the export.
func (s *source) noExport(ctx context.Context, b *bucket.Bucket) error {
	above := s.location.Prefix
	if above != "" {
		above += "/"
	}
	absent := fmt.Sprintf("no export %s in %s", s.export, b.URL(above))
	_, folders, err := b.ListFolder(ctx, above)
	if err != nil {
		return fmt.Errorf("%s, and no telling what is: %w", absent, err)
	}
	if s.bare && slices.Contains(folders, s.export) {
		return bucket.Fault(fmt.Errorf("%s: its folder is there without a data folder that has months such as BILLING_PERIOD=2026-10; "+
			"leave manifest: none out if the manifests are there", absent))
	}
	if slices.Contains(folders, s.export) && !isReport(folders) {
		return bucket.Fault(fmt.Errorf("%s: its folder is there with neither a metadata folder, as Data Exports writes, "+
			"nor folders of months such as 20261001-20261101, as the legacy Cost and Usage Report does; "+
			"set manifest: none if it is a copy of the data folder alone", absent))
	}
	if isExport(folders) || isReport(folders) {
		return bucket.Fault(fmt.Errorf("%s: this is an export's own folder; set location to the folder above it", absent))
	}
	exports, err := exportsIn(ctx, b, above, folders)
	if err != nil {
		return err
	}
	if len(exports) == 0 {
		return bucket.Fault(fmt.Errorf("%s, nor any other; check location, or wait for the first delivery, "+
			"which takes up to 24 hours", absent))
	}
	return bucket.Fault(fmt.Errorf("%s, but %s; set export to the one you mean", absent, strings.Join(exports, ", ")))
}

// exportsIn gives those of folders that are exports. It looks into the first
// 50 at most and passes over those that may not be listed: it is for a message.
func exportsIn(ctx context.Context, b *bucket.Bucket, above string, folders []string) ([]string, error) {
	var exports []string
	for _, folder := range folders[:min(len(folders), 50)] {
		_, inside, err := b.ListFolder(ctx, above+folder+"/")
		if ctx.Err() != nil {
			return nil, err
		}
		if isExport(inside) || isReport(inside) {
			exports = append(exports, folder)
		}
	}
	return exports, nil
}
