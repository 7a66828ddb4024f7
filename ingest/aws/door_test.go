package aws_test

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

// frontDoor stands before an S3 server, lets faults happen to its answers, and
// notes the requests.
type frontDoor struct {
	inner http.Handler
	still sync.RWMutex // held while a delivery is put: a request sees all of it or nothing

	mu       sync.Mutex
	faults   []*fault
	requests []string
}

// fault happens to the next times requests whose path or query holds in.
type fault struct {
	in     string
	times  int
	happen func(w http.ResponseWriter, answer *httptest.ResponseRecorder)
	before func() // runs before the request is answered; nil: nothing
}

func (d *frontDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := strings.TrimSpace(r.Method + " " + r.URL.Path + " " + r.URL.Query().Get("prefix") + " " + r.Header.Get("Range"))
	fault := d.next(asked)
	if fault != nil && fault.before != nil {
		fault.before()
	}
	answer := httptest.NewRecorder()
	d.still.RLock()
	d.inner.ServeHTTP(answer, r)
	d.still.RUnlock()
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

// pinned stands before the fake server and refuses reads whose If-Match no
// longer holds, as S3 does and the fake does not.
type pinned struct{ inner http.Handler }

func (p pinned) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if tag := r.Header.Get("If-Match"); tag != "" && tag != p.etag(r) {
		writeError(w, http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
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

// refuse answers with an S3 error.
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

// misdate answers as a server does whose clock is off.
func misdate(by time.Duration) func(http.ResponseWriter, *httptest.ResponseRecorder) {
	return func(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
		answer.Header().Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
		replay(w, answer, answer.Body.Bytes())
	}
}

var (
	listed     = regexp.MustCompile(`(?s)<Contents>.*?</Contents>`)
	listedETag = regexp.MustCompile(`<ETag>[^<]*</ETag>`)
)

// omit leaves the objects out of a listing whose keys hold part.
func omit(part string) func(http.ResponseWriter, *httptest.ResponseRecorder) {
	return func(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
		answer.Header().Del("Content-Length")
		replay(w, answer, listed.ReplaceAllFunc(answer.Body.Bytes(), func(object []byte) []byte {
			if bytes.Contains(object, []byte(part)) {
				return nil
			}
			return object
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
	w.Header().Set("X-Amz-Request-Id", "4442587FB7D0A2F9")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, message)
}
