package ingest

import (
	"embed"
	"errors"
	"io/fs"
	"strings"
)

//go:embed macros/*.sql
var macros embed.FS

// macrosFor are the words that the mapping of a format reads: those that all
// share, and those of its provider.
func macrosFor(format string) (string, error) {
	shared, err := macros.ReadFile("macros/shared.sql")
	if err != nil {
		return "", err
	}
	own, err := macros.ReadFile("macros/" + providerOf(format) + ".sql")
	if errors.Is(err, fs.ErrNotExist) {
		return string(shared), nil
	}
	return string(shared) + "\n" + string(own), err
}

// providerOf is the provider that a format is of, as the format is named after it.
func providerOf(format string) string {
	provider, _, _ := strings.Cut(format, "_")
	return provider
}
