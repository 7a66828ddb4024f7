package aws

import (
	"context"
	"slices"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// OpenBucket prepares to read an s3:// location that holds something else than
// an export of AWS, with the credentials at hand and what config says of
// access. It makes no request yet; what it gives opens the bucket.
func OpenBucket(ctx context.Context, location bucket.Location, config Config) (func() (*bucket.Bucket, error), error) {
	return openS3(ctx, location, config)
}

// ValidateAccess tells what is wrong with what c says of access to a bucket,
// one error for each.
func (c Config) ValidateAccess() []error {
	all := []error{c.validateEndpoint(), c.validateRole(), c.validateOwner()}
	return slices.DeleteFunc(all, func(err error) bool { return err == nil })
}
