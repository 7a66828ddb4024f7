package azure_test

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// blobServer answers the three requests of the Blob service that a source
// makes, for the container exports of the account acmecosts: List Blobs, Get
// Blob with a range and a condition, Get Blob Properties. It checks no
// signatures; Azurite does in make e2e.
type blobServer struct {
	mu    sync.Mutex
	blobs map[string]storedBlob
	clock time.Time
	page  int // entries in one answer to a listing
}

type storedBlob struct {
	content  string
	etag     string
	modified time.Time
}

func (s *blobServer) put(key, content string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock = s.clock.Add(time.Minute)
	s.blobs[key] = storedBlob{content, fmt.Sprintf("0x%X", s.clock.UnixNano()), s.clock}
}

func (s *blobServer) remove(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.blobs, key)
}

func (s *blobServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, found := strings.CutPrefix(r.URL.Path, "/acmecosts/exports/")
	switch {
	case r.URL.Query().Get("comp") == "list" && r.URL.Path == "/acmecosts/exports":
		s.list(w, r)
	case !found:
		writeError(w, http.StatusNotFound, "ContainerNotFound", "The specified container does not exist.")
	default:
		s.get(w, r, key)
	}
}

func (s *blobServer) get(w http.ResponseWriter, r *http.Request, key string) {
	blob, there := s.blobs[key]
	if !there {
		writeError(w, http.StatusNotFound, "BlobNotFound", "The specified blob does not exist.")
		return
	}
	if match := r.Header.Get("If-Match"); match != "" && match != `"`+blob.etag+`"` {
		writeError(w, http.StatusPreconditionFailed, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.")
		return
	}
	from := 0
	if span := r.Header.Get("x-ms-range"); span != "" {
		from, _ = strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(span, "bytes="), "-"))
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(blob.content)-1, len(blob.content)))
	}
	w.Header().Set("ETag", `"`+blob.etag+`"`)
	w.Header().Set("Last-Modified", blob.modified.Format(http.TimeFormat))
	w.Header().Set("x-ms-creation-time", blob.modified.Format(http.TimeFormat))
	w.Header().Set("Content-Length", strconv.Itoa(len(blob.content)-from))
	if from > 0 {
		w.WriteHeader(http.StatusPartialContent)
	}
	fmt.Fprint(w, blob.content[from:])
}

// listing is the answer to List Blobs; its shape is in the REST reference.
type listing struct {
	XMLName xml.Name       `xml:"EnumerationResults"`
	Blobs   []listedBlob   `xml:"Blobs>Blob"`
	Folders []listedFolder `xml:"Blobs>BlobPrefix"`
	Next    string         `xml:"NextMarker"`
}

type listedBlob struct {
	Name     string `xml:"Name"`
	Modified string `xml:"Properties>Last-Modified"`
	Etag     string `xml:"Properties>Etag"`
	Length   int    `xml:"Properties>Content-Length"`
}

type listedFolder struct {
	Name string `xml:"Name"`
}

func (s *blobServer) list(w http.ResponseWriter, r *http.Request) {
	prefix, marker := r.URL.Query().Get("prefix"), r.URL.Query().Get("marker")
	var answer listing
	for _, key := range slices.Sorted(maps.Keys(s.blobs)) {
		if !strings.HasPrefix(key, prefix) || key < marker {
			continue
		}
		if len(answer.Blobs) == s.page {
			answer.Next = key
			break
		}
		blob := s.blobs[key]
		answer.Blobs = append(answer.Blobs, listedBlob{key, blob.modified.Format(http.TimeFormat), blob.etag, len(blob.content)})
	}
	w.Header().Set("Content-Type", "application/xml")
	content, _ := xml.Marshal(answer)
	fmt.Fprint(w, xml.Header+string(content))
}

// accountKey is the key of the account acmecosts.
var accountKey = base64.StdEncoding.EncodeToString([]byte("not-to-be-told"))

// blobStore is a blobServer behind a door.
type blobStore struct {
	*sourcetest.Door
	server   *blobServer
	endpoint string
}

func newBlobStore(t *testing.T) *blobStore {
	t.Helper()
	server := &blobServer{blobs: map[string]storedBlob{}, clock: firstDelivery, page: 5000}
	door := newDoor(server)
	listener := httptest.NewServer(door)
	t.Cleanup(listener.Close)
	return &blobStore{door, server, listener.URL + "/acmecosts"}
}

func (s *blobStore) put(_ *testing.T, key, content string) {
	s.server.put(strings.TrimPrefix(key, "exports/"), content)
}

func (s *blobStore) remove(_ *testing.T, key string) {
	s.server.remove(strings.TrimPrefix(key, "exports/"))
}

func (s *blobStore) source(t *testing.T, config azure.Config) ingest.Source {
	t.Helper()
	config.Location = "azblob://acmecosts/" + config.Location
	config.Endpoint = s.endpoint
	if config.SASEnv == "" {
		config.KeyFile = filepath.Join(t.TempDir(), "key")
		if err := os.WriteFile(config.KeyFile, []byte(accountKey+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return open(t, config)
}

func (s *blobStore) url(key string) string { return "azblob://acmecosts/" + key }
