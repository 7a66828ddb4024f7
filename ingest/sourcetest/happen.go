package sourcetest

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"time"
)

// Replay sends an answer with another body.
func Replay(w http.ResponseWriter, answer *httptest.ResponseRecorder, body []byte) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body) // a client that went away does not hear it
}

// Cut sends half of the body it has announced and resets the connection.
func Cut(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	body := answer.Body.Bytes()
	answer.Header().Set("Content-Length", fmt.Sprint(len(body)))
	Replay(w, answer, body[:len(body)/2])
	w.(http.Flusher).Flush()
	connection, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	_ = connection.(*net.TCPConn).SetLinger(0)
	_ = connection.Close()
}

// Shorten sends half of the body as if it were all.
func Shorten(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	body := answer.Body.Bytes()
	answer.Header().Del("Content-Length")
	Replay(w, answer, body[:len(body)/2])
}

// Understate sends half of the body and announces no more than that.
func Understate(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	half := answer.Body.Bytes()[:answer.Body.Len()/2]
	answer.Header().Set("Content-Length", fmt.Sprint(len(half)))
	Replay(w, answer, half)
}

// Overstate sends the body and announces more.
func Overstate(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	body := answer.Body.Bytes()
	answer.Header().Set("Content-Length", fmt.Sprint(len(body)+100))
	Replay(w, answer, body)
}

// Dribble sends the body in pieces, each well before an Impatient reader's
// patience ends, all of them long after.
func Dribble(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	body, pieces := answer.Body.Bytes(), 6
	answer.Header().Set("Content-Length", fmt.Sprint(len(body)))
	Replay(w, answer, nil)
	for i := range pieces {
		time.Sleep(200 * time.Millisecond)
		_, _ = w.Write(body[i*len(body)/pieces : (i+1)*len(body)/pieces])
		w.(http.Flusher).Flush()
	}
}

// Silence sends nothing for longer than an Impatient reader waits.
func Silence(http.ResponseWriter, *httptest.ResponseRecorder) { time.Sleep(2500 * time.Millisecond) }

// Omit leaves out of an answer what element matches and holds part, such as a
// file of a listing.
func Omit(element *regexp.Regexp, part string) Happening {
	return Alter(element, func(found []byte) []byte {
		if bytes.Contains(found, []byte(part)) {
			return nil
		}
		return found
	})
}

// Put puts text in the place of all that element matches in an answer.
func Put(element *regexp.Regexp, text string) Happening {
	return Alter(element, func([]byte) []byte { return []byte(text) })
}

// Alter changes all that element matches in an answer.
func Alter(element *regexp.Regexp, change func([]byte) []byte) Happening {
	return func(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
		answer.Header().Del("Content-Length")
		Replay(w, answer, element.ReplaceAllFunc(answer.Body.Bytes(), change))
	}
}

// Head sends an answer whose header change has been at.
func Head(change func(http.Header)) Happening {
	return func(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
		change(answer.Header())
		Replay(w, answer, answer.Body.Bytes())
	}
}
