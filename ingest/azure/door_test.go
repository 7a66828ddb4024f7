package azure_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"time"
)

// frontDoor stands before a blob server, lets faults happen to its answers,
// and notes the requests.
type frontDoor struct {
	inner http.Handler

	mu       sync.Mutex
	faults   []*fault
	requests []string
}

// fault happens to the next times requests whose path, prefix or range holds in.
type fault struct {
	in     string
	times  int
	happen func(w http.ResponseWriter, answer *httptest.ResponseRecorder)
	before func() // runs before the request is answered; nil: nothing
}

func (d *frontDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := strings.TrimSpace(r.Method + " " + r.URL.Path + " " + r.URL.Query().Get("comp") + " " + r.Header.Get("x-ms-range"))
	fault := d.next(asked)
	if fault != nil && fault.before != nil {
		fault.before()
	}
	answer := httptest.NewRecorder()
	d.inner.ServeHTTP(answer, r)
	if fault != nil && fault.happen != nil {
		fault.happen(w, answer)
		return
	}
	replay(w, answer, answer.Body.Bytes())
}

func (d *frontDoor) next(asked string) *fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.requests = append(d.requests, asked)
	for _, fault := range d.faults {
		if fault.times > 0 && strings.Contains(asked, fault.in) {
			fault.times--
			return fault
		}
	}
	return nil
}

// arrange lets faults happen and forgets the requests so far.
func (d *frontDoor) arrange(faults ...*fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults, d.requests = faults, nil
}

// asked gives the requests since then that hold what.
func (d *frontDoor) asked(what string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	var found []string
	for _, request := range d.requests {
		if strings.Contains(request, what) {
			found = append(found, request)
		}
	}
	return found
}

// refuse answers with an error of the Blob service.
func refuse(status int, code, message string) func(http.ResponseWriter, *httptest.ResponseRecorder) {
	return func(w http.ResponseWriter, _ *httptest.ResponseRecorder) { writeError(w, status, code, message) }
}

// cut sends half of the body it has announced and resets the connection.
func cut(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	body := answer.Body.Bytes()
	answer.Header().Set("Content-Length", fmt.Sprint(len(body)))
	replay(w, answer, body[:len(body)/2])
	w.(http.Flusher).Flush()
	connection, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	connection.(*net.TCPConn).SetLinger(0)
	connection.Close()
}

// shorten sends half of the body as if it were all.
func shorten(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	body := answer.Body.Bytes()
	answer.Header().Del("Content-Length")
	replay(w, answer, body[:len(body)/2])
}

// understate sends half of the body and announces no more than that.
func understate(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	half := answer.Body.Bytes()[:answer.Body.Len()/2]
	answer.Header().Set("Content-Length", fmt.Sprint(len(half)))
	replay(w, answer, half)
}

// overstate sends the body and announces more.
func overstate(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	body := answer.Body.Bytes()
	answer.Header().Set("Content-Length", fmt.Sprint(len(body)+100))
	replay(w, answer, body)
}

// dribble sends the body in pieces, each well before the reader's patience
// ends, all of them long after.
func dribble(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	body, pieces := answer.Body.Bytes(), 6
	answer.Header().Set("Content-Length", fmt.Sprint(len(body)))
	replay(w, answer, nil)
	for i := range pieces {
		time.Sleep(200 * time.Millisecond)
		w.Write(body[i*len(body)/pieces : (i+1)*len(body)/pieces])
		w.(http.Flusher).Flush()
	}
}

// unmodified answers 304 to a request that asked for no such thing, as a cache
// in between may.
func unmodified(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	w.Header().Set("ETag", answer.Header().Get("ETag"))
	w.WriteHeader(http.StatusNotModified)
}

// untimed leaves out when the blob was written.
func untimed(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	answer.Header().Del("Last-Modified")
	replay(w, answer, answer.Body.Bytes())
}

var (
	listed     = regexp.MustCompile(`(?s)<Blob>.*?</Blob>`)
	listedETag = regexp.MustCompile(`<Etag>[^<]*</Etag>`)
)

// omit leaves the blobs out of a listing whose names hold part.
func omit(part string) func(http.ResponseWriter, *httptest.ResponseRecorder) {
	return func(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
		answer.Header().Del("Content-Length")
		replay(w, answer, listed.ReplaceAllFunc(answer.Body.Bytes(), func(blob []byte) []byte {
			if bytes.Contains(blob, []byte(part)) {
				return nil
			}
			return blob
		}))
	}
}

// relabel puts etag in the place of every ETag in a listing.
func relabel(etag string) func(http.ResponseWriter, *httptest.ResponseRecorder) {
	return func(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
		answer.Header().Del("Content-Length")
		replay(w, answer, listedETag.ReplaceAll(answer.Body.Bytes(), []byte(etag)))
	}
}

func replay(w http.ResponseWriter, answer *httptest.ResponseRecorder, body []byte) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	w.Write(body)
}

func writeError(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("x-ms-error-code", code)
	w.Header().Set("x-ms-request-id", "4442587fb7d0a2f9")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>%s</Code><Message>%s\nRequestId:4442587fb7d0a2f9</Message>"+
		"<AuthenticationErrorDetail>%s</AuthenticationErrorDetail></Error>", code, message, message)
}
