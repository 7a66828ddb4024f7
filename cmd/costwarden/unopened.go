package main

import (
	"context"

	"github.com/costwarden/costwarden/ingest"
)

// unopened is a source that could not be opened, as one that cannot be listed:
// the others go on without it.
type unopened struct {
	name string
	err  error
}

func (u unopened) Name() string     { return u.name }
func (u unopened) Provider() string { return "" }

func (u unopened) Exports(context.Context) ([]ingest.Export, error) { return nil, u.err }

func (u unopened) Fetch(context.Context, ingest.Export, string, func(int64)) (ingest.Delivery, error) {
	return ingest.Delivery{}, u.err
}
