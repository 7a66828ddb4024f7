package azure_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
)

// examine tries a source as doctor does and returns its steps.
func examine(t *testing.T, source ingest.Source) (steps []ingest.Step, e ingest.Examination) {
	t.Helper()
	e = source.(ingest.Examiner).Examine(t.Context(), func(step ingest.Step) { steps = append(steps, step) })
	return steps, e
}

func TestExaminingSaysWhatIsThere(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		deliver(t, store, october("october"), delivery{month: "2025-12", files: []string{"december"}})
		steps, e := examine(t, store.source(t, below))
		found := map[string]string{}
		for _, step := range steps {
			if step.Err != nil || step.Warning != nil {
				t.Errorf("%+v", step)
			}
			found[step.Name] = step.Found
		}
		for name, want := range map[string]string{
			"list":     "2 months, 2025-12 to 2026-10 in " + store.url("exports/bills/"),
			"manifest": "2026-10 is FocusCost 1.0r2 in 1 csv file, of " + strings.ToLower(enrollment),
		} {
			if strings.TrimSuffix(found[name], "/") != strings.TrimSuffix(want, "/") {
				t.Errorf("%s: %q, want %q", name, found[name], want)
			}
		}
		if !strings.HasSuffix(found["file"], "/part_0_0001.csv can be read") {
			t.Errorf("file: %q", found["file"])
		}
		if e.Bill != strings.ToLower(enrollment) || !e.Daily || !e.Exports[1].Delivered.After(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("got %+v", e)
		}
	})
}

// A signature's end is in it, as the service reads it.
func TestExaminingASignatureSaysWhenItEnds(t *testing.T) {
	store := newBlobStore(t)
	deliver(t, store, october("october"))
	t.Setenv("ACME_SAS", "sv=2024-11-04&se=2026-12-24T18%3A00%3A00Z&sp=rl&sig=bm90LXRvLWJlLXRvbGQ%3D")
	steps, _ := examine(t, store.source(t, azure.Config{Location: "exports/bills", SASEnv: "ACME_SAS"}))
	if got := steps[0]; got.Name != "identity" || !got.Expires.Equal(time.Date(2026, 12, 24, 18, 0, 0, 0, time.UTC)) {
		t.Errorf("got %+v", got)
	}
	if text := fmt.Sprint(steps); strings.Contains(text, "bm90LXRvLWJlLXRvbGQ") {
		t.Errorf("the signature is shown: %s", text)
	}
}

// guard lets through what the permissions of docs/connect-azure.md allow, and
// refuses all else. By the REST reference, Get Blob and its properties need
// blobs/read, or r of a signature; so does List Blobs, or l of a signature.
type guard struct {
	inner   http.Handler
	allowed []string // r and l

	mu   sync.Mutex
	used map[string]bool
}

func (g *guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	need := r.Method + " " + r.URL.Path + "?" + r.URL.RawQuery
	query := r.URL.Query()
	switch isRead := r.Method == http.MethodGet || r.Method == http.MethodHead; {
	case r.Method == http.MethodGet && query.Get("restype") == "container" && query.Get("comp") == "list":
		need = "l"
	case isRead && query.Get("comp") == "" && query.Get("restype") == "":
		need = "r"
	}
	g.mu.Lock()
	g.used[need] = true
	g.mu.Unlock()
	if !slices.Contains(g.allowed, need) {
		writeError(w, http.StatusForbidden, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.")
		return
	}
	g.inner.ServeHTTP(w, r)
}

func TestDocumentedPermissionsAreEnoughAndNoMore(t *testing.T) {
	page, err := os.ReadFile("../../docs/connect-azure.md")
	if err != nil {
		t.Fatal(err)
	}
	letters := regexp.MustCompile(`--permissions ([a-z]+) `).FindSubmatch(page)
	if letters == nil {
		t.Fatal("docs/connect-azure.md makes no signature")
	}
	store := newBlobStore(t)
	deliver(t, store, october("october"))
	g := &guard{inner: store.server, allowed: strings.Split(string(letters[1]), ""), used: map[string]bool{}}
	server := httptest.NewServer(g)
	t.Cleanup(server.Close)
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(accountKey), 0o600); err != nil {
		t.Fatal(err)
	}
	source := open(t, azure.Config{Location: "azblob://acmecosts/exports/bills", Endpoint: server.URL + "/acmecosts", KeyFile: key})
	if steps, _ := examine(t, source); steps[len(steps)-1].Err != nil {
		t.Errorf("%+v", steps)
	}
	if _, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil); err != nil {
		t.Error(err)
	}
	for _, letter := range g.allowed {
		if !g.used[letter] {
			t.Errorf("docs/connect-azure.md asks for %s, and nothing needs it", letter)
		}
	}
	role := struct{ Actions, DataActions []string }{}
	block := regexp.MustCompile("(?s)```json\n(.*?)```").FindSubmatch(page)
	if err := json.Unmarshal(block[1], &role); err != nil {
		t.Fatal(err)
	}
	// Both calls are calls for data, of one data action.
	const read = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
	if len(role.Actions) > 0 || !slices.Equal(role.DataActions, []string{read}) {
		t.Errorf("the documented role allows %v and %v, want %s alone", role.Actions, role.DataActions, read)
	}
}

func TestMissingPermissionIsNamed(t *testing.T) {
	for _, missing := range []string{"l", "r"} {
		store := newBlobStore(t)
		deliver(t, store, october("october"))
		g := &guard{inner: store.server, allowed: strings.Split(strings.Replace("lr", missing, "", 1), ""), used: map[string]bool{}}
		server := httptest.NewServer(g)
		t.Cleanup(server.Close)
		t.Setenv("ACME_SAS", "sv=2024-11-04&sp=rl&sig=bm90LXRvLWJlLXRvbGQ%3D")
		source := open(t, azure.Config{Location: "azblob://acmecosts/exports/bills", Endpoint: server.URL + "/acmecosts", SASEnv: "ACME_SAS"})
		steps, _ := examine(t, source)
		last := steps[len(steps)-1]
		if last.Err == nil || !strings.Contains(last.Err.Error(), "lacks permissions; make one with read and list") {
			t.Errorf("without %s: %+v", missing, last)
		}
	}
}
