package azure_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
)

// store is a container that a test puts deliveries in. Each put is a minute
// later than the one before; a server may put while it answers, so a failed
// put does not end the test.
type store interface {
	put(t *testing.T, key, content string)
	remove(t *testing.T, key string)
	source(t *testing.T, config azure.Config) ingest.Source // its location is below the container
	url(key string) string
}

// eachStore runs test on a folder and on Blob storage: it is the same code and
// must be the same behaviour.
func eachStore(t *testing.T, test func(t *testing.T, store store)) {
	t.Run("folder", func(t *testing.T) { test(t, newFolderStore(t)) })
	t.Run("azblob", func(t *testing.T) { test(t, newBlobStore(t)) })
}

var firstDelivery = time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)

type folderStore struct {
	dir   string
	clock time.Time
}

func newFolderStore(t *testing.T) *folderStore {
	return &folderStore{dir: t.TempDir(), clock: firstDelivery}
}

func (f *folderStore) put(t *testing.T, key, content string) {
	t.Helper()
	file := filepath.Join(f.dir, filepath.FromSlash(key))
	f.clock = f.clock.Add(time.Minute)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
		t.Error(err)
	}
	if err := os.Chtimes(file, f.clock, f.clock); err != nil {
		t.Error(err)
	}
}

func (f *folderStore) remove(t *testing.T, key string) {
	t.Helper()
	if err := os.Remove(filepath.Join(f.dir, filepath.FromSlash(key))); err != nil {
		t.Error(err)
	}
}

func (f *folderStore) source(t *testing.T, config azure.Config) ingest.Source {
	t.Helper()
	config.Location = "file:" + filepath.Join(f.dir, config.Location)
	return open(t, config)
}

func (f *folderStore) url(key string) string { return "file:" + f.dir + "/" + key }

func open(t *testing.T, config azure.Config) ingest.Source {
	t.Helper()
	source, err := azure.Open(t.Context(), "azure-ea", config)
	if err != nil {
		t.Fatal(err)
	}
	azure.Hasten(source)
	return source
}

// object is a JSON object.
type object map[string]any

const (
	enrollment   = "/providers/Microsoft.Billing/billingAccounts/8608480"
	subscription = "/subscriptions/d3b0c1a2-0000-4000-8000-0123456789ab"
)

// delivery is a run of an export that a test describes; what it leaves out is
// usual: the FOCUS export of an enrollment, October whole, submitted on
// 1 November.
type delivery struct {
	export    string
	scope     string
	dataset   string
	version   string
	month     string   // 2026-10
	days      string   // 01-31 within the month
	submitted string   // 2026-11-01T06:10:23Z
	run       string   // the run's folder and id
	files     []string // their contents
	names     []string // of files; else part_<n>_0001.csv
	change    func(manifest object)
}

func (d delivery) usual() delivery {
	d.export = cmp.Or(d.export, "acme-focus")
	d.scope = cmp.Or(d.scope, enrollment)
	d.dataset = cmp.Or(d.dataset, "FocusCost")
	if d.dataset == "FocusCost" {
		d.version = cmp.Or(d.version, "1.0r2")
	}
	d.version = cmp.Or(d.version, "2021-10-01")
	d.month = cmp.Or(d.month, "2026-10")
	d.submitted = cmp.Or(d.submitted, "2026-11-01T06:10:23.1234567Z")
	d.run = cmp.Or(d.run, "0c1f5a2e-0000-4000-8000-000000000001")
	if d.days == "" {
		first, _ := time.Parse("2006-01", d.month)
		d.days = "01-" + first.AddDate(0, 1, -1).Format("02")
	}
	for i := len(d.names); i < len(d.files); i++ {
		d.names = append(d.names, fmt.Sprintf("part_%d_0001.csv", i))
	}
	return d
}

// folder is where the run lies in its container.
func (d delivery) folder() string {
	first, last, _ := strings.Cut(d.days, "-")
	month := strings.ReplaceAll(d.month, "-", "")
	return path.Join("bills", d.export, month+first+"-"+month+last, d.run)
}

// manifest is as exports write it since API version 2023-08-01.
func (d delivery) manifest() object {
	first, last, _ := strings.Cut(d.days, "-")
	var blobs []object
	var bytes int
	for i, name := range d.names {
		blobs = append(blobs, object{"blobName": path.Join(d.folder(), name), "byteCount": len(d.files[i]), "dataRowCount": 1})
		bytes += len(d.files[i])
	}
	m := object{
		"manifestVersion": "2024-04-01",
		"byteCount":       bytes,
		"blobCount":       len(blobs),
		"dataRowCount":    len(blobs),
		"exportConfig": object{
			"exportName":  d.export,
			"resourceId":  d.scope + "/providers/Microsoft.CostManagement/exports/" + d.export,
			"dataVersion": d.version,
			"apiVersion":  "2023-07-01-preview",
			"type":        d.dataset,
			"timeFrame":   "MonthToDate",
			"granularity": "Daily",
		},
		"deliveryConfig": object{
			"partitionData":         true,
			"dataOverwriteBehavior": "OverwritePreviousReport",
			"fileFormat":            "Csv",
			"compressionMode":       "None",
			"containerUri": "/subscriptions/d3b0c1a2-0000-4000-8000-0123456789ab/resourceGroups/finops/providers/" +
				"Microsoft.Storage/storageAccounts/acmecosts/blobServices/default/containers/exports",
			"rootFolderPath": "bills",
		},
		"runInfo": object{
			"executionType": "Scheduled",
			"submittedTime": d.submitted,
			"runId":         d.run,
			"startDate":     d.month + "-" + first + "T00:00:00",
			"endDate":       d.month + "-" + last + "T00:00:00",
		},
		"blobs": blobs,
	}
	if d.change != nil {
		d.change(m)
	}
	return m
}

// deliver puts runs into store, files first, as exports do.
func deliver(t *testing.T, store store, deliveries ...delivery) {
	t.Helper()
	for _, d := range deliveries {
		d = d.usual()
		for i, name := range d.names {
			store.put(t, path.Join("exports", d.folder(), name), d.files[i])
		}
		content, err := json.MarshalIndent(d.manifest(), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		store.put(t, path.Join("exports", d.folder(), "manifest.json"), string(content))
	}
}

// october is a delivery of October 2026 with the files of contents.
func october(contents ...string) delivery { return delivery{files: contents} }

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func length(text string) string { return fmt.Sprint(len(text)) }
