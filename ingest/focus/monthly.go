package focus

import (
	"fmt"
	"path"
	"slices"

	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// monthly are files by month.
type monthly struct{ months []*month }

// month is the files of one month, as listed: in the order of their keys.
type month struct {
	period  model.Period
	files   []bucket.Object
	folders []string // where files lie, below the folder that names the month; a file that names it itself is a folder
}

func (m *monthly) add(at place, object bucket.Object) {
	i := slices.IndexFunc(m.months, func(known *month) bool { return known.period == at.month })
	if i < 0 {
		i = len(m.months)
		m.months = append(m.months, &month{period: at.month})
	}
	of := m.months[i]
	of.files = append(of.files, object)
	folder := path.Dir(object.Key) + "/"
	if at.folder == "" {
		folder = object.Key
	}
	if !slices.Contains(of.folders, folder) {
		of.folders = append(of.folders, folder)
	}
}

// objects are the files that are the month. Several files in the one folder
// that names it are its parts. Any others could be parts, or one delivery
// after the other, and only the owner of the files knows.
func (m *month) objects(layout string) ([]bucket.Object, error) {
	switch {
	case layout == "newest":
		newest := slices.MaxFunc(m.files, func(a, b bucket.Object) int { return a.Modified.Compare(b.Modified) })
		return []bucket.Object{newest}, nil
	case layout == "parts" || len(m.folders) == 1:
		return m.files, nil
	}
	return nil, fmt.Errorf("%s and %s are both %s: set layout: parts if the month is both together, or layout: newest if each "+
		"holds the month so far and the newest file counts; or keep one file or folder per month", m.folders[0], m.folders[1], m.period)
}
