package azure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// Fetch downloads the files of the month's runs.
func (s *source) Fetch(ctx context.Context, export ingest.Export, dir string, progress func(bytes int64)) (ingest.Delivery, error) {
	b, err := s.open()
	if err != nil {
		return ingest.Delivery{}, fmt.Errorf("source %s: %w", s.name, err)
	}
	defer b.Close()
	delivery, err := s.fetch(ctx, b, export, dir, progress)
	for restart := 0; restart < restarts && isReplaced(err); restart++ {
		delivery, err = s.fetch(ctx, b, export, dir, progress)
	}
	if isReplaced(err) && ctx.Err() == nil {
		err = fmt.Errorf("%w: %v, each time; run again later", ingest.ErrNotDelivered, err)
	}
	if err != nil {
		return ingest.Delivery{}, fmt.Errorf("source %s: fetch %s: %w", s.name, export.Slice, err)
	}
	return delivery, nil
}

// fetch reads the month as it is listed now. Its error is a bucket.ErrChanged
// or ErrMissing where the month was delivered anew meanwhile.
func (s *source) fetch(ctx context.Context, b *bucket.Bucket, export ingest.Export, dir string, progress func(int64)) (ingest.Delivery, error) {
	months, err := s.months(ctx, b)
	if err != nil && !errors.Is(err, errNothing) {
		return ingest.Delivery{}, err
	}
	i := slices.IndexFunc(months, func(m month) bool { return m.period == export.Period })
	if i < 0 {
		return ingest.Delivery{}, fmt.Errorf("%w: its run was deleted while it was read; run again later", ingest.ErrNotDelivered)
	}
	m := months[i]
	switch {
	case m.err != nil:
		return ingest.Delivery{}, m.err
	case export.Version == unreadable:
		return ingest.Delivery{}, fmt.Errorf("%w: its run was not whole when it was listed and is now; the next run of costwarden loads it", ingest.ErrNotDelivered)
	}
	encoding, err := m.encoding()
	if err != nil {
		return ingest.Delivery{}, err
	}
	files, err := m.fetch(ctx, b, dir, progress)
	if err != nil {
		return ingest.Delivery{}, err
	}
	delivery := ingest.Delivery{Encoding: encoding, Files: files, Rows: m.rows(), Note: strings.Join(m.notes, "; ")}
	delivery.Format, err = m.format(ctx, delivery)
	return delivery, err
}

// rows is how many lines of costs the manifests say there are, nil where one of
// them does not tell.
func (m month) rows() *int64 {
	var sum int64
	for _, r := range m.runs {
		switch {
		case !r.dataset.isCost():
		case r.rows == nil:
			return nil
		default:
			sum += *r.rows
		}
	}
	return &sum
}

// fetch downloads the files of all runs at once, and looks whether their
// manifests are still there as they were.
func (m month) fetch(ctx context.Context, b *bucket.Bucket, dir string, progress func(int64)) ([]ingest.File, error) {
	var objects []bucket.Object
	var parts []string
	for _, r := range m.runs {
		for _, object := range r.objects() {
			objects = append(objects, object)
			parts = append(parts, r.dataset.part())
		}
	}
	files, err := b.Fetch(ctx, objects, dir, progress)
	if err != nil {
		return nil, err
	}
	for i := range files {
		files[i].Part = parts[i]
	}
	for _, r := range m.runs {
		now, err := b.Look(ctx, r.manifest.Key)
		if err != nil {
			return nil, err
		}
		if now.Version() != r.manifest.Version() {
			return nil, bucket.Fault(fmt.Errorf("%s: %w", r.where, bucket.ErrChanged))
		}
	}
	return files, nil
}

// part names a dataset's files where a month has several.
func (d dataset) part() string {
	switch d {
	case actualCost, amortizedCost, priceSheet:
		return string(d)
	}
	return ""
}
