package gcp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"cloud.google.com/go/bigquery"
	"github.com/cenkalti/backoff/v5"
	"google.golang.org/api/iterator"
)

// receive takes the rows of an answer, one at a time.
type receive func(row []bigquery.Value) error

// ours is an error of the one who took the rows; BigQuery did its part.
type ours struct{ error }

func (o ours) Unwrap() error { return o.error }

// ask puts a query to BigQuery and reads the answer by REST.
func (t *tableSource) ask(ctx context.Context, what, text string, begin func() receive) error {
	return t.askThrough(ctx, t.client, what, text, begin)
}

// askThrough puts a query to BigQuery. What it reads is asked for first, which costs
// nothing, held against the budget, and logged. what names the query for
// messages. Each attempt begins anew, and with begin what takes its rows.
func (t *tableSource) askThrough(ctx context.Context, client *bigquery.Client, what, text string, begin func() receive) error {
	var bytes int64
	err := t.insist(ctx, func() (err error) { bytes, err = t.estimate(ctx, text); return err })
	if err != nil {
		return t.explain("estimate "+what, err)
	}
	err = t.insist(ctx, func() error {
		most, spent, err := t.budget.take(bytes)
		if err != nil {
			return err
		}
		t.place.Log.Info("query", "reads", what, "bytes", bytes, "run_bytes", spent, "run_limit", t.budget.limit)
		query := t.query(client, text)
		query.MaxBytesBilled = most
		return t.pour(ctx, query, what, begin())
	})
	return t.explain("read "+what, err)
}

// insist makes a request again where its answer broke off. The client does so
// only where none came.
func (t *tableSource) insist(ctx context.Context, request func() error) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval = t.patience.pause
	_, err := backoff.Retry(ctx, func() (none struct{}, err error) {
		if err = request(); err != nil && !brokeOff(err) {
			return none, backoff.Permanent(err)
		}
		return none, err
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(t.patience.tries), backoff.WithMaxElapsedTime(0))
	if permanent := (*backoff.PermanentError)(nil); errors.As(err, &permanent) {
		return permanent.Unwrap()
	}
	if brokeOff(err) && ctx.Err() == nil {
		return fmt.Errorf("BigQuery's answer broke off %d times: %w; check the network, or run again later", t.patience.tries, err)
	}
	return err
}

// brokeOff reports whether err says that an answer did not come whole.
func brokeOff(err error) bool {
	_, syntax := errors.AsType[*json.SyntaxError](err)
	_, network := errors.AsType[*net.OpError](err)
	return syntax || network || errors.Is(err, io.ErrUnexpectedEOF)
}

// query is text as a query that says where it runs, and for whom.
func (t *tableSource) query(client *bigquery.Client, text string) *bigquery.Query {
	query := client.Query(text)
	query.Location = t.layout.location // the client's own would not be sent
	query.Labels = map[string]string{"costwarden": t.label}
	query.DisableQueryCache = true // an answer of yesterday is no count of today
	return query
}

// estimate is how many bytes the query would read.
func (t *tableSource) estimate(ctx context.Context, text string) (int64, error) {
	job, err := t.dryRun(ctx, text)
	if err != nil {
		return 0, err
	}
	status := job.LastStatus()
	if status == nil || status.Statistics == nil {
		return 0, errors.New("BigQuery does not tell what the query would read")
	}
	return status.Statistics.TotalBytesProcessed, nil
}

// dryRun lets BigQuery check the query as if it were run, for nothing.
func (t *tableSource) dryRun(ctx context.Context, text string) (*bigquery.Job, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, t.patience.call, errSilent)
	defer cancel()
	query := t.query(t.client, text)
	query.DryRun = true
	job, err := query.Run(ctx)
	if err != nil {
		return nil, causeOr(ctx, err)
	}
	return job, nil
}

// errSilent is why a call is given up.
var errSilent = errors.New("no answer from BigQuery; check the network, or run again later")

// pour hands each row of the answer to each. It gives up when no row comes for
// as long as patience lasts.
func (t *tableSource) pour(ctx context.Context, query *bigquery.Query, what string, each receive) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(t.patience.rows, func() { cancel(errSilent) })
	defer silence.Stop()
	rows, err := query.Read(ctx)
	if err != nil {
		return causeOr(ctx, err)
	}
	if rows.IsAccelerated() {
		t.place.Log.Debug("through the Storage Read API", "reads", what)
	}
	var row []bigquery.Value
	for {
		err := next(rows, &row)
		if errors.Is(err, iterator.Done) {
			return nil
		}
		if err != nil {
			return causeOr(ctx, err)
		}
		silence.Reset(t.patience.rows)
		if err := each(row); err != nil {
			return ours{err}
		}
	}
}

// next reads the next row. The client panics where a batch of the Storage Read
// API holds no rows.
func next(rows *bigquery.RowIterator, row *[]bigquery.Value) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("the client of BigQuery panicked: %v", fault)
		}
	}()
	return rows.Next(row)
}

// causeOr is why ctx ended, or err while it has not.
func causeOr(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}
