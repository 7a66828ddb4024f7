package gcp

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/costwarden/costwarden/ingest"
)

// landed is what of a partition lies on local disk, by month. Its file is
// written after the rows' files: what it does not name is not there.
type landed struct {
	Columns string                 `json:"columns"` // the layout's mark
	Months  map[string]landedMonth `json:"months"`
}

// landedMonth is the file of a partition's rows of one month.
type landedMonth struct {
	content
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
}

// landedFile says what of a partition is landed.
const landedFile = "landed.json"

// folder is where the partition id is landed.
func (t *tableSource) folder(id string) string { return filepath.Join(t.place.Folder, id) }

// loadLanded reads what is landed of the partition id; nothing where that
// cannot be read.
func (t *tableSource) loadLanded(id string) (landed, error) {
	text, err := os.ReadFile(filepath.Join(t.folder(id), landedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return landed{}, nil
	}
	var l landed
	if err == nil && json.Unmarshal(text, &l) != nil {
		return landed{}, nil
	}
	return l, err
}

// holds reports whether l has month just as it is counted, and its file is
// whole.
func (l landed) holds(folder, month string, counted content) bool {
	lies, there := l.Months[month]
	if !there || lies.content != counted {
		return false
	}
	stat, err := os.Stat(filepath.Join(folder, lies.File))
	return err == nil && stat.Mode().IsRegular() && stat.Size() == lies.Bytes
}

// isLanded reports whether every month of the partition is landed.
func (t *tableSource) isLanded(id string, p partition) bool {
	l, err := t.loadLanded(id)
	for month, counted := range p.Months {
		if month != "" && (err != nil || !l.holds(t.folder(id), month, counted)) {
			return false
		}
	}
	return true
}

// file is the landed file of the partition id that holds month, as a part of a
// delivery.
func (l landed) file(folder, table, id, month string) ingest.File {
	lies := l.Months[month]
	return ingest.File{
		Path:   filepath.Join(folder, lies.File),
		Object: table + "$" + id + "/" + month,
		Bytes:  lies.Bytes,
		ETag:   fmt.Sprintf("%d rows, newest %d", lies.Rows, lies.Newest),
	}
}

// landedName is the name of the file of month with that content.
func landedName(month string, held content) string {
	mark := sha256.Sum256(fmt.Append(nil, held.Rows, held.Newest))
	return fmt.Sprintf("%s-%x.json.zst", month, mark[:6])
}

// land puts the pulled months into the partition's folder: each under its
// name, then what says so, then the files that were there before go.
func (t *tableSource) land(id string, pulled map[string]*part) error {
	folder := t.folder(id)
	now := landed{Columns: t.layout.mark, Months: map[string]landedMonth{}}
	for month, p := range pulled {
		name := landedName(month, p.content)
		if err := os.Rename(p.file.Name(), filepath.Join(folder, name)); err != nil {
			return err
		}
		now.Months[month] = landedMonth{p.content, name, p.bytes}
	}
	text, err := json.Marshal(now)
	if err != nil {
		return err
	}
	if err := writeWhole(folder, landedFile, text); err != nil {
		return err
	}
	return sweep(folder, now)
}

// sweep removes from folder what l does not name: the rows of an earlier
// state, and what a run that was killed left half-written.
func sweep(folder string, l landed) error {
	keep := map[string]bool{landedFile: true}
	for _, month := range l.Months {
		keep[month.File] = true
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var failures []error
	for _, entry := range entries {
		if !keep[entry.Name()] {
			failures = append(failures, os.Remove(filepath.Join(folder, entry.Name())))
		}
	}
	return errors.Join(failures...)
}
