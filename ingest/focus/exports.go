package focus

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// Exports lists the files, one listing in all, and sorts them into months.
// Only files whose paths name no month are opened, each time.
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
	listed, err := b.List(ctx, s.root)
	if err != nil {
		return nil, err
	}
	months, err := s.months(ctx, b, listed)
	if err != nil {
		return nil, err
	}
	if len(months) == 0 {
		return nil, bucket.Fault(fmt.Errorf("no CSV or Parquet file in %s; check location, or put the first month there", b.URL(s.root)))
	}
	var exports []ingest.Export
	for _, m := range months {
		objects, err := m.objects(s.config.Layout)
		if err != nil {
			objects = m.files // Fetch says why this month is not loaded; the others are
		}
		exports = append(exports, exportOf(m.period, objects))
	}
	slices.SortFunc(exports, func(a, b ingest.Export) int { return cmp.Compare(a.Slice, b.Slice) })
	return exports, nil
}

// months sorts the bills among listed objects into months.
func (s *source) months(ctx context.Context, b *bucket.Bucket, listed []bucket.Object) ([]*month, error) {
	var all monthly
	var undated []bucket.Object
	var problems []error
	for _, object := range listed {
		file := strings.TrimPrefix(object.Key, s.root)
		encoding, err := encodingOf(file)
		if err != nil {
			problems = append(problems, err)
		}
		if encoding == "" {
			continue
		}
		place, err := placeOf(file)
		switch {
		case err != nil:
			problems = append(problems, err)
		case place.month.IsZero():
			undated = append(undated, object)
		default:
			all.add(place, object)
		}
	}
	if len(problems) > 0 {
		return nil, bucket.Fault(fmt.Errorf("%s: %w", b.URL(s.root), errors.Join(problems...)))
	}
	periods, err := periodsOf(ctx, b, undated)
	for i, period := range periods {
		all.add(place{month: period}, undated[i])
	}
	return all.months, err
}

// exportOf is a month's export. Its version is another once a file is another,
// or once there are more or fewer; its Ref lists the keys.
func exportOf(period model.Period, objects []bucket.Object) ingest.Export {
	var keys []string
	var bytes int64
	for _, object := range objects {
		keys = append(keys, object.Key)
		bytes += object.Bytes
	}
	ref, _ := json.Marshal(keys) // strings always marshal
	return ingest.Export{
		Slice:   period.String(),
		Period:  period,
		Version: versionOf(objects),
		Ref:     string(ref),
		Bytes:   bytes,

		Delivered: bucket.Newest(objects),
	}
}

func versionOf(objects []bucket.Object) string {
	hash := sha256.New()
	for _, object := range objects {
		fmt.Fprintf(hash, "%q %q %d\n", object.Key, object.Version(), object.Bytes)
	}
	return fmt.Sprintf("%x", hash.Sum(nil))[:32]
}
