package aws

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// report is the manifest of a month of a legacy Cost and Usage Report. The one
// in the month's own folder names the newest assembly, which holds the whole
// month so far.
type report struct {
	AssemblyID    string `json:"assemblyId"`
	Bucket        string `json:"bucket"`
	Charset       string `json:"charset"`
	ReportName    string `json:"reportName"`
	BillingPeriod struct {
		Start string `json:"start"` // 20261001T000000.000Z
		End   string `json:"end"`   // exclusive
	} `json:"billingPeriod"`
	ReportKeys []string `json:"reportKeys"`
}

// parseReport reads the manifest of month at where, an address for messages.
func parseReport(content []byte, month model.Period, where string) (report, error) {
	var r report
	if err := json.Unmarshal(content, &r); err != nil {
		return report{}, unreadable(where, fmt.Sprintf("is no manifest of a Cost and Usage Report: %v", err))
	}
	const layout = "20060102T150405.000Z"
	start, end := month.Start().Format(layout), month.End().Format(layout)
	switch {
	case len(r.ReportKeys) == 0:
		return report{}, fmt.Errorf("%w: %s names no files", ingest.ErrNotDelivered, where)
	case r.BillingPeriod.Start != start || r.BillingPeriod.End != end:
		return report{}, unreadable(where, fmt.Sprintf("is of the period from %q to %q; want %s to %s, as its folder says",
			r.BillingPeriod.Start, r.BillingPeriod.End, start, end))
	case r.Charset != "" && !strings.EqualFold(r.Charset, "UTF-8"):
		return report{}, unreadable(where, fmt.Sprintf("has the charset %q; want UTF-8", r.Charset))
	}
	return r, nil
}

// keys are the keys of the month's files in l's bucket: all that the manifest
// names, for a large month is in several.
func (r report) keys(l layout, month model.Period, where string) ([]string, error) {
	return resolve(r.ReportKeys, where, func(key string) (string, error) { return l.reportKey(r, key, month) })
}

// reportKey is where the file that r calls key lies: in the folder of month or
// of r's assembly in it, or in that of Athena. As in dataKey, a copy of the
// bucket is followed below its own prefix.
func (l layout) reportKey(r report, key string, month model.Period) (string, error) {
	dates := datesFolder(month) + "/"
	for _, folder := range []string{dates + r.AssemblyID + "/", dates, l.athenaFolder(month) + "/"} {
		var name string
		var ok bool
		if r.Bucket == l.bucket {
			name, ok = strings.CutPrefix(key, l.root+folder)
		} else {
			name, ok = afterLast("/"+key, "/"+l.export+"/"+folder)
		}
		if ok && bucket.IsPlain(folder+name) && !strings.Contains(name, "/") {
			return l.root + folder + name, nil
		}
	}
	return "", fmt.Errorf("names %q, which is neither in this report's folder of %s nor in that of its assembly %s", key, month, r.AssemblyID)
}
