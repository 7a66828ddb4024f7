package ingest

import (
	"encoding/csv"
	"encoding/json"
	"strings"
)

// csvAsJSON turns a small reference table into a JSON list of objects, a form
// that one query parameter can carry.
func csvAsJSON(text string) (string, error) {
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return "", err
	}
	var objects []map[string]*string
	for _, line := range lines[1:] {
		object := map[string]*string{}
		for i, name := range lines[0] {
			if line[i] != "" {
				object[name] = &line[i]
			}
		}
		objects = append(objects, object)
	}
	out, err := json.Marshal(objects)
	return string(out), err
}
