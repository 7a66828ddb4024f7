package gcp_test

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// gcsServer answers the two requests of Cloud Storage that a source makes, for
// the bucket acme-billing: the list of objects, and an object with a range and
// a generation. It asks for no credentials.
type gcsServer struct {
	*sourcetest.Door
	url string

	mu         sync.Mutex
	objects    map[string]gcsObject
	generation int64
}

type gcsObject struct {
	content    string
	generation int64
}

func newGCSServer(t *testing.T) *gcsServer {
	t.Helper()
	s := &gcsServer{objects: map[string]gcsObject{}}
	s.Door = newGCSDoor(http.HandlerFunc(s.answer))
	server := httptest.NewServer(s.Door)
	t.Cleanup(server.Close)
	s.url = server.URL + "/storage/v1/"
	return s
}

// newGCSDoor is a door before inner, a server of Cloud Storage. It notes of a
// request whether it lists, its path, and the range and generation of a read.
func newGCSDoor(inner http.Handler) *sourcetest.Door {
	return &sourcetest.Door{Inner: inner, Note: func(r *http.Request) string {
		if strings.HasSuffix(r.URL.Path, "/o") {
			return "list " + r.URL.Query().Get("prefix")
		}
		return "read " + r.URL.Path + " " + r.Header.Get("Range") + " generation " + r.URL.Query().Get("ifGenerationMatch")
	}}
}

func (s *gcsServer) put(_ *testing.T, key, content string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.generation++
	s.objects[key] = gcsObject{content, s.generation}
}

func (s *gcsServer) answer(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, isObject := strings.CutPrefix(r.URL.Path, "/storage/v1/b/acme-billing/o/")
	object, there := s.objects[key]
	wanted := r.URL.Query().Get("ifGenerationMatch")
	switch {
	case r.URL.Path == "/storage/v1/b/acme-billing/o":
		s.list(w, r.URL.Query().Get("prefix"))
	case !isObject, !there:
		bigquerytest.Refuse(http.StatusNotFound, "notFound", "No such object: "+key)(w, nil)
	case wanted != "" && wanted != strconv.FormatInt(object.generation, 10):
		bigquerytest.Refuse(http.StatusPreconditionFailed, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.")(w, nil)
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("X-Goog-Generation", fmt.Sprint(object.generation))
		w.Header().Set("X-Goog-Hash", "crc32c="+checksum(object.content))
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(object.content))
	}
}

func (s *gcsServer) list(w http.ResponseWriter, prefix string) {
	items := []any{}
	for _, key := range slices.Sorted(maps.Keys(s.objects)) {
		if object := s.objects[key]; strings.HasPrefix(key, prefix) {
			items = append(items, map[string]any{
				"kind": "storage#object", "bucket": "acme-billing", "name": key, "size": fmt.Sprint(len(object.content)),
				"generation": fmt.Sprint(object.generation), "metageneration": "1", "crc32c": checksum(object.content),
				"updated": time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC).Add(time.Duration(object.generation) * time.Minute).Format(time.RFC3339),
			})
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"kind": "storage#objects", "items": items}) // a client that went away does not hear it
}

// checksum is as Cloud Storage writes a CRC-32C.
func checksum(content string) string {
	sum := crc32.Checksum([]byte(content), crc32.MakeTable(crc32.Castagnoli))
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, sum))
}
