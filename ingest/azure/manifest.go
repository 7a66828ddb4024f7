package azure

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// manifest is what an export writes beside the files of a run, manifest.json.
// Every part of it is missing somewhere: exports of before 2023 write a
// _manifest.json without exportConfig and runInfo, those of before 2024 no
// counts. A count that is missing or null is not known; only 0 is none.
type manifest struct {
	ByteCount    *int64 `json:"byteCount"`
	BlobCount    *int64 `json:"blobCount"`
	DataRowCount *int64 `json:"dataRowCount"`
	ExportConfig *struct {
		ExportName  string `json:"exportName"`
		ResourceID  string `json:"resourceId"` // the scope, then /providers/Microsoft.CostManagement/exports/ and the name
		DataVersion string `json:"dataVersion"`
		Type        string `json:"type"`
	} `json:"exportConfig"`
	DeliveryConfig struct {
		ContainerURI string `json:"containerUri"` // a resource id, not an address
	} `json:"deliveryConfig"`
	RunInfo struct {
		SubmittedTime string `json:"submittedTime"`
		RunID         string `json:"runId"`
		StartDate     string `json:"startDate"`
		EndDate       string `json:"endDate"` // the last day
	} `json:"runInfo"`
	Blobs []struct {
		BlobName     string `json:"blobName"` // within the container; sometimes with a blank before it
		ByteCount    *int64 `json:"byteCount"`
		DataRowCount *int64 `json:"dataRowCount"`
	} `json:"blobs"`
}

// isManifest reports whether the blob at key is a manifest by its name.
func isManifest(key string) bool {
	return strings.HasSuffix(strings.ToLower(path.Base(key)), "manifest.json")
}

// parseRun reads the run of the manifest that lies at object.
func parseRun(content []byte, object bucket.Object) (run, error) {
	var m manifest
	if err := json.Unmarshal(bytes.TrimPrefix(content, []byte("\ufeff")), &m); err != nil {
		return run{}, fmt.Errorf("is no manifest of an export: %v", err)
	}
	if m.ExportConfig == nil && len(m.Blobs) == 0 {
		return run{}, fmt.Errorf("is no manifest of an export: it names neither an export nor files")
	}
	r := run{manifest: object, rows: m.rows(), bytes: m.ByteCount, count: m.BlobCount, submitted: object.Modified}
	if r.told(m); !r.dataset.isRead() {
		return r, nil
	}
	if err := r.dated(m); err != nil {
		return run{}, err
	}
	for _, blob := range m.Blobs {
		r.parts = append(r.parts, part{name: strings.TrimSpace(blob.BlobName), bytes: blob.ByteCount})
	}
	_, r.container, _ = strings.Cut(strings.ToLower(m.DeliveryConfig.ContainerURI), "/containers/")
	return r, nil
}

// rows is how many rows the files hold, nil where the manifest does not tell.
func (m manifest) rows() *int64 {
	if m.DataRowCount != nil {
		return m.DataRowCount
	}
	var sum int64
	for _, blob := range m.Blobs {
		if blob.DataRowCount == nil {
			return nil
		}
		sum += *blob.DataRowCount
	}
	return &sum
}

// told sets which export's run it is and of what, by the folders where the
// manifest is too old to say.
func (r *run) told(m manifest) {
	if m.ExportConfig == nil {
		r.export = exportFolder(r.manifest.Key)
		r.dataset = datasetOf(r.export)
		return
	}
	c := m.ExportConfig
	r.export, r.version, r.id = c.ExportName, c.DataVersion, m.RunInfo.RunID
	if r.export == "" {
		r.export = path.Base(c.ResourceID)
	}
	scope, _, _ := strings.Cut(strings.ToLower(c.ResourceID), "/providers/microsoft.costmanagement/exports/")
	r.scope, r.dataset = scopeOf(scope), dataset(c.Type)
	for _, known := range []dataset{focusCost, actualCost, amortizedCost, usage, priceSheet} {
		if strings.EqualFold(c.Type, string(known)) {
			r.dataset = known
		}
	}
}

// scopeOf writes a scope's resource id in the one way that ids are compared:
// Azure does not tell small letters from capitals in them.
func scopeOf(id string) string {
	if id = strings.Trim(strings.ToLower(id), "/ "); id == "" {
		return ""
	}
	return "/" + id
}

var (
	rangeFolder = regexp.MustCompile(`^[0-9]{8}-[0-9]{8}$`)
	// "actual" and "amortized" are in the names that the portal proposes.
	actualName    = regexp.MustCompile(`(?i)actual`)
	amortizedName = regexp.MustCompile(`(?i)amorti[sz]ed`)
)

// exportFolder is the folder above that of a range of days.
func exportFolder(key string) string {
	folders := strings.Split(path.Dir(key), "/")
	for i := len(folders) - 1; i > 0; i-- {
		if rangeFolder.MatchString(folders[i]) {
			return folders[i-1]
		}
	}
	return ""
}

// datasetOf is what an export's name says of its dataset. Actual and amortized
// cost have the same columns, so that nothing else tells where the manifest
// does not.
func datasetOf(export string) dataset {
	switch actual, amortized := actualName.MatchString(export), amortizedName.MatchString(export); {
	case actual && !amortized:
		return actualCost
	case amortized && !actual:
		return amortizedCost
	}
	return untold
}

// dated sets the month and the days of the run, by the folder of the range
// where the manifest does not tell them.
func (r *run) dated(m manifest) error {
	start, end := m.RunInfo.StartDate, m.RunInfo.EndDate
	if start == "" {
		for folder := range strings.SplitSeq(path.Dir(r.manifest.Key), "/") {
			if rangeFolder.MatchString(folder) {
				start, end, _ = strings.Cut(folder, "-")
			}
		}
	}
	var err error
	if r.from, err = day(start); err != nil || r.from.IsZero() {
		return fmt.Errorf("has the startDate %q; want a day such as 2026-10-01", start)
	}
	if r.to, err = day(end); err != nil {
		return fmt.Errorf("has the endDate %q; want a day such as 2026-10-31", end)
	}
	r.month = model.PeriodOf(r.from)
	if text := m.RunInfo.SubmittedTime; text != "" {
		if r.submitted, err = instant(text); err != nil {
			return fmt.Errorf("has the submittedTime %q; want a time such as 2026-11-01T06:10:23Z", text)
		}
	}
	return nil
}

// times are the ways that manifests write them; fractions of a second may
// follow in each. One without a zone is UTC.
var times = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02", "20060102"}

func parseTime(text string) (time.Time, error) {
	for _, layout := range times {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("no time: %q", text)
}

func instant(text string) (time.Time, error) {
	t, err := parseTime(text)
	return t.UTC(), err
}

// day is the day that text names, whatever its zone; zero where text is empty.
func day(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := parseTime(text)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC), err
}
