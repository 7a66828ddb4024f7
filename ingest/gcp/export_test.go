package gcp

import (
	"time"

	"github.com/costwarden/costwarden/ingest"
)

// Hasten lets a source that reads BigQuery lose its patience within wait.
func Hasten(s ingest.Source, wait time.Duration) {
	s.(*tableSource).patience = patience{call: wait, rows: wait, tries: 3, pause: time.Millisecond, pulls: 3}
}
