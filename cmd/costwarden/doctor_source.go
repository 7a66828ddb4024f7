package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/costwarden/costwarden/ingest"
)

func subjectOf(source SourceConfig) string { return "source " + source.Name.Value }

// checkSource tries the source at i for as long as patience lasts, and judges
// how fresh its months are.
func (d *doctor) checkSource(ctx context.Context, i int) []verdict {
	config := d.sources[i]
	subject := subjectOf(config)
	if providers := config.providers(); len(providers) != 1 || len(providers[0].validate()) > 0 {
		return []verdict{warn(subject, "open", errors.New("not tried, its configuration is wrong; see above"))}
	}
	return d.within(ctx, subject, exitSource, func(ctx context.Context, tell func(verdict)) {
		source, err := d.open(ctx, config)
		if err != nil {
			tell(d.sourceFailed(subject, "open", err))
			return
		}
		examination := d.examineSource(ctx, source, func(step ingest.Step) { tell(d.judgeStep(subject, step).referring(source.Provider())) })
		if len(examination.Exports) > 0 {
			tell(d.judgeAge(subject, examination))
			d.tellWaiting(source.Name(), examination.Exports, tell)
		}
		d.mu.Lock()
		defer d.mu.Unlock()
		d.examined[i] = examination
	})
}

// open prepares a source as for a dry run, which writes nothing. An error that
// is not the source's is the configuration's.
func (d *doctor) open(ctx context.Context, config SourceConfig) (ingest.Source, error) {
	name := config.Name.Value
	source, err := config.providers()[0].open(ctx, name, ingest.Place{
		Folder:   filepath.Join(d.config.Landing, name, "partitions"),
		ReadOnly: true,
		Log:      d.app.log.With("source", name),
	})
	if err != nil && !errors.Is(err, ingest.ErrSource) {
		err = fail(exitUsage, err)
	}
	return source, err
}

// examineSource asks a source to try itself, or lists one that cannot.
func (d *doctor) examineSource(ctx context.Context, source ingest.Source, tell func(ingest.Step)) ingest.Examination {
	if examiner, can := source.(ingest.Examiner); can {
		return examiner.Examine(ctx, tell)
	}
	exports, err := source.Exports(ctx)
	tell(ingest.Step{Name: "list", Found: ingest.MonthsText(exports), Err: err})
	return ingest.Examination{Exports: exports}
}

// soon is how long before its end a secret is told of.
const soon = 14 * 24 * time.Hour

func (d *doctor) judgeStep(subject string, step ingest.Step) verdict {
	switch left := step.Expires.Sub(d.clock); {
	case errors.Is(step.Err, ingest.ErrNotDelivered):
		return warn(subject, step.Name, step.Err)
	case step.Err != nil:
		return d.sourceFailed(subject, step.Name, step.Err)
	case step.Warning != nil:
		return warn(subject, step.Name, step.Warning)
	case step.Expires.IsZero() || left > soon:
		return ok(subject, step.Name, "%s", step.Found)
	default:
		return warn(subject, step.Name, fmt.Errorf("%s, which ends on %s; make a new one before", step.Found, step.Expires.Format("2006-01-02 15:04 MST")))
	}
}

// referring points a failure without advice to the page of its provider.
func (v verdict) referring(provider string) verdict {
	if v.status == "fail" && v.advice == "" {
		v.advice = fmt.Sprintf("docs/connect-%s.md lists such messages below When it does not work", provider)
	}
	return v
}

// sourceFailed is a failure that is the configuration's where the source's own
// package finds it so.
func (d *doctor) sourceFailed(subject, check string, err error) verdict {
	code := exitSource
	if codeOf(err) == exitUsage {
		code = exitUsage
	}
	return failed(subject, check, code, err)
}

// within runs check for as long as patience lasts. What it has told by then
// stands; what comes later is not heard.
func (d *doctor) within(ctx context.Context, subject string, code int, check func(context.Context, func(verdict))) []verdict {
	ctx, cancel := context.WithTimeout(ctx, d.patience)
	defer cancel()
	var mu sync.Mutex
	var found []verdict
	over := make(chan struct{})
	go func() {
		defer close(over)
		check(ctx, func(v verdict) {
			mu.Lock()
			defer mu.Unlock()
			if ctx.Err() == nil {
				found = append(found, v)
			}
		})
	}()
	select {
	case <-over:
	case <-ctx.Done():
	}
	mu.Lock()
	defer mu.Unlock()
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		silent := fmt.Errorf("no answer within %s; check address, network and proxy, or give it longer with --timeout", d.patience)
		found = append(found, failed(subject, "answer", code, silent))
	}
	return found
}

// providerOf names the provider of a source, of which it is known to have one.
func providerOf(source SourceConfig) string { return source.providers()[0].name }

// sameBills finds sources that read the same bill, as far as names tell.
func (d *doctor) sameBills() []verdict {
	d.mu.Lock()
	defer d.mu.Unlock()
	var found []verdict
	for i, one := range d.examined {
		for j, other := range d.examined[:i] {
			isSame := one.Bill != "" && strings.EqualFold(one.Bill, other.Bill) && providerOf(d.sources[i]) == providerOf(d.sources[j])
			if !isSame || !share(one.Exports, other.Exports) {
				continue
			}
			found = append(found, failed(subjectOf(d.sources[i]), "bill", exitUsage, fmt.Errorf("source %s reads the same bill, %s; "+
				"keep one of the two, the other is refused when it is loaded", d.sources[j].Name.Value, one.Bill)))
		}
	}
	return found
}
