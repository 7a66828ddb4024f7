package gcp

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// manifestName is the file that says an export to files is complete. It is
// written last, into a folder that no earlier export wrote to.
const manifestName = "costwarden-export.json"

// manifest is what costwarden-export.json says.
type manifest struct {
	Table        string         `json:"table"`         // project.dataset.table
	Kind         kind           `json:"kind"`          // detailed, standard or focus
	InvoiceMonth string         `json:"invoice_month"` // 202610
	ExportedAt   time.Time      `json:"exported_at"`
	Rows         *int64         `json:"rows"` // null where unknown
	Files        []manifestFile `json:"files"`
}

// manifestFile is one file, below the manifest's own folder.
type manifestFile struct {
	Name  string `json:"name"`
	Bytes *int64 `json:"bytes"` // null where unknown
}

// parseManifest reads the manifest at where, an address for messages, and the
// month it is of.
func parseManifest(content []byte, where string) (manifest, model.Period, error) {
	var m manifest
	if err := json.Unmarshal(content, &m); err != nil {
		return m, model.Period{}, unreadable(where, fmt.Sprintf("is no manifest of an export: %v", err))
	}
	month, err := parseMonth(m.InvoiceMonth)
	if err != nil {
		return m, month, unreadable(where, fmt.Sprintf("has the invoice_month %q; want one such as 202610", m.InvoiceMonth))
	}
	named, err := parseTable(m.Table)
	if err == nil {
		err = named.refuseOther()
	}
	switch byName := named.kindByName(); {
	case err != nil:
		return m, month, unreadable(where, "names a "+err.Error())
	case !slices.Contains(kinds, m.Kind):
		return m, month, unreadable(where, fmt.Sprintf("has the kind %q; want detailed, standard or focus", m.Kind))
	case byName != "" && byName != m.Kind:
		return m, month, unreadable(where, fmt.Sprintf("has the kind %s, and the name of its table %s says %s", m.Kind, m.Table, byName))
	case m.ExportedAt.IsZero():
		return m, month, unreadable(where, "has no exported_at, which tells the newest export of a month from older ones")
	}
	return m, month, nil
}

// parseMonth reads an invoice month as Google writes it: 202610.
func parseMonth(text string) (model.Period, error) {
	start, err := time.Parse("200601", text)
	if err != nil {
		return model.Period{}, err
	}
	return model.ParsePeriod(start.Format("2006-01"))
}

// keys are the keys of the files of the manifest at key.
func (m manifest) keys(key, where string) ([]string, error) {
	if len(m.Files) == 0 {
		return nil, fmt.Errorf("%w: %s names no files", ingest.ErrNotDelivered, where)
	}
	folder := strings.TrimSuffix(key, manifestName)
	var keys []string
	for _, file := range m.Files {
		if !isPlain(file.Name) {
			return nil, unreadable(where, fmt.Sprintf("names %q; want a path below its own folder", file.Name))
		}
		if slices.Contains(keys, folder+file.Name) {
			return nil, unreadable(where, fmt.Sprintf("names %s twice, which would count it twice", file.Name))
		}
		keys = append(keys, folder+file.Name)
	}
	return keys, nil
}

// encodings by the ends of file names.
var encodings = map[string]string{".parquet": "parquet", ".json": "json", ".jsonl": "json", ".ndjson": "json"}

// encoding is the one encoding of all files.
func (m manifest) encoding(where string) (string, error) {
	found := ""
	for _, file := range m.Files {
		name := strings.TrimSuffix(strings.TrimSuffix(file.Name, ".gz"), ".zst")
		encoding, known := encodings[path.Ext(name)]
		switch {
		case !known || encoding == "parquet" && name != file.Name:
			return "", unreadable(where, fmt.Sprintf("names %s; want .parquet, or .json, .jsonl or .ndjson plain or with .gz or .zst", file.Name))
		case found != "" && found != encoding:
			return "", unreadable(where, fmt.Sprintf("names %s files beside %s files; want one of the two", encoding, found))
		}
		found = encoding
	}
	return found, nil
}

// isPlain reports whether path leads down only, one named step after another.
func isPlain(path string) bool {
	if !utf8.ValidString(path) || strings.ContainsAny(path, `\:`) || strings.ContainsFunc(path, unicode.IsControl) {
		return false
	}
	for step := range strings.SplitSeq(path, "/") {
		if step == "" || step == "." || step == ".." {
			return false
		}
	}
	return true
}

// unreadable refuses a manifest that cannot be followed.
func unreadable(where, why string) error {
	return bucket.Fault(fmt.Errorf("manifest %s %s", where, why))
}
