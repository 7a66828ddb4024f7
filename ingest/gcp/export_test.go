package gcp

import (
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// Hasten lets a source that reads BigQuery lose its patience within wait.
func Hasten(s ingest.Source, wait time.Duration) {
	s.(*tableSource).patience = patience{call: wait, rows: wait, tries: 3, pause: time.Millisecond, pulls: 3}
}

// HastenFiles lets a source that reads files lose its patience within
// milliseconds.
func HastenFiles(s ingest.Source) {
	open := s.(*files).open
	s.(*files).open = func() (*bucket.Bucket, error) {
		b, err := open()
		if err == nil {
			b.Patience = sourcetest.Impatient
		}
		return b, err
	}
}
