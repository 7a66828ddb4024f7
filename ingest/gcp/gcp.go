// Package gcp reads the bills that Google Cloud exports: the detailed and the
// standard usage cost export and the FOCUS export, out of BigQuery or from
// files that were exported from there.
//
//	source, err   := gcp.Open(ctx, "gcp-main", config, place)
//	exports, err  := source.Exports(ctx)                     // invoice months and what they hold
//	delivery, err := source.Fetch(ctx, exports[0], dir, nil) // the month's rows as local files
//
// An export to files lies in a folder of its own, its manifest written last:
//
//	<prefix>/<any folders>/costwarden-export.json
//	<prefix>/<any folders>/000000000000.parquet
//
// Only a month's newest manifest says which files are the month. What else
// lies there (shards of an earlier, longer export, exports that failed
// half-way) is never read.
package gcp

import (
	"context"
	"errors"
	"fmt"

	"github.com/costwarden/costwarden/ingest"
)

// Open prepares the source called name. It makes no request yet. An error is
// about the configuration unless it is an ingest.ErrSource.
func Open(ctx context.Context, name string, config Config, place ingest.Place) (ingest.Source, error) {
	if err := errors.Join(config.Validate()...); err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	var source ingest.Source
	var err error
	if config.Location != "" {
		source, err = openFiles(ctx, name, config)
	} else {
		source, err = openTable(ctx, name, config, place)
	}
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	return source, nil
}
