package gcp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/googleapi"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// survey reads the table's schema and brings the census up to date.
func (t *tableSource) survey(ctx context.Context) error {
	meta, err := t.describe(ctx)
	if err != nil {
		return err
	}
	if t.layout, err = layoutOf(t.table, meta, t.config); err != nil {
		return bucket.Fault(err)
	}
	known, err := loadCensus(t.place.Folder, t.table)
	if err != nil {
		return bucket.LandingFault(t.place.Folder, err)
	}
	listed, err := t.listed(ctx)
	if err != nil {
		return err
	}
	if listed == nil {
		err = t.countAll(ctx, known)
	} else {
		err = t.countChanged(ctx, known, listed)
	}
	if err != nil {
		return err
	}
	if err := t.refuseMonthless(known); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.census = known
	if t.place.ReadOnly {
		return nil
	}
	return bucket.LandingFault(t.place.Folder, errors.Join(known.save(t.place.Folder), t.sweepVanished()))
}

// describe asks for the table's schema, partitioning and location.
func (t *tableSource) describe(ctx context.Context) (meta *bigquery.TableMetadata, err error) {
	table := t.client.DatasetInProject(t.table.project, t.table.dataset).Table(t.table.name)
	err = t.insist(ctx, func() (err error) {
		ctx, cancel := context.WithTimeoutCause(ctx, t.patience.call, errSilent)
		defer cancel()
		if meta, err = table.Metadata(ctx); err != nil {
			return causeOr(ctx, err)
		}
		return nil
	})
	return meta, t.explain("look at table "+t.table.String(), err)
}

// listed is what BigQuery keeps about each partition, by id: another text once
// the partition has changed. It is nil where BigQuery keeps no such list, or
// does not show it.
func (t *tableSource) listed(ctx context.Context) (map[string]string, error) {
	if !t.layout.listed {
		return nil, nil
	}
	var listed map[string]string
	err := t.ask(ctx, "list of partitions", t.layout.listing(), func() receive {
		listed = map[string]string{}
		return func(row []bigquery.Value) error {
			id, _ := row[0].(string)
			if !plainID.MatchString(id) {
				return bucket.Fault(fmt.Errorf("the partition %q has an id that is no time", id))
			}
			if id != streamed || t.layout.null() == streamed { // of other tables, streamed rows are counted where they belong
				listed[id] = fmt.Sprintf("%v rows, changed %v", row[1], row[2])
			}
			return nil
		}
	})
	if answer, answered := errors.AsType[*googleapi.Error](err); answered && slices.Contains(noList, reasonOf(answer)) {
		t.place.Log.Warn("BigQuery shows no list of the partitions; all are counted", "table", t.table.String(), "reason", answer.Message)
		return nil, nil
	}
	return listed, err
}

// noList are the reasons of refusals that hold for the list of partitions, and
// perhaps not for the table.
var noList = []string{"accessDenied", "notFound", "invalid", "invalidQuery"}

// partitionsAtOnce is how many partitions one query counts, so that a first
// run that is cut short keeps what it counted.
const partitionsAtOnce = 400

// countChanged counts the partitions that are not as they were, and drops those
// that are gone.
func (t *tableSource) countChanged(ctx context.Context, known *census, listed map[string]string) error {
	t.dropVanished(known, listed)
	for ids := range slices.Chunk(known.changed(listed), partitionsAtOnce) {
		counted, err := t.count(ctx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			known.Partitions[id] = partition{Seen: listed[id], Months: counted[id]}
		}
		if t.place.ReadOnly {
			continue
		}
		if err := known.save(t.place.Folder); err != nil {
			return bucket.LandingFault(t.place.Folder, err)
		}
	}
	return nil
}

// count asks what the partitions ids hold, by id and month.
func (t *tableSource) count(ctx context.Context, ids []string) (map[string]map[string]content, error) {
	condition, err := t.layout.filter(ids)
	if err != nil {
		return nil, bucket.Fault(err)
	}
	what := fmt.Sprintf("counts of %d partitions", len(ids))
	if len(ids) == 1 {
		what = "counts of partition " + ids[0]
	}
	return t.counted(ctx, what, condition)
}

// countAll counts every partition: one pass over two or three small columns.
func (t *tableSource) countAll(ctx context.Context, known *census) error {
	counted, err := t.counted(ctx, "counts of all partitions", t.layout.all())
	if err != nil {
		return err
	}
	listed := map[string]string{}
	for id := range counted {
		listed[id] = ""
	}
	t.dropVanished(known, listed)
	for id, months := range counted {
		known.Partitions[id] = partition{Months: months}
	}
	return nil
}

func (t *tableSource) counted(ctx context.Context, what, condition string) (map[string]map[string]content, error) {
	var counted map[string]map[string]content
	err := t.ask(ctx, what, t.layout.counting(condition), func() receive {
		counted = map[string]map[string]content{}
		return func(row []bigquery.Value) error {
			id, _ := row[0].(string)
			month, _ := row[1].(string) // null, as empty, is no month
			rows, _ := row[2].(int64)
			newest, _ := row[3].(int64)
			if !plainID.MatchString(id) {
				return bucket.Fault(fmt.Errorf("the partition %q has an id that is no time", id))
			}
			if counted[id] == nil {
				counted[id] = map[string]content{}
			}
			counted[id][month] = content{rows, newest}
			return nil
		}
	})
	return counted, err
}

// firstWithMonths is the first day of which all rows name an invoice month.
const firstWithMonths = "20180701"

// refuseMonthless refuses rows without an invoice month, which no bill would
// ever hold. Google fills it since June 2018; older rows are told of and left.
func (t *tableSource) refuseMonthless(c *census) error {
	var older int64
	for _, id := range slices.Sorted(maps.Keys(c.Partitions)) {
		without := c.Partitions[id].Months[""].Rows
		switch {
		case without == 0:
		case id < firstWithMonths:
			older += without
		default:
			return bucket.Fault(fmt.Errorf("table %s: %d rows of the partition %s have no invoice month and belong to no bill; "+
				"ask Google for their month, or read a view that gives them one", t.table, without, id))
		}
	}
	if older > 0 {
		t.place.Log.Warn("rows without an invoice month are not loaded: they are older than June 2018", "table", t.table.String(), "rows", older)
	}
	return nil
}

// sweepVanished removes the landed files of partitions that are gone.
func (t *tableSource) sweepVanished() error {
	entries, err := os.ReadDir(t.place.Folder)
	if err != nil {
		return err
	}
	var failures []error
	for _, entry := range entries {
		if _, there := t.census.Partitions[entry.Name()]; !there && entry.IsDir() && plainID.MatchString(entry.Name()) {
			failures = append(failures, os.RemoveAll(filepath.Join(t.place.Folder, entry.Name())))
		}
	}
	return errors.Join(failures...)
}
