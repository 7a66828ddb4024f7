package aws

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// manifest is the list of contents that Data Exports writes for each month,
// <export>-Manifest.json.
type manifest struct {
	Columns []struct {
		Name string `json:"name"`
	} `json:"columns"`
	DataFiles  []string `json:"dataFiles"`  // s3://bucket/key
	ReportKeys []string `json:"reportKeys"` // in a legacy report's manifest only
}

// parseManifest reads the manifest at where, an address for messages.
func parseManifest(content []byte, where string) (manifest, error) {
	var m manifest
	if err := json.Unmarshal(content, &m); err != nil {
		return manifest{}, unreadable(where, fmt.Sprintf("is no manifest of Data Exports: %v", err))
	}
	if len(m.ReportKeys) > 0 {
		return manifest{}, unwanted(where, "a legacy Cost and Usage Report")
	}
	if len(m.DataFiles) == 0 {
		return manifest{}, fmt.Errorf("%w: %s names no files", ingest.ErrNotDelivered, where)
	}
	return m, nil
}

func (m manifest) columns() []string {
	var names []string
	for _, column := range m.Columns {
		names = append(names, column.Name)
	}
	return names
}

// keys are the keys of the month's files in l's bucket.
func (m manifest) keys(l layout, month model.Period, where string) ([]string, error) {
	return resolve(m.DataFiles, where, func(address string) (string, error) { return l.dataKey(address, month) })
}

// resolve gives the key of each file that the manifest at where names. None
// may be named twice.
func resolve(named []string, where string, keyOf func(string) (string, error)) ([]string, error) {
	seen := map[string]bool{}
	var keys []string
	for _, address := range named {
		key, err := keyOf(address)
		if err != nil {
			return nil, unreadable(where, err.Error())
		}
		if seen[key] {
			return nil, unreadable(where, fmt.Sprintf("names %s twice, which would count it twice", address))
		}
		seen[key] = true
		keys = append(keys, key)
	}
	return keys, nil
}

// dataKey is the key of a file that a manifest names by its address. The
// address is believed only as far as the export's own folder for month: in a
// copy of the bucket, where the manifest still names the first one, the same
// file is meant below the copy's own prefix.
func (l layout) dataKey(address string, month model.Period) (string, error) {
	rest, ok := strings.CutPrefix(address, "s3://")
	name, key, _ := strings.Cut(rest, "/")
	if !ok || name == "" {
		return "", fmt.Errorf("names %q, which is no s3:// address", address)
	}
	var file string
	if name == l.bucket {
		file, ok = strings.CutPrefix(key, l.data())
	} else {
		file, ok = afterLast("/"+key, "/"+l.export+"/data/")
	}
	if !ok || !isInMonth(file, month) {
		return "", fmt.Errorf("names %q, which is not in this export's data folder of %s", address, month)
	}
	return l.data() + file, nil
}

func afterLast(s, marker string) (after string, found bool) {
	i := strings.LastIndex(s, marker)
	if i < 0 {
		return "", false
	}
	return s[i+len(marker):], true
}

// isInMonth reports whether file, a path below the data folder, is a plain
// path in the folder of month.
func isInMonth(file string, month model.Period) bool {
	folder, _, inside := strings.Cut(file, "/")
	of, ok := partitionMonth(folder)
	return ok && of == month && inside && bucket.IsPlain(file)
}

// unwanted refuses an export of another kind.
func unwanted(where, found string) error {
	return bucket.Fault(fmt.Errorf("%s: found %s; want an export of FOCUS 1.2 (FOCUS_1_2_AWS) or CUR 2.0 (COST_AND_USAGE_REPORT)", where, found))
}

// unreadable refuses a manifest that cannot be followed.
func unreadable(where, why string) error {
	return bucket.Fault(fmt.Errorf("manifest %s %s", where, why))
}
