package main

import (
	"context"
	"errors"
	"fmt"
)

// pipeline is what costwarden run does, in order. Each step is also a command
// of its own, and reads what the steps before it left in the database.
var pipeline = []step{
	{"ingest", ingestSources, planIngest}, // billing exports -> cost, daily_cost, import
	{"check", judge, planJudge},           // policy and rules -> finding
	{"report", writeWorkbooks, planWorkbooks},
	{"notify", sendAlerts, planAlerts}, // findings -> outbox -> channels
}

// step is a stage of the pipeline.
type step struct {
	name string
	do   func(ctx context.Context, w *work) error
	plan func(ctx context.Context, w *work) error // the same under --dry-run: reads, says, touches nothing
}

// only is the pipeline cut down to the steps named.
func only(names ...string) []step {
	var steps []step
	for _, s := range pipeline {
		for _, name := range names {
			if s.name == name {
				steps = append(steps, s)
			}
		}
	}
	return steps
}

// follow does the steps in order. A source that fails or a workbook that
// cannot be written does not keep the others from their work; an error without
// an exit code of its own, wrong usage or policy, and the end of ctx stop the
// run; a missing exchange rate does not: alerts need none. The first error
// decides the exit code.
func follow(ctx context.Context, w *work, steps []step) error {
	var failed error
	for _, s := range steps {
		do := s.do
		if w.app.flags.dryRun {
			do = s.plan
		}
		err := do(ctx, w)
		if ctx.Err() != nil {
			return errors.Join(failed, fmt.Errorf("%s: %w", s.name, context.Cause(ctx)), err)
		}
		if err != nil {
			code := codeOf(err)
			failed = errors.Join(failed, fail(code, fmt.Errorf("%s: %w", s.name, err)))
			if code == exitUnexpected || code == exitUsage && !errors.Is(err, errNoRate) {
				return failed
			}
		}
	}
	return failed
}
