package focus

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// encodings are how files are written, by the ends of their names.
var encodings = []struct{ end, encoding string }{
	{".parquet", "parquet"}, {".csv", "csv"}, {".csv.gz", "csv"}, {".csv.zip", "csv"}, {".zip", "csv"},
}

// unread are ends of names that bills come in and that are not read.
var unread = []string{".xlsx", ".xls", ".ods", ".tsv", ".zst", ".bz2", ".xz", ".7z", ".tar", ".tgz", ".orc", ".avro", ".jsonl", ".ndjson", ".gz"}

// encodingOf is how the file at key is written; empty where it is no bill,
// such as a read-me or a file that is still being uploaded under another name.
func encodingOf(key string) (string, error) {
	name := strings.ToLower(path.Base(key))
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return "", nil
	}
	for _, known := range encodings {
		if strings.HasSuffix(name, known.end) {
			return known.encoding, nil
		}
	}
	if slices.Contains(unread, path.Ext(name)) {
		return "", fmt.Errorf("%s is no file that is read; write it as CSV (plain, gzip or zip) or Parquet, or move it elsewhere", key)
	}
	return "", nil
}

// encodingOfAll is how all of objects are written. Both in one month are most
// likely the month twice.
func encodingOfAll(objects []bucket.Object) (string, error) {
	first, err := encodingOf(objects[0].Key)
	for _, object := range objects[1:] {
		if encoding, _ := encodingOf(object.Key); err == nil && encoding != first {
			return "", fmt.Errorf("%s and %s are one month as CSV and as Parquet; keep one of them", objects[0].Key, object.Key)
		}
	}
	return first, err
}
