package azure_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"

	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// newDoor is a door before inner, a Blob service. It notes of a request the
// method, the path, what it asks for there and the range of a read.
func newDoor(inner http.Handler) *sourcetest.Door {
	return &sourcetest.Door{Inner: inner, Note: func(r *http.Request) string {
		return r.Method + " " + r.URL.Path + " " + r.URL.Query().Get("comp") + " " + r.Header.Get("x-ms-range")
	}}
}

// refuse answers with an error of the Blob service.
func refuse(status int, code, message string) sourcetest.Happening {
	return func(w http.ResponseWriter, _ *httptest.ResponseRecorder) { writeError(w, status, code, message) }
}

func writeError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("x-ms-error-code", code)
	w.Header().Set("x-ms-request-id", "4442587fb7d0a2f9")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>%s</Code><Message>%s\nRequestId:4442587fb7d0a2f9</Message>"+
		"<AuthenticationErrorDetail>%s</AuthenticationErrorDetail></Error>", code, message, message)
}

// unmodified answers 304 to a request that asked for no such thing, as a cache
// in between may.
func unmodified(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	w.Header().Set("ETag", answer.Header().Get("ETag"))
	w.WriteHeader(http.StatusNotModified)
}

// untimed leaves out when the blob was written.
var untimed = sourcetest.Head(func(h http.Header) { h.Del("Last-Modified") })

var (
	listed     = regexp.MustCompile(`(?s)<Blob>.*?</Blob>`)
	listedETag = regexp.MustCompile(`<Etag>[^<]*</Etag>`)
)

// omit leaves the blobs out of a listing whose names hold part.
func omit(part string) sourcetest.Happening { return sourcetest.Omit(listed, part) }

// relabel puts element in the place of every ETag in a listing; empty: none.
func relabel(element string) sourcetest.Happening { return sourcetest.Put(listedETag, element) }
