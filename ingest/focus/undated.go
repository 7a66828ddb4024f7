package focus

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// periodsOf opens each of objects for the month of its BillingPeriodStart.
func periodsOf(ctx context.Context, b *bucket.Bucket, objects []bucket.Object) (periods []model.Period, err error) {
	if len(objects) == 0 {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "costwarden-focus-")
	if err != nil {
		return nil, fmt.Errorf("make a scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var problems []error
	for i, object := range objects {
		period, err := periodOf(ctx, b, object, filepath.Join(dir, fmt.Sprint(i)))
		if ctx.Err() != nil {
			return nil, err
		}
		periods, problems = append(periods, period), append(problems, err)
	}
	return periods, errors.Join(problems...)
}

func periodOf(ctx context.Context, b *bucket.Bucket, object bucket.Object, dir string) (model.Period, error) {
	if object.Bytes == 0 {
		return model.Period{}, bucket.Fault(fmt.Errorf("%s is empty, and its path names no month; remove it, or wait until it is written", b.URL(object.Key)))
	}
	files, err := b.Fetch(ctx, []bucket.Object{object}, dir, nil)
	if err != nil {
		return model.Period{}, err
	}
	encoding, err := encodingOf(object.Key)
	if err != nil {
		return model.Period{}, err
	}
	periods, err := ingest.BillingPeriods(ctx, ingest.Delivery{Encoding: encoding, Files: files}, dir)
	if err == nil && len(periods) > 1 {
		err = bucket.Fault(fmt.Errorf("%s holds the billing periods %s and %s; write one file for each month, "+
			"as docs/connect-focus.md shows with one query", b.URL(object.Key), periods[0], periods[1]))
	}
	if err != nil {
		return model.Period{}, err
	}
	return periods[0], os.RemoveAll(dir)
}
