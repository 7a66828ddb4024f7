package gcp

import (
	"fmt"
	"sync"
)

// budget is what a run may read, and what it has read.
type budget struct {
	mu    sync.Mutex
	limit int64
	spent int64
}

// take takes what a query reads out of the budget. It returns what the query
// may be billed at most, and what the run has read with it.
func (b *budget) take(bytes int64) (most, spent int64, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	billed := max(bytes, leastBytes)
	if b.spent+billed > b.limit {
		return 0, b.spent, fmt.Errorf("it reads %s, which with the %s that this run has read before is more than max_bytes_billed, %s; "+
			"raise max_bytes_billed to %s at least, or run again: what was read is kept, and each run may read as much",
			size(billed), size(b.spent), size(b.limit), size(b.spent+billed))
	}
	most = b.limit - b.spent
	b.spent += billed
	return most, b.spent, nil
}

// size writes a number of bytes for a reader, rounded up.
func size(bytes int64) string {
	units := []string{"KiB", "MiB", "GiB", "TiB"}
	value, unit := float64(bytes)/1024, units[0]
	for _, next := range units[1:] {
		if value < 1024 {
			break
		}
		value, unit = value/1024, next
	}
	tenths := int64(value * 10)
	if float64(tenths) < value*10 {
		tenths++
	}
	return fmt.Sprintf("%d.%d%s", tenths/10, tenths%10, unit)
}
