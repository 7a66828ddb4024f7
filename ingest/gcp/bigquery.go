package gcp

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/costwarden/costwarden/ingest"
)

// tableSource is a source that reads a table of BigQuery.
type tableSource struct {
	name     string
	table    table
	config   Config
	place    ingest.Place
	patience patience
	budget   budget
	client   *bigquery.Client
	fast     *bigquery.Client // reads large answers through the Storage Read API; nil: that is not asked for
	label    string

	mu     sync.Mutex // guards what follows
	layout layout
	census *census // nil: not counted yet
}

// patience says how long BigQuery may keep a run waiting. The client tries
// again by itself what passes, and would do so for ever.
type patience struct {
	call  time.Duration // for an answer about a table or a query
	rows  time.Duration // for the next row of a result, the first one too
	tries uint          // how often a request is made whose answer breaks off
	pause time.Duration // before the second attempt
	pulls int           // how often a partition is read that changes meanwhile
}

var defaultPatience = patience{call: 2 * time.Minute, rows: 10 * time.Minute, tries: 3, pause: time.Second, pulls: 3}

// openTable prepares the source called name.
func openTable(ctx context.Context, name string, config Config, place ingest.Place) (*tableSource, error) {
	named, _ := parseTable(config.Table) // valid, as Validate has seen
	limit, _ := config.maxBytes()
	options, err := config.clientOptions(bigquery.Scope)
	if err != nil {
		return nil, err
	}
	if place.Log == nil {
		place.Log = slog.New(slog.DiscardHandler)
	}
	client, err := bigquery.NewClient(ctx, cmp.Or(config.JobProject, named.project), options...)
	if err != nil {
		return nil, refusedLogin(err)
	}
	t := &tableSource{name: name, table: named, config: config, place: place, patience: defaultPatience, client: client}
	if config.StorageReadAPI {
		if t.fast, err = openFast(ctx, config, client.Project()); err != nil {
			return nil, err
		}
	}
	t.budget.limit = limit
	t.label = cmp.Or(config.JobLabel, labelOf(name))
	return t, nil
}

var notLabel = regexp.MustCompile(`[^a-z0-9_-]`)

// labelOf turns a source's name into the value of a label.
func labelOf(name string) string {
	label := notLabel.ReplaceAllString(strings.ToLower(name), "-")
	return label[:min(len(label), 63)]
}

// Name is the source's name in costwarden.yaml.
func (t *tableSource) Name() string { return t.name }

// Provider is gcp.
func (t *tableSource) Provider() string { return "gcp" }

// Exports asks which partitions have changed, counts what those hold, and
// lists the invoice months that the table has rows of.
func (t *tableSource) Exports(ctx context.Context) ([]ingest.Export, error) {
	if err := t.survey(ctx); err != nil {
		return nil, fmt.Errorf("source %s: %w", t.name, err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	exports, err := t.exports()
	if err != nil {
		return nil, fmt.Errorf("source %s: %w", t.name, err)
	}
	return exports, nil
}

// exports are the months of the census that the table has whole.
func (t *tableSource) exports() ([]ingest.Export, error) {
	var exports []ingest.Export
	for _, text := range t.census.months() {
		month, err := parseMonth(text)
		if err != nil {
			return nil, fmt.Errorf("%w: table %s has rows of the invoice month %q; want one such as 202610", ingest.ErrSource, t.table, text)
		}
		if !t.isWhole(month) {
			t.place.Log.Info("BigQuery has dropped a part of the month by its age; it stays as it is loaded", "slice", month.String())
			continue
		}
		exports = append(exports, ingest.Export{
			Slice:   month.String(),
			Period:  month,
			Version: t.census.version(text),
			Ref:     t.table.String(),

			Delivered: t.census.newest(text),
		})
	}
	return exports, nil
}
