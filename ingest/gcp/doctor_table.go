package gcp

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// Examine reads the table's schema and the list of its partitions, and lets
// BigQuery estimate what the next run would read. It pays for two small
// queries at most: the list, which every run asks for, and the counts of the
// newest partition.
func (t *tableSource) Examine(ctx context.Context, tell func(ingest.Step)) ingest.Examination {
	e := ingest.Examination{Daily: true, Bill: t.table.account()}
	if err := t.tellTable(ctx, tell); err != nil {
		return e
	}
	if err := t.tellQuery(ctx, tell); err != nil {
		return e
	}
	listed, err := t.listed(ctx)
	known, _ := loadCensus(t.place.Folder, t.table) // one that cannot be read is counted anew
	changed := known.changed(listed)
	tell(partitionsStep(listed, changed, err))
	if err != nil {
		return e
	}
	if err := t.tellNextRun(ctx, listed, changed, tell); err != nil {
		return e
	}
	if listed != nil && len(changed) == 0 {
		t.census = known
		e.Exports, err = t.exports()
	} else {
		e.Exports, err = t.newestMonth(ctx, listed)
	}
	tell(ingest.Step{Name: "months", Found: ingest.MonthsText(e.Exports), Err: err})
	return e
}

func (t *tableSource) tellTable(ctx context.Context, tell func(ingest.Step)) error {
	meta, err := t.describe(ctx)
	if err == nil {
		if t.layout, err = layoutOf(t.table, meta, t.config); err != nil {
			err = bucket.Fault(err)
		}
	}
	if err != nil {
		tell(ingest.Step{Name: "table", Err: err})
		return err
	}
	tell(ingest.Step{Name: "table", Found: fmt.Sprintf("is %s in %s, %s, last changed %s",
		t.layout.format(), t.layout.location, size(meta.NumBytes), t.layout.modified.UTC().Format("2006-01-02 15:04 MST"))})
	return nil
}

// tellQuery lets BigQuery check the query that reads rows, which needs what
// running it needs, and says as whom it was asked.
func (t *tableSource) tellQuery(ctx context.Context, tell func(ingest.Step)) error {
	var job *bigquery.Job
	err := t.insist(ctx, func() (err error) { job, err = t.dryRun(ctx, t.layout.reading(t.layout.all())); return err })
	if err = t.explain("try a query of "+t.table.String(), err); err != nil {
		tell(ingest.Step{Name: "query", Err: err})
		return err
	}
	found := "allowed in project " + t.client.Project()
	if email := job.Email(); email != "" {
		found += " as " + email
	}
	tell(ingest.Step{Name: "query", Found: found})
	return nil
}

func partitionsStep(listed map[string]string, changed []string, err error) ingest.Step {
	step := ingest.Step{Name: "partitions", Err: err}
	switch ids := slices.Sorted(maps.Keys(listed)); {
	case err != nil:
	case listed == nil:
		step.Warning = fmt.Errorf("BigQuery shows no list of them, so that each run counts them all; grant roles/bigquery.dataViewer on the dataset " +
			"where it is Google's own table, and expect it of a view")
	case len(ids) == 0:
		step.Warning = fmt.Errorf("there are none yet; the export takes up to five days to begin")
	default:
		step.Found = fmt.Sprintf("%d, %s to %s; %d changed since they were read last", len(ids), ids[0], ids[len(ids)-1], len(changed))
	}
	return step
}

// tellNextRun says what the next run reads, what that costs, and whether it may.
func (t *tableSource) tellNextRun(ctx context.Context, listed map[string]string, changed []string, tell func(ingest.Step)) error {
	condition := t.layout.all()
	if listed != nil && len(changed) == 0 {
		tell(ingest.Step{Name: "next run", Found: "reads the list of partitions alone, " + size(leastBytes)})
		return nil
	}
	var err error
	if listed != nil {
		if condition, err = t.layout.filter(changed); err != nil {
			err = bucket.Fault(err)
		}
	}
	var bytes int64
	for _, text := range []string{t.layout.counting(condition), t.layout.reading(condition)} {
		if err == nil {
			var more int64
			err = t.insist(ctx, func() (err error) { more, err = t.estimate(ctx, text); return err })
			bytes += max(more, leastBytes)
		}
	}
	if err = t.explain("estimate the next run", err); err != nil {
		tell(ingest.Step{Name: "next run", Err: err})
		return err
	}
	step := ingest.Step{Name: "next run"}
	reads := fmt.Sprintf("reads %s, about %s at the on-demand price of %s", size(bytes), onDemand(bytes), onDemandPrice)
	if bytes > t.budget.limit {
		step.Warning = fmt.Errorf("%s, which is more than max_bytes_billed, %s; raise it to %s for that run, or run several times: what was read is kept",
			reads, size(t.budget.limit), size(bytes))
	} else {
		step.Found = reads + "; max_bytes_billed " + size(t.budget.limit) + " allows it"
	}
	tell(step)
	return nil
}

// onDemandPrice is BigQuery's list price for queries in the US and the EU
// (cloud.google.com/bigquery/pricing). The first TiB of a month is free, and
// other regions and contracts differ.
const (
	onDemandPrice       = "6.25 USD per TiB"
	centsPerTiB   int64 = 625
)

// onDemand is the price of reading bytes, rounded up to cents.
func onDemand(bytes int64) string {
	const tib = 1 << 40
	cents := (bytes/tib)*centsPerTiB + (bytes%tib*centsPerTiB+tib-1)/tib
	return fmt.Sprintf("%d.%02d USD", cents/100, cents%100)
}

// newestMonth counts the newest partition for its newest month. The others
// would cost what a run costs. Without a list it tells nothing.
func (t *tableSource) newestMonth(ctx context.Context, listed map[string]string) ([]ingest.Export, error) {
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(listed)), func(id string) bool { return strings.HasPrefix(id, "__") })
	if len(ids) == 0 {
		return nil, nil
	}
	counted, err := t.count(ctx, ids[len(ids)-1:])
	if err != nil {
		return nil, err
	}
	t.census = &census{Table: t.table.String(), Partitions: map[string]partition{}, Complete: true}
	for id, months := range counted {
		t.census.Partitions[id] = partition{Months: months}
	}
	exports, err := t.exports()
	if len(exports) > 1 {
		exports = exports[len(exports)-1:]
	}
	for i := range exports {
		exports[i].Version = "" // one partition does not tell
	}
	return exports, err
}
