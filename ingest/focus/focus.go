// Package focus reads bills that are FOCUS files already, whoever writes them:
// a cloud without an exporter of its own here, a SaaS vendor, an internal
// platform that charges back.
//
//	source, err   := focus.Open(ctx, "snowflake", config, stores)
//	exports, err  := source.Exports(ctx)                     // the months, by the paths of their files
//	delivery, err := source.Fetch(ctx, exports[0], dir, nil) // a month's files, and which FOCUS they are
//
// There is no manifest: a month is a file or a folder, and the path says which
// month it is. A folder of that name holds the month's parts; a file of that
// name is the whole month. A file whose path names no month is opened for its
// BillingPeriodStart.
//
//	<location>/2026-10.csv
//	<location>/billing_period=2026-10/part-0.parquet
//	<location>/2026/10/usage.csv.gz
//	<location>/invoice.zip
//
// Where more than one reading is possible nothing is loaded: a month that is
// counted twice is worse than a message.
package focus

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// Store opens a bucket anew for each use.
type Store func() (*bucket.Bucket, error)

// Stores opens the object store of a location with its cloud's package. It
// makes no request. A file location never comes to it.
type Stores func(ctx context.Context, location bucket.Location, config Config) (Store, error)

// source is one configured place of FOCUS files.
type source struct {
	name   string
	root   string // what all keys begin with: empty, or ends in a slash
	config Config
	open   Store
}

// Open prepares the source called name. It makes no request yet. An error is
// about the configuration unless it is an ingest.ErrSource.
func Open(ctx context.Context, name string, config Config, stores Stores) (ingest.Source, error) {
	if err := errors.Join(config.Validate()...); err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	location, _ := config.location() // valid, as Validate has seen
	s := &source{name: name, root: rootOf(location), config: config}
	if location.Scheme == "file" {
		s.open = func() (*bucket.Bucket, error) { return bucket.OpenFolder(location.Bucket) }
		return s, nil
	}
	open, err := stores(ctx, location, config)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", name, err)
	}
	s.open = open
	return s, nil
}

// rootOf is what the keys of a location's objects begin with. In an account of
// Azure the first folder is the container, which no key names.
func rootOf(location bucket.Location) string {
	prefix := location.Prefix
	if location.Scheme == "azblob" {
		_, prefix, _ = strings.Cut(prefix, "/")
	}
	if prefix = strings.Trim(prefix, "/"); prefix == "" {
		return ""
	}
	return prefix + "/"
}

// Name is the source's name in costwarden.yaml.
func (s *source) Name() string { return s.name }

// Provider is focus.
func (s *source) Provider() string { return "focus" }
