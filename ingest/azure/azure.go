// Package azure reads the bills that Azure Cost Management exports: FOCUS, the
// pair of actual and amortized cost, and the usage of pay-as-you-go accounts,
// from Blob storage or from a folder in the same layout.
//
//	source, err   := azure.Open(ctx, "azure-ea", config)
//	exports, err  := source.Exports(ctx)                     // the newest whole run of each month
//	delivery, err := source.Fetch(ctx, exports[0], dir, nil) // the files that its manifests name
//
// A run of an export lies in its container like this, with a time in the place
// of the run's id or in another order, as the version of the export has it:
//
//	<root folder>/<export>/<20261001-20261031>/<run id>/manifest.json
//	<root folder>/<export>/<20261001-20261031>/<run id>/part_0_0001.snappy.parquet
//
// No path is ever read for what it may mean. Each manifest says of which scope,
// dataset and month its run is and when it was submitted:
//
//	listing -> manifests -> runs -> the newest whole run of each (scope, dataset, month)
//	        -> months: FOCUS alone, actual and amortized as a pair, with a price sheet if there is one
//
// Every run holds its month whole, so that the newest replaces the others. One
// that is not whole, holds nothing or covers less than another stands back.
package azure

import (
	"context"
	"errors"
	"fmt"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// source is one configured scope.
type source struct {
	name   string
	place  place
	wanted wanted
	open   func() (*bucket.Bucket, error)
	read   map[string]run // the runs of manifests that were read, by key and version
}

// Open prepares the source called name. It makes no request yet. An error is
// about the configuration unless it is an ingest.ErrSource.
func Open(ctx context.Context, name string, config Config) (ingest.Source, error) {
	if err := errors.Join(config.Validate()...); err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	place, _ := config.place() // valid, as Validate has seen
	s := &source{name: name, place: place, wanted: wanted{config.Exports, scopeOf(config.Scope)}, read: map[string]run{}}
	if place.folder != "" {
		s.open = func() (*bucket.Bucket, error) { return bucket.OpenFolder(place.folder) }
		return s, nil
	}
	open, err := openContainer(ctx, place, config)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	s.open = open
	return s, nil
}

// Name is the source's name in costwarden.yaml.
func (s *source) Name() string { return s.name }

// Provider is azure.
func (s *source) Provider() string { return "azure" }
