package ingest

import (
	"context"
	"sync"
)

// DefaultLandingLimit is how much may lie in the landing folder before no
// further month is fetched, where Options say nothing.
const DefaultLandingLimit = 4 << 30

// room keeps sources from filling the landing folder's disk with months that
// wait to be loaded. A month takes the bytes that its source lists or, where
// the listing does not tell, those that have come so far.
//
// However little room there is, the first source that is not at its end may
// have one month, so that there is always one that goes on: it waits for no
// other source.
type room struct {
	limit int64

	mu     sync.Mutex
	freed  *sync.Cond
	held   int64  // bytes of all months
	months []int  // how many months each source has here
	closed []bool // which sources are at their end
}

// berth is what one month takes of a room.
type berth struct {
	room   *room
	source int
	listed int64 // bytes
	came   int64
}

func newRoom(limit int64, sources int) *room {
	if limit == 0 {
		limit = DefaultLandingLimit
	}
	r := &room{limit: limit, months: make([]int, sources), closed: make([]bool, sources)}
	r.freed = sync.NewCond(&r.mu)
	return r
}

// enter waits until there is room for a month of so many bytes, 0 where that is
// unknown.
func (r *room) enter(ctx context.Context, source int, bytes int64) (*berth, error) {
	stop := context.AfterFunc(ctx, r.wake)
	defer stop()
	r.mu.Lock()
	defer r.mu.Unlock()
	for !r.has(source, bytes) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		r.freed.Wait()
	}
	r.held += bytes
	r.months[source]++
	return &berth{r, source, bytes, 0}, nil
}

func (r *room) has(source int, bytes int64) bool {
	return r.held+max(bytes, 1) <= r.limit || r.months[source] == 0 && (r.isEmpty() || r.isFirst(source))
}

func (r *room) isEmpty() bool {
	for _, months := range r.months {
		if months > 0 {
			return false
		}
	}
	return true
}

func (r *room) isFirst(source int) bool {
	for _, closed := range r.closed[:source] {
		if !closed {
			return false
		}
	}
	return true
}

// wake lets those who wait look again.
func (r *room) wake() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.freed.Broadcast()
}

// close says that a source is at its end.
func (r *room) close(source int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed[source] = true
	r.freed.Broadcast()
}

// grow tells of bytes that have come.
func (b *berth) grow(bytes int64) {
	b.room.mu.Lock()
	defer b.room.mu.Unlock()
	b.room.held -= b.bytes()
	b.came += bytes
	b.room.held += b.bytes()
}

func (b *berth) bytes() int64 { return max(b.listed, b.came) }

// leave gives the room back.
func (b *berth) leave() {
	if b == nil { // never entered
		return
	}
	b.room.mu.Lock()
	defer b.room.mu.Unlock()
	b.room.held -= b.bytes()
	b.room.months[b.source]--
	b.room.freed.Broadcast()
}
