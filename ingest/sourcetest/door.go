package sourcetest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Always is more often than anything is tried.
const Always = 999

// Door stands before a provider's server, lets faults happen to its answers,
// and notes the requests.
type Door struct {
	Inner http.Handler
	Note  func(*http.Request) string // a request in a line, by which faults and tests know it

	still sync.RWMutex // held while a delivery is put

	mu       sync.Mutex
	faults   []*Fault
	requests []string
}

// Fault happens to the next Times requests whose line holds In.
type Fault struct {
	In     string
	Times  int
	Happen Happening // nil: the answer is sent as it is
	Before func()    // runs before the request is answered; nil: nothing
}

// Happening sends something else than the answer that was due.
type Happening func(w http.ResponseWriter, answer *httptest.ResponseRecorder)

// ServeHTTP answers a request, through the fault that is arranged for it.
func (d *Door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault := d.next(strings.TrimSpace(d.Note(r)))
	if fault != nil && fault.Before != nil {
		fault.Before()
	}
	answer := httptest.NewRecorder()
	d.still.RLock()
	d.Inner.ServeHTTP(answer, r)
	d.still.RUnlock()
	if fault != nil && fault.Happen != nil {
		fault.Happen(w, answer)
		return
	}
	Replay(w, answer, answer.Body.Bytes())
}

func (d *Door) next(request string) *Fault {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.requests = append(d.requests, request)
	for _, fault := range d.faults {
		if fault.Times > 0 && strings.Contains(request, fault.In) {
			fault.Times--
			return fault
		}
	}
	return nil
}

// AtOnce puts a delivery of which each request sees all or nothing.
func (d *Door) AtOnce(put func()) {
	d.still.Lock()
	defer d.still.Unlock()
	put()
}

// Arrange lets faults happen and forgets the requests so far.
func (d *Door) Arrange(faults ...*Fault) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.faults, d.requests = faults, nil
}

// Asked gives the requests since then that hold what.
func (d *Door) Asked(what string) []string {
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
