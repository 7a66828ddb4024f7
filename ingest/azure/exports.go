package azure

import (
	"context"
	"fmt"

	"github.com/costwarden/costwarden/ingest"
)

// Exports lists the location, with the properties of all that lies there, and
// reads the manifests: one request for each 1,000 blobs, and one for each run.
func (s *source) Exports(ctx context.Context) ([]ingest.Export, error) {
	b, err := s.open()
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", s.name, err)
	}
	defer b.Close()
	months, err := s.months(ctx, b)
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", s.name, err)
	}
	var exports []ingest.Export
	for _, month := range months {
		exports = append(exports, month.export())
	}
	return exports, nil
}
