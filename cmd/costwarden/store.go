package main

import (
	"context"
	"fmt"

	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/ingest/focus"
)

// openStore opens the object store that FOCUS files lie in with the package of
// the cloud whose store it is: each SDK has one importer.
func openStore(ctx context.Context, location bucket.Location, config focus.Config) (focus.Store, error) {
	switch location.Scheme {
	case "s3":
		return aws.OpenBucket(ctx, location, awsAccess(config))
	default:
		return nil, fmt.Errorf("location: no store for %s", location.Scheme)
	}
}

// awsAccess is what a focus block says of access to S3.
func awsAccess(c focus.Config) aws.Config {
	return aws.Config{
		Location:      c.Location,
		Region:        c.Region,
		Endpoint:      c.Endpoint,
		PathStyle:     c.PathStyle,
		RoleARN:       c.RoleARN,
		ExternalID:    c.ExternalID,
		BucketOwner:   c.BucketOwner,
		RequesterPays: c.RequesterPays,
	}
}
