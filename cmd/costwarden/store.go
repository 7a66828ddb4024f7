package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/ingest/azure"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/ingest/focus"
	"github.com/costwarden/costwarden/ingest/gcp"
)

// openStore opens the object store that FOCUS files lie in with the package of
// the cloud whose store it is: each SDK has one importer.
func openStore(ctx context.Context, location bucket.Location, config focus.Config) (focus.Store, error) {
	switch location.Scheme {
	case "s3":
		return aws.OpenBucket(ctx, location, awsAccess(config))
	case "azblob":
		return azure.OpenBucket(ctx, azureAccess(config))
	case "gs":
		return gcp.OpenBucket(ctx, location, gcpAccess(config))
	default:
		return nil, fmt.Errorf("location: no store for %s", location.Scheme)
	}
}

// validateFocus tells what is wrong with a focus block, its access included.
func validateFocus(c focus.Config) []error {
	problems := c.Validate()
	if len(problems) > 0 {
		return problems
	}
	switch scheme, _, _ := strings.Cut(c.Location, ":"); scheme {
	case "s3":
		return awsAccess(c).ValidateAccess()
	case "azblob":
		return azureAccess(c).ValidateAccess()
	case "gs":
		return gcpAccess(c).ValidateAccess()
	}
	return nil
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

// azureAccess is what it says of access to Blob storage.
func azureAccess(c focus.Config) azure.Config {
	return azure.Config{
		Location:             c.Location,
		Cloud:                c.Cloud,
		Endpoint:             c.Endpoint,
		SASEnv:               c.SASEnv,
		SASFile:              c.SASFile,
		KeyEnv:               c.KeyEnv,
		KeyFile:              c.KeyFile,
		ConnectionStringEnv:  c.ConnectionStringEnv,
		ConnectionStringFile: c.ConnectionStringFile,
	}
}

// gcpAccess is what it says of access to Cloud Storage.
func gcpAccess(c focus.Config) gcp.Config {
	return gcp.Config{Location: c.Location, Endpoint: c.Endpoint, CredentialsFile: c.CredentialsFile}
}
