//go:build e2e

package gcp_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// TestE2EExamineGCS tries files in a GCS server as doctor does, and holds the
// calls of that and of a run against the two permissions that
// docs/connect-gcp.md names: storage.objects.list and storage.objects.get.
func TestE2EExamineGCS(t *testing.T) {
	g := newGCS(t, startFakeGCS(t))
	g.export(t, "gcp/run-1", october("000000000000.json"), `{"cost":1}`)
	inner := g.Inner
	g.Inner = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		objects := "/storage/v1/b/" + g.bucket + "/o"
		list := r.Method == http.MethodGet && r.URL.Path == objects
		get := r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, objects+"/")
		if !list && !get {
			t.Errorf("%s %s is neither a listing nor a read of an object", r.Method, r.URL)
		}
		inner.ServeHTTP(w, r)
	})
	var steps []string
	e := g.source(t).(ingest.Examiner).Examine(t.Context(), func(step ingest.Step) {
		if step.Err != nil || step.Warning != nil {
			t.Errorf("%+v", step)
		}
		steps = append(steps, step.Name+": "+step.Found)
	})
	text := strings.Join(steps, "\n")
	wantStep(t, text, "list: 1 month, 2026-10 in gs://"+g.bucket+"/gcp")
	wantStep(t, text, "manifest: 2026-10 is gcp_detailed in 1 json file, of "+detailedTable)
	wantStep(t, text, "file: gs://"+g.bucket+"/gcp/run-1/000000000000.json can be read")
	if !strings.HasSuffix(detailedTable, e.Bill) || len(e.Bill) != 20 {
		t.Errorf("bill %q", e.Bill)
	}
	source := g.source(t)
	if _, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil); err != nil {
		t.Error(err)
	}
}
