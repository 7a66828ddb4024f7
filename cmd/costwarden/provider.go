package main

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/ingest/azure"
	"github.com/costwarden/costwarden/ingest/focus"
	"github.com/costwarden/costwarden/ingest/gcp"
)

// provider is the block of a source that says whose bills it brings.
type provider struct {
	name     string
	location *string   // where the exports lie; a file: path in it is anchored
	files    []*string // paths of files that hold secrets; they are anchored too
	validate func() []error
	open     func(ctx context.Context, name string, place ingest.Place) (ingest.Source, error)
}

// providers are the blocks that a source has; it should have one.
func (s SourceConfig) providers() []provider {
	var all []provider
	if c := s.AWS; c != nil {
		open := func(ctx context.Context, name string, _ ingest.Place) (ingest.Source, error) {
			return aws.Open(ctx, name, *c)
		}
		all = append(all, provider{"aws", &c.Location, nil, c.Validate, open})
	}
	if c := s.Azure; c != nil {
		open := func(ctx context.Context, name string, _ ingest.Place) (ingest.Source, error) {
			return azure.Open(ctx, name, *c)
		}
		files := []*string{&c.SASFile, &c.KeyFile, &c.ConnectionStringFile}
		all = append(all, provider{"azure", &c.Location, files, c.Validate, open})
	}
	if c := s.GCP; c != nil {
		open := func(ctx context.Context, name string, place ingest.Place) (ingest.Source, error) {
			return gcp.Open(ctx, name, *c, place)
		}
		all = append(all, provider{"gcp", &c.Location, []*string{&c.CredentialsFile}, c.Validate, open})
	}
	if c := s.Focus; c != nil {
		open := func(ctx context.Context, name string, _ ingest.Place) (ingest.Source, error) {
			return focus.Open(ctx, name, *c, openStore)
		}
		files := []*string{&c.SASFile, &c.KeyFile, &c.ConnectionStringFile, &c.CredentialsFile}
		all = append(all, provider{"focus", &c.Location, files, func() []error { return validateFocus(*c) }, open})
	}
	return all
}

// openSource opens a source with its provider's package. What is wrong then is
// the configuration, unless it is an ingest.ErrSource.
func (w *work) openSource(ctx context.Context, config SourceConfig, dryRun bool) (ingest.Source, error) {
	name := config.Name.Value
	place := ingest.Place{
		Folder:   filepath.Join(w.config.Landing, name, "partitions"),
		ReadOnly: dryRun,
		Log:      w.app.log.With("stage", "ingest", "source", name),
	}
	source, err := config.providers()[0].open(ctx, name, place)
	if err != nil && !errors.Is(err, ingest.ErrSource) {
		err = fail(exitUsage, err)
	}
	return source, err
}
