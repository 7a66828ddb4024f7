package azure

import (
	"path"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// FuzzManifest lets a manifest in a folder of the container exports name
// whatever it likes.
func FuzzManifest(f *testing.F) {
	const folder = "bills/acme/20261001-20261031/1"
	for _, content := range []string{
		`{"exportConfig":{"exportName":"acme","type":"FocusCost","resourceId":"/subscriptions/1/providers/Microsoft.CostManagement/exports/acme"},
			"runInfo":{"startDate":"2026-10-01T00:00:00","endDate":"2026-10-31","submittedTime":"2026-11-01T06:00:00.1234567Z"},
			"blobs":[{"blobName":" exports/` + folder + `/part_0_0001.csv","byteCount":1,"dataRowCount":null}]}`,
		`{"manifestVersion":"2021-01-01","blobCount":1,"blobs":[{"blobName":"` + folder + `/000001.csv"}]}`,
		`{"deliveryConfig":{"containerUri":"/x/containers/other"},"blobs":[{"blobName":"a/1/../../b.csv"},{"blobName":"a/1/b.csv"}]}`,
		`{"exportConfig":{},"runInfo":{"startDate":"0001-01-01"},"blobs":null}`,
		`{"blobs":[{"blobName":"/etc/passwd"},{"blobName":"..\\x"},{"blobName":"https://x/1/y.csv"}]}`,
		`{"blobs":{}}`, `{"exportConfig":1}`, `[]`, `null`, ``,
	} {
		f.Add([]byte(content))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := parseRun(content, bucket.Object{Key: folder + "/manifest.json"})
		if err != nil {
			return
		}
		if r.month.IsZero() || r.from.Before(r.month.Start()) || !r.from.Before(r.month.End()) {
			t.Errorf("a run from %s is of %s", r.from, r.month)
		}
		for _, p := range []place{{account: "acmecosts", container: "exports"}, {folder: "exports"}} {
			for _, part := range r.parts {
				key, err := r.key(p, part.name)
				if err == nil && (path.Dir(key) != folder || strings.ContainsAny(key, "\\\x00\n")) {
					t.Errorf("%q is looked for at %q, outside the manifest's folder", part.name, key)
				}
			}
		}
	})
}
