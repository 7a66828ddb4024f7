// Package aws reads the bills that AWS delivers: FOCUS and CUR 2.0 of Data
// Exports and legacy Cost and Usage Reports, from S3 or from a folder in the
// same layout.
//
//	source, err   := aws.Open(ctx, "aws-payer", config)
//	exports, err  := source.Exports(ctx)                     // a listing of the manifests
//	delivery, err := source.Fetch(ctx, exports[0], dir, nil) // the manifest's files, whole
//
// An export lies in its bucket like this; overwrite and create-new differ only
// in the execution folder:
//
//	<prefix>/<export>/metadata/BILLING_PERIOD=2026-10/<export>-Manifest.json
//	<prefix>/<export>/metadata/BILLING_PERIOD=2026-10/<execution>/<export>-Manifest.json
//	<prefix>/<export>/data/BILLING_PERIOD=2026-10/[<execution>/]<export>-00001.snappy.parquet
//
// and a legacy report like this, with or without the assembly's folder, in
// Parquet for Athena in folders of the report's name once more:
//
//	<prefix>/<report>/20261001-20261101/<report>-Manifest.json
//	<prefix>/<report>/20261001-20261101/[<assembly>/]<report>-00001.csv.gz
//	<prefix>/<report>/<report>/year=2026/month=10/<report>-Manifest.json
//	<prefix>/<report>/<report>/year=2026/month=10/<report>-00001.snappy.parquet
//
// Which of them lies there shows in the folders; there is no setting for it.
//
// Only the manifest of a month's own folder says which files are the month.
// What else lies there (earlier executions, leftovers of a longer month, the
// same month in another casing) is never read.
package aws

import (
	"context"
	"errors"
	"fmt"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// source is one configured export.
type source struct {
	name     string
	location bucket.Location
	export   string
	bare     bool // a copy without manifests
	open     func() (*bucket.Bucket, error)
}

// Open prepares the source called name. It makes no request yet. An error is
// about the configuration unless it is an ingest.ErrSource.
func Open(ctx context.Context, name string, config Config) (ingest.Source, error) {
	if err := errors.Join(config.Validate()...); err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	location, _ := config.location() // valid, as Validate has seen
	s := &source{name: name, location: location, export: config.Export, bare: config.Manifest == "none"}
	if location.Scheme == "file" {
		s.open = func() (*bucket.Bucket, error) { return bucket.OpenFolder(location.Bucket) }
		return s, nil
	}
	open, err := openS3(ctx, location, config)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	s.open = open
	return s, nil
}

// Name is the source's name in costwarden.yaml.
func (s *source) Name() string { return s.name }

// Provider is aws.
func (s *source) Provider() string { return "aws" }
