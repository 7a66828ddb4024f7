package gcp

import (
	"context"
	"slices"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// OpenBucket prepares to read a gs:// location that holds something else than
// Google's billing exports, with the credentials that config names. It makes no
// request yet; what it gives opens the bucket.
func OpenBucket(ctx context.Context, location bucket.Location, config Config) (func() (*bucket.Bucket, error), error) {
	return openGCS(ctx, location, config)
}

// ValidateAccess tells what is wrong with what c says of access to a bucket,
// one error for each.
func (c Config) ValidateAccess() []error {
	return slices.DeleteFunc([]error{c.validateEndpoint()}, func(err error) bool { return err == nil })
}
