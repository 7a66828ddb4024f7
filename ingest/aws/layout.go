package aws

import (
	"path"
	"strings"
	"time"

	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// layout is where an export's folders are in its bucket.
type layout struct {
	bucket string // the bucket's name; empty for a local folder
	root   string // the export's own folder: exports/acme-focus/
	export string // the export's name
}

// layouts are the places the export may be at, the likelier first. Without a
// prefix its keys begin with its name, or in older deliveries with a slash.
func (s *source) layouts() []layout {
	name := ""
	if s.location.Scheme == "s3" {
		name = s.location.Bucket
	}
	if s.location.Prefix != "" {
		return []layout{{name, s.location.Prefix + "/" + s.export + "/", s.export}}
	}
	top := []layout{{name, s.export + "/", s.export}}
	if s.location.Scheme == "s3" {
		top = append(top, layout{name, "/" + s.export + "/", s.export})
	}
	return top
}

func (l layout) metadata() string { return l.root + "metadata/" }

func (l layout) data() string { return l.root + "data/" }

// manifestMonth is the month that the object at key is the manifest of. It is
// none for manifests of earlier executions, one folder deeper, and for the
// FOCUS schema, <export>-Manifest-FOCUS.json, beside it.
func (l layout) manifestMonth(key string) (month model.Period, ok bool) {
	partition, name := path.Split(strings.TrimPrefix(key, l.metadata()))
	if name != l.export+"-Manifest.json" {
		return model.Period{}, false
	}
	return partitionMonth(strings.TrimSuffix(partition, "/"))
}

// partitionMonth reads BILLING_PERIOD=2026-10. AWS has changed the casing over
// time and left both in one bucket.
func partitionMonth(folder string) (month model.Period, ok bool) {
	name, value, _ := strings.Cut(folder, "=")
	if !strings.EqualFold(name, "billing_period") {
		return model.Period{}, false
	}
	month, err := model.ParsePeriod(value)
	return month, err == nil && !month.IsZero()
}

// datesMonth reads the folder of a month of a legacy report, such as
// 20261001-20261101, whose end is exclusive.
func datesMonth(folder string) (month model.Period, ok bool) {
	first, _, _ := strings.Cut(folder, "-")
	start, err := time.Parse("20060102", first)
	if err != nil {
		return model.Period{}, false
	}
	month, err = model.ParsePeriod(start.Format("2006-01"))
	return month, err == nil && folder == datesFolder(month)
}

// datesFolder is the folder of month in a legacy report.
func datesFolder(month model.Period) string {
	return month.Start().Format("20060102") + "-" + month.End().Format("20060102")
}

// athenaFolder is the folder of month in a legacy report that is written for
// Athena.
func (l layout) athenaFolder(month model.Period) string {
	return l.export + "/" + month.Start().Format("year=2006/month=1")
}

// athenaMonth is the month that the object at key is the manifest of, beside
// the files of Athena.
func (l layout) athenaMonth(key string) (month model.Period, ok bool) {
	folder, name := path.Split(strings.TrimPrefix(key, l.root))
	year, err := time.Parse(l.export+"/year=2006/month=1/", folder)
	if err != nil || name != l.export+"-Manifest.json" {
		return model.Period{}, false
	}
	month, err = model.ParsePeriod(year.Format("2006-01"))
	return month, err == nil && folder == l.athenaFolder(month)+"/"
}

// newestManifests picks one manifest for each month out of listed objects.
func (l layout) newestManifests(listed []bucket.Object) map[model.Period]bucket.Object {
	newest := map[model.Period]bucket.Object{}
	for _, object := range listed {
		month, ok := l.manifestMonth(object.Key)
		if !ok {
			continue
		}
		if known, found := newest[month]; !found || !object.Modified.Before(known.Modified) {
			newest[month] = object
		}
	}
	return newest
}
