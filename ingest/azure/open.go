package azure

import (
	"context"
	"slices"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// OpenBucket prepares to read a container that holds something else than
// exports of Azure: the location of config, azblob://account/container/prefix,
// signed in as config says. It makes no request yet; what it gives opens the
// container.
func OpenBucket(ctx context.Context, config Config) (func() (*bucket.Bucket, error), error) {
	p, err := config.place()
	if err != nil {
		return nil, err
	}
	return openContainer(ctx, p, config)
}

// ValidateAccess tells what is wrong with where c looks and what it says of
// access, one error for each.
func (c Config) ValidateAccess() []error {
	_, err := c.place()
	all := []error{err, c.validateCloud(), c.validateEndpoint(), c.validateSecrets()}
	return slices.DeleteFunc(all, func(err error) bool { return err == nil })
}
