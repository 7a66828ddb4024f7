package bucket

import (
	"fmt"
	"slices"
	"strings"
)

// Location is where a source's objects lie, as costwarden.yaml says it.
type Location struct {
	Scheme string // s3, azblob, gs or file
	Bucket string // the bucket; for file the folder
	Prefix string // what all keys begin with, without the slash after it; empty: nothing
}

// ParseLocation reads s3://bucket/prefix and its like, or file:./folder. Other
// schemes than those named are refused.
func ParseLocation(location string, schemes ...string) (Location, error) {
	scheme, rest, found := strings.Cut(location, ":")
	if !found || !slices.Contains(schemes, scheme) {
		return Location{}, fmt.Errorf("location %q: want %s", location, examples(schemes))
	}
	if scheme == "file" {
		return parseFolder(location, rest)
	}
	rest, found = strings.CutPrefix(rest, "//")
	name, prefix, _ := strings.Cut(rest, "/")
	if !found || name == "" {
		return Location{}, fmt.Errorf("location %q: names no bucket; want %s", location, formOf(scheme))
	}
	return Location{scheme, name, strings.TrimSuffix(prefix, "/")}, nil
}

// parseFolder reads what follows file: as a path. With two slashes a host
// would follow, which is not what anybody means here.
func parseFolder(location, path string) (Location, error) {
	if rest, absolute := strings.CutPrefix(path, "///"); absolute {
		path = "/" + rest
	}
	if path == "" || strings.HasPrefix(path, "//") {
		return Location{}, fmt.Errorf("location %q: want file:./folder or file:/folder", location)
	}
	return Location{Scheme: "file", Bucket: path}, nil
}

// forms are how locations are written, by scheme.
var forms = map[string]string{
	"azblob": "azblob://account/container/prefix",
	"file":   "file:./folder",
}

func formOf(scheme string) string {
	if form, known := forms[scheme]; known {
		return form
	}
	return scheme + "://bucket/prefix"
}

func examples(schemes []string) string {
	var wanted []string
	for _, scheme := range schemes {
		wanted = append(wanted, formOf(scheme))
	}
	return strings.Join(wanted, " or ")
}
