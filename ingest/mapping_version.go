package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// MappingVersions gives each format the version of its mapping in this
// release, as the table import keeps it of each month.
func MappingVersions() (map[string]string, error) {
	versions := map[string]string{}
	for _, format := range formats() {
		version, err := mappingVersion(format)
		if err != nil {
			return nil, err
		}
		versions[format] = version
	}
	return versions, nil
}

// mappingVersion is the version of format's mapping in this release; empty
// where this release has none.
func mappingVersion(format string) (string, error) {
	if !slices.Contains(formats(), format) {
		return "", nil
	}
	m, err := mappingOf(format)
	if err != nil {
		return "", err
	}
	return m.version()
}

// version changes when the rows that m makes of a delivery may: it is a hash of
// its selects and columns, of the words that mappings share and of the
// references it names. Comments do not count, nor do the tie-outs, which change
// no row.
func (m mapping) version() (string, error) {
	m.title, m.checks = "", ""
	m.charges, m.control = withoutComments(m.charges), withoutComments(m.control)
	m.set, m.split = withoutComments(m.set), withoutComments(m.split)
	words, err := macrosFor(m.format)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%+v\n%s", m, withoutComments(words))
	if m.prices != "" {
		prices, err := m.pricesOf()
		if err != nil {
			return "", err
		}
		text += withoutComments(prices.charges)
	}
	files, err := fs.Glob(references, "reference/*.csv")
	if err != nil {
		return "", err
	}
	for _, file := range files {
		if !strings.Contains(text, strings.TrimSuffix(path.Base(file), ".csv")) {
			continue
		}
		reference, err := references.ReadFile(file)
		if err != nil {
			return "", err
		}
		text += "\n" + string(reference)
	}
	hash := sha256.Sum256([]byte(text))
	return hex.EncodeToString(hash[:6]), nil
}

// withoutComments is text without the lines that are comments of SQL alone.
func withoutComments(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "--") {
			out.WriteString(line)
		}
	}
	return out.String()
}
