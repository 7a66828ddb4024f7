package azure_test

import (
	"errors"
	"path"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
)

// naming is a delivery whose manifest calls its files by what call makes of
// their names.
func naming(call func(string) string, files ...string) delivery {
	return delivery{files: files, change: func(m object) {
		for _, blob := range m["blobs"].([]object) {
			blob["blobName"] = call(blob["blobName"].(string))
		}
	}}
}

func TestNamesAsManifestsWriteThem(t *testing.T) {
	for name, call := range map[string]func(string) string{
		"as they are":            func(name string) string { return name },
		"with a blank before":    func(name string) string { return " " + name },
		"with blanks around":     func(name string) string { return "\t " + name + " " },
		"with the container":     func(name string) string { return "exports/" + name },
		"with it and blanks too": func(name string) string { return " exports/" + name },
	} {
		t.Run(name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, store store) {
				deliver(t, store, naming(call, "one", "two"))
				for _, location := range []string{"exports", "exports/bills", "exports/bills/acme-focus/"} {
					if got := contents(t, fetchOnly(t, store.source(t, azure.Config{Location: location}))); got != "one two" {
						t.Errorf("%s: fetched %q, want one two", location, got)
					}
				}
			})
		})
	}
}

func TestNamesThatLeadElsewhereAreRefused(t *testing.T) {
	own := october().usual().folder()
	for name, want := range map[string]string{
		own + "/../../part_0_0001.csv": "which is no plain path in its container",
		"../" + own + "/part_0.csv":    "which is no plain path in its container",
		"/" + own + "/part_0_0001.csv": "which is no plain path in its container",
		"/etc/passwd":                  "which is no plain path in its container",
		`..\part_0_0001.csv`:           "which is no plain path in its container",
		"":                             "which is no plain path in its container",
		"https://evil.example/exports/" + own + "/part_0_0001.csv": "which is no plain path in its container",
		own + "/part_0\x00.csv":                             "which is no plain path in its container",
		"bills/other-export/20261001-20261031/1/part_0.csv": "which is not in the manifest's own folder",
		"part_0_0001.csv":                                   "which is not in the manifest's own folder",
		path.Dir(own) + "/part_0_0001.csv":                  "which is not in the manifest's own folder",
		own + "/deeper/part_0_0001.csv":                     "which is not in the manifest's own folder",
	} {
		eachStore(t, func(t *testing.T, store store) {
			deliver(t, store, naming(func(string) string { return name }, "one"))
			source := store.source(t, below)
			_, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
			if err == nil || !strings.HasSuffix(err.Error(), want) || !errors.Is(err, ingest.ErrSource) || errors.Is(err, ingest.ErrNotDelivered) {
				t.Errorf("%q: got %v, want an ErrSource that says: %s", name, err, want)
			}
		})
	}
}

// TestAnotherContainer names the same path in another container, which in a
// container's own manifest is another file.
func TestAnotherContainer(t *testing.T) {
	store := newBlobStore(t)
	deliver(t, store, naming(func(name string) string { return "payroll/" + name }, "one"))
	source := store.source(t, below)
	_, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
	if err == nil || !strings.Contains(err.Error(), `names "payroll/bills/`) || !errors.Is(err, ingest.ErrSource) {
		t.Errorf("got %v, want the name refused", err)
	}
}

func TestManifestsThatContradictThemselves(t *testing.T) {
	for want, change := range map[string]func(object){
		"part_0_0001.csv twice, which would count it twice": func(m object) {
			blobs := m["blobs"].([]object)
			blobs[1]["blobName"] = blobs[0]["blobName"]
		},
		"has a blobCount of 3 and names 2 files": func(m object) { m["blobCount"] = 3 },
	} {
		store := newFolderStore(t)
		deliver(t, store, delivery{files: []string{"one", "two"}, change: change})
		source := store.source(t, below)
		_, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
		if err == nil || !strings.HasSuffix(err.Error(), want) || !errors.Is(err, ingest.ErrSource) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// TestABadManifestIsNotHiddenByAnOlderRun keeps the month and says so with an
// error: a word beside it would be read by nobody.
func TestABadManifestIsNotHiddenByAnOlderRun(t *testing.T) {
	store := newFolderStore(t)
	deliver(t, store, october("good"))
	source := store.source(t, below)
	good := onlyExport(t, source)
	bad := naming(func(string) string { return "../part_0_0001.csv" }, "bad")
	bad.run, bad.submitted = "bad", "2026-11-02T06:10:00Z"
	deliver(t, store, bad)
	now := onlyExport(t, source)
	if _, err := source.Fetch(t.Context(), now, t.TempDir(), nil); !errors.Is(err, ingest.ErrSource) || now.Version == good.Version {
		t.Errorf("got %v and version %s, want an error and another version than %s", err, now.Version, good.Version)
	}
}

// TestACopyIsReadWhereverItLies copies runs to other folders than those that
// their manifests name.
func TestACopyIsReadWhereverItLies(t *testing.T) {
	run := october("one", "two").usual()
	for _, to := range []string{"", "mirror/2026/" + run.run, "exports-copy/" + run.folder()} {
		store := newFolderStore(t)
		deliver(t, store, run)
		for _, name := range []string{"manifest.json", run.names[0], run.names[1]} {
			content := read(t, store.dir+"/exports/"+run.folder()+"/"+name)
			store.remove(t, path.Join("exports", run.folder(), name))
			store.put(t, path.Join("copy", to, name), content)
		}
		if got := contents(t, fetchOnly(t, store.source(t, azure.Config{Location: "copy"}))); got != "one two" {
			t.Errorf("%s: fetched %q, want one two", to, got)
		}
	}
}

// TestACopyInAnotherContainer is told by the container that the manifest names.
func TestACopyInAnotherContainer(t *testing.T) {
	store := newBlobStore(t)
	run := october("one").usual()
	run.change = func(m object) {
		m["deliveryConfig"].(object)["containerUri"] = "/subscriptions/1/resourceGroups/x/providers/Microsoft.Storage/storageAccounts/a/" +
			"blobServices/default/containers/original"
	}
	deliver(t, store, run)
	for _, name := range []string{run.names[0], "manifest.json"} {
		blob := store.server.blobs[run.folder()+"/"+name]
		store.remove(t, "exports/"+run.folder()+"/"+name)
		store.put(t, "exports/mirror/"+run.run+"/"+name, blob.content)
	}
	if got := contents(t, fetchOnly(t, store.source(t, azure.Config{Location: "exports"}))); got != "one" {
		t.Errorf("fetched %q, want one", got)
	}
}
