// Package s3test is S3 on loopback for tests: a server in this process behind
// the door that faults happen at. It enforces what S3 enforces and fakes tend to
// forgive: reads whose If-Match no longer holds are refused.
//
//	server := s3test.NewServer(t)
//	server.Put(t, "exports/acme-focus/data/a.csv", "...")
//	config := aws.Config{Location: "s3://acme-billing/exports", Endpoint: server.URL, PathStyle: true, ...}
package s3test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// Bucket is the one that a server holds.
const Bucket = "acme-billing"

// FirstDelivery is a minute before the first object of a server is put.
var FirstDelivery = time.Date(2026, 11, 1, 6, 0, 0, 0, time.UTC)

// Server is S3 with one bucket.
type Server struct {
	*sourcetest.Door
	URL string

	backend gofakes3.Backend
	clock   gofakes3.TimeSourceAdvancer
}

// NewServer starts a server that takes requests whenever they were signed.
func NewServer(t *testing.T) *Server {
	t.Helper()
	return NewServerAt(t, FirstDelivery, gofakes3.WithTimeSkewLimit(0))
}

// NewServerAt starts a server whose clock stands at now and which option tells
// how near to it requests must be signed.
func NewServerAt(t *testing.T, now time.Time, option gofakes3.Option) *Server {
	t.Helper()
	clock := gofakes3.FixedTimeSource(now)
	backend := s3mem.New(s3mem.WithTimeSource(clock))
	if err := backend.CreateBucket(Bucket); err != nil {
		t.Fatal(err)
	}
	door := NewDoor(pinned{gofakes3.New(backend, gofakes3.WithTimeSource(clock), option).Server()})
	server := httptest.NewServer(door)
	t.Cleanup(server.Close)
	UseCredentials(t)
	return &Server{door, server.URL, backend, clock}
}

// NewDoor is a door before inner, an S3 server. It notes of a request the
// method, the path, the prefix of a listing and the range of a read.
func NewDoor(inner http.Handler) *sourcetest.Door {
	return &sourcetest.Door{Inner: inner, Note: func(r *http.Request) string {
		return r.Method + " " + r.URL.Path + " " + r.URL.Query().Get("prefix") + " " + r.Header.Get("Range")
	}}
}

// UseCredentials keeps the machine's own AWS configuration out of a test.
func UseCredentials(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-to-be-told", "AWS_SESSION_TOKEN": "",
		"AWS_PROFILE": "", "AWS_REGION": "", "AWS_DEFAULT_REGION": "",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
	} {
		t.Setenv(name, value)
	}
}

// Put puts an object, a minute later than the one before.
func (s *Server) Put(t *testing.T, key, content string) {
	t.Helper()
	s.clock.Advance(time.Minute)
	written := map[string]string{"Last-Modified": s.clock.Now().UTC().Format(http.TimeFormat)}
	_, err := s.backend.PutObject(Bucket, key, written, bytes.NewReader([]byte(content)), int64(len(content)), nil)
	if err != nil {
		t.Error(err)
	}
}

// pinned stands before the fake server and refuses reads whose If-Match no
// longer holds, as S3 does and the fake does not.
type pinned struct{ inner http.Handler }

func (p pinned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if tag := r.Header.Get("If-Match"); tag != "" && tag != p.etag(r) {
		WriteError(w, http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
		return
	}
	p.inner.ServeHTTP(w, r)
}

// etag is what the object that r asks for is now.
func (p pinned) etag(r *http.Request) string {
	head := r.Clone(r.Context())
	head.Method = http.MethodHead
	head.Header.Del("Range")
	answer := httptest.NewRecorder()
	p.inner.ServeHTTP(answer, head)
	return answer.Header().Get("ETag")
}

// Refuse answers with an S3 error.
func Refuse(status int, code, message string) sourcetest.Happening {
	return func(w http.ResponseWriter, _ *httptest.ResponseRecorder) { WriteError(w, status, code, message) }
}

// WriteError is an answer with an S3 error.
func WriteError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("X-Amz-Request-Id", "4442587FB7D0A2F9")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
}

var (
	listed     = regexp.MustCompile(`(?s)<Contents>.*?</Contents>`)
	listedETag = regexp.MustCompile(`<ETag>[^<]*</ETag>`)
)

// Omit leaves the objects out of a listing whose keys hold part.
func Omit(part string) sourcetest.Happening { return sourcetest.Omit(listed, part) }

// Relabel puts element in the place of every ETag in a listing; empty: none.
func Relabel(element string) sourcetest.Happening { return sourcetest.Put(listedETag, element) }
