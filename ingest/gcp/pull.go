package gcp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"cloud.google.com/go/bigquery"
	"golang.org/x/sync/errgroup"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// partitionsPulled is how many partitions are read at once.
const partitionsPulled = 4

// Fetch reads the partitions that hold rows of the month and are not landed as
// they now are. dir stays empty: partitions are landed in a folder of their
// own, which outlives the load.
func (t *tableSource) Fetch(ctx context.Context, export ingest.Export, _ string, progress func(bytes int64)) (ingest.Delivery, error) {
	delivery, err := t.fetch(ctx, fileMonth(export.Period), progress)
	if err != nil {
		return ingest.Delivery{}, fmt.Errorf("source %s: fetch %s: %w", t.name, export.Slice, err)
	}
	return delivery, nil
}

func (t *tableSource) fetch(ctx context.Context, month string, progress func(int64)) (ingest.Delivery, error) {
	if t.census == nil {
		if err := t.survey(ctx); err != nil {
			return ingest.Delivery{}, err
		}
	}
	if progress == nil {
		progress = func(int64) {}
	}
	if err := t.bringAll(ctx, t.census.holding(month), month, progress); err != nil {
		return ingest.Delivery{}, err
	}
	return t.deliver(month)
}

// bringAll brings several partitions at once. After a failure no further one
// is begun; those under way are paid for and go on to their end.
func (t *tableSource) bringAll(ctx context.Context, ids []string, month string, progress func(int64)) error {
	var group errgroup.Group
	group.SetLimit(partitionsPulled)
	var failed atomic.Bool
	var turn sync.Mutex // one progress at a time
	for _, id := range ids {
		group.Go(func() error {
			if failed.Load() {
				return nil
			}
			bytes, err := t.bring(ctx, id, month)
			if err != nil {
				failed.Store(true)
				return err
			}
			turn.Lock()
			defer turn.Unlock()
			progress(bytes)
			return nil
		})
	}
	return group.Wait()
}

// bring makes sure that the partition id is landed as it is counted, and
// returns what month weighs in it.
func (t *tableSource) bring(ctx context.Context, id, month string) (bytes int64, err error) {
	lies, err := t.loadLanded(id)
	if err != nil {
		return 0, bucket.LandingFault(t.place.Folder, err)
	}
	t.mu.Lock()
	p := t.census.Partitions[id]
	t.mu.Unlock()
	switch {
	case lies.Columns == t.layout.mark && lies.holds(t.folder(id), month, p.Months[month]):
		return lies.Months[month].Bytes, bucket.LandingFault(t.place.Folder, sweep(t.folder(id), lies))
	case p.Expired:
		return lies.Months[month].Bytes, nil // what is landed is all there is
	}
	if err := os.MkdirAll(t.folder(id), 0o700); err != nil {
		return 0, bucket.LandingFault(t.place.Folder, err)
	}
	for range t.patience.pulls {
		if bytes, err = t.pull(ctx, id, month); !errors.Is(err, errMoved) {
			return bytes, err
		}
	}
	return 0, bucket.Fault(fmt.Errorf("table %s, partition %s: %w, each time; run again later", t.table, id, err))
}

// errMoved says that a partition did not hold what it was counted to hold.
var errMoved = errors.New("changed while it was read")

// pull reads the rows of the partition id and lands them. Where they are not
// those that were counted, the partition is counted again: it changed between
// the two, or the answer was cut short. It is errMoved where they still differ.
func (t *tableSource) pull(ctx context.Context, id, month string) (bytes int64, err error) {
	t.mu.Lock()
	counted := t.census.Partitions[id]
	t.mu.Unlock()
	parts, read := t.readFast(ctx, id, counted.Months)
	if !read {
		if parts, err = t.readThrough(ctx, t.client, id); err != nil {
			return 0, err
		}
	}
	defer func() {
		for _, p := range parts {
			if err != nil {
				p.drop()
			}
		}
	}()
	if !same(counted.Months, parts) {
		fresh, err := t.count(ctx, []string{id})
		if err != nil {
			return 0, err
		}
		counted = partition{Months: fresh[id]} // what the list said of it is not of this count
		if err := t.recount(id, counted); err != nil {
			return 0, err
		}
	}
	if !same(counted.Months, parts) {
		return 0, fmt.Errorf("%w: %s", errMoved, difference(counted.Months, parts))
	}
	if err := t.land(id, parts); err != nil {
		return 0, bucket.LandingFault(t.place.Folder, err)
	}
	if p := parts[month]; p != nil {
		bytes = p.bytes
	}
	return bytes, nil
}

// recount puts a partition that was counted again into the census.
func (t *tableSource) recount(id string, counted partition) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.census.Partitions[id] = counted
	return bucket.LandingFault(t.place.Folder, t.census.save(t.place.Folder))
}

// readThrough reads the rows of the partition id into one part for each month.
func (t *tableSource) readThrough(ctx context.Context, client *bigquery.Client, id string) (parts map[string]*part, err error) {
	condition, err := t.layout.filter([]string{id})
	if err != nil {
		return nil, bucket.Fault(err)
	}
	err = t.askThrough(ctx, client, "partition "+id, t.layout.reading(condition), func() receive {
		for _, p := range parts {
			p.drop()
		}
		parts = map[string]*part{}
		return func(row []bigquery.Value) error { return t.receive(id, parts, row) }
	})
	for _, p := range parts {
		err = cmp.Or(err, bucket.LandingFault(t.place.Folder, p.close()))
	}
	if err != nil {
		for _, p := range parts {
			p.drop()
		}
		return nil, err
	}
	return parts, nil
}

// receive writes a row of the partition id to the part of its month.
func (t *tableSource) receive(id string, parts map[string]*part, row []bigquery.Value) (err error) {
	month, _ := row[0].(string)
	exported, _ := row[1].(int64)
	line, _ := row[2].(string)
	if month == "" {
		return nil // told of when it was counted
	}
	if parts[month] == nil {
		if _, err := parseMonth(month); err != nil { // it names a file
			return bucket.Fault(fmt.Errorf("table %s has rows of the invoice month %q; want one such as 202610", t.table, month))
		}
		if parts[month], err = newPart(t.folder(id), month); err != nil {
			return bucket.LandingFault(t.place.Folder, err)
		}
	}
	return bucket.LandingFault(t.place.Folder, parts[month].add(line, exported))
}

// same reports whether the parts hold what was counted.
func same(counted map[string]content, parts map[string]*part) bool {
	return difference(counted, parts) == ""
}

// difference says in which month the parts hold something else than was
// counted; empty where in none.
func difference(counted map[string]content, parts map[string]*part) string {
	months := map[string]bool{}
	for month := range counted {
		months[month] = true
	}
	for month := range parts {
		months[month] = true
	}
	delete(months, "")
	for _, month := range slices.Sorted(maps.Keys(months)) {
		var read content
		if p := parts[month]; p != nil {
			read = p.content
		}
		if counted[month] != read {
			return fmt.Sprintf("%d rows of %s were counted and %d read", counted[month].Rows, month, read.Rows)
		}
	}
	return ""
}

// deliver is the month as it is landed.
func (t *tableSource) deliver(month string) (ingest.Delivery, error) {
	delivery := ingest.Delivery{Format: t.layout.kind.format(), Encoding: "json"}
	var rows int64
	for _, id := range t.census.holding(month) {
		lies, err := t.loadLanded(id)
		if err != nil {
			return ingest.Delivery{}, bucket.LandingFault(t.place.Folder, err)
		}
		if !lies.holds(t.folder(id), month, t.census.Partitions[id].Months[month]) {
			return ingest.Delivery{}, bucket.Fault(fmt.Errorf("table %s, partition %s: %w; run again", t.table, id, errMoved))
		}
		rows += lies.Months[month].Rows
		delivery.Files = append(delivery.Files, lies.file(t.folder(id), t.table.String(), id, month))
	}
	delivery.Rows = &rows
	if len(delivery.Files) == 0 {
		return ingest.Delivery{}, fmt.Errorf("%w: the table holds no rows of %s any more", ingest.ErrNotDelivered, month)
	}
	return delivery, nil
}
