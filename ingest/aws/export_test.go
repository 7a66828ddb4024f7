package aws

import (
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// Hasten lets source lose its patience within milliseconds.
func Hasten(s ingest.Source) {
	open := s.(*source).open
	s.(*source).open = func() (*bucket.Bucket, error) {
		b, err := open()
		if err == nil {
			b.Patience = sourcetest.Impatient
		}
		return b, err
	}
}
