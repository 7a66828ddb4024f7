// Package aws reads AWS Data Exports: FOCUS and CUR 2.0, from S3 or from a
// folder in the same layout.
//
//	source, err   := aws.Open(ctx, "aws-payer", config)
//	exports, err  := source.Exports(ctx)                     // one listing of the manifests
//	delivery, err := source.Fetch(ctx, exports[0], dir, nil) // the manifest's files, whole
//
// An export lies in its bucket like this; overwrite and create-new differ only
// in the execution folder:
//
//	<prefix>/<export>/metadata/BILLING_PERIOD=2026-10/<export>-Manifest.json
//	<prefix>/<export>/metadata/BILLING_PERIOD=2026-10/<execution>/<export>-Manifest.json
//	<prefix>/<export>/data/BILLING_PERIOD=2026-10/[<execution>/]<export>-00001.snappy.parquet
//
// Only the manifest of a month's own folder says which files are the month.
// What else lies there (earlier executions, leftovers of a longer month, the
// same month in another casing) is never read.
package aws

import (
	"context"
	"fmt"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// source is one configured export.
type source struct {
	name     string
	location bucket.Location
	export   string
	open     func() (*bucket.Bucket, error)
}

// Open prepares the source called name. It makes no request yet. An error is
// about the configuration unless it is an ingest.ErrSource.
func Open(ctx context.Context, name string, config Config) (ingest.Source, error) {
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	location, _ := config.location() // valid, as Validate has seen
	if location.Scheme == "file" {
		folder := func() (*bucket.Bucket, error) { return bucket.OpenFolder(location.Bucket) }
		return &source{name, location, config.Export, folder}, nil
	}
	open, err := openS3(ctx, location, config)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	return &source{name, location, config.Export, open}, nil
}

// Name is the source's name in costwarden.yaml.
func (s *source) Name() string { return s.name }

// Provider is aws.
func (s *source) Provider() string { return "aws" }
