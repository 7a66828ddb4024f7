package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/ingest"
)

func (a *app) newIngest() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ingest",
		Short: "Load what the sources have delivered",
		Long: `Ask each source which months have a new delivery, fetch it, reconcile it with the
provider's own total and replace the month in one transaction. A month whose
delivery is incomplete or does not reconcile stays as it was. Sources are fetched
side by side, and their months load one after another; one that fails keeps no
other from being loaded. Results are in the order of the configuration.

Every month the source still holds is looked at, however old: one listing tells
which deliveries are new, and only those are fetched, and those whose format this
release maps otherwise than the one that loaded them. What changes in a month that
was loaded is kept in the table restatement. --since and --until bound the months,
to load years of them piece by piece; --force reads also what has not changed.`,
		Example: `  costwarden ingest
  costwarden ingest --source aws-payer --since -400d
  costwarden ingest --since 2025-01 --until 2025-06
  costwarden ingest --month 2026-09 --force`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.write(cmd.Context(), "ingest", only("ingest"))
		},
	}
	a.monthFlags(cmd)
	a.ingestFlags(cmd)
	a.dryRunFlag(cmd)
	return cmd
}

func ingestSources(ctx context.Context, w *work) error { return w.ingest(ctx, false) }

func planIngest(ctx context.Context, w *work) error { return w.ingest(ctx, true) }

// ingest brings every source that was asked for up to date, all side by side.
// Where some fail and others do not, the failure is partial. What came of them
// is noted in the order of the configuration.
func (w *work) ingest(ctx context.Context, dryRun bool) error {
	configs, err := w.chosenSources()
	if err != nil {
		return err
	}
	var sources []ingest.Source
	for _, config := range configs {
		source, err := w.openSource(ctx, config, dryRun)
		if err != nil {
			source = unopened{config.Name.Value, err}
		}
		sources = append(sources, source)
	}
	options, err := w.ingestOptions(dryRun)
	if err != nil {
		return err
	}
	var failures []error
	for _, outcome := range ingest.RunAll(ctx, w.db, sources, options) {
		w.tellOutcomes(outcome.Slices)
		if outcome.Err != nil {
			failures = append(failures, outcome.Err) // each names its source
		}
	}
	switch {
	case ctx.Err() != nil:
		return nil // the end of ctx says it for all of them
	case len(failures) > 0 && len(failures) < len(sources):
		return fail(exitPartial, errors.Join(failures...))
	}
	return errors.Join(failures...)
}

func (w *work) ingestOptions(dryRun bool) (ingest.Options, error) {
	limit, err := w.config.landingLimit()
	options := ingest.Options{
		Landing:      w.config.Landing,
		LandingLimit: limit,
		Since:        w.asked.since,
		Until:        w.asked.until,
		Force:        w.app.flags.force,
		DryRun:       dryRun,
		Now:          w.clock,
		Clock:        w.app.env.now,
		Hear:         w.logOutcome,
	}
	if w.app.screen != nil {
		options.Progress = w.app.screen
	}
	return options, err
}

// chosenSources are the configured sources, or those that --source names.
func (w *work) chosenSources() ([]SourceConfig, error) {
	if len(w.config.Sources) == 0 {
		return nil, usageError("%s: no sources; name at least one below sources", w.config.file)
	}
	if len(w.app.flags.sources) == 0 {
		return w.config.Sources, nil
	}
	var chosen []SourceConfig
	for _, name := range w.app.flags.sources {
		i := slices.IndexFunc(w.config.Sources, func(s SourceConfig) bool { return s.Name.Value == name })
		if i < 0 {
			return nil, usageError("--source %s: %s has no such source; it has %s", name, w.config.file, strings.Join(w.config.sourceNames(), ", "))
		}
		chosen = append(chosen, w.config.Sources[i])
	}
	return chosen, nil
}

// sourceNames are the configured sources, also those that never delivered.
func (c Config) sourceNames() []string {
	var names []string
	for _, source := range c.Sources {
		names = append(names, source.Name.Value)
	}
	return names
}

// tellOutcomes notes each slice as a result; the unchanged ones of a source that
// have nothing to say are noted together.
func (w *work) tellOutcomes(outcomes []ingest.Outcome) {
	var unchanged []ingest.Outcome
	for _, o := range outcomes {
		if o.Status == ingest.Unchanged && o.Note == "" {
			unchanged = append(unchanged, o)
			continue
		}
		w.note("ingest", strings.TrimSpace(o.Source+" "+o.Slice), string(o.Status), o.Rows, outcomeDetail(o))
	}
	if n := len(unchanged); n > 0 {
		detail := fmt.Sprintf("%d months, %s to %s", n, unchanged[0].Slice, unchanged[n-1].Slice)
		if n == 1 {
			detail = unchanged[0].Slice
		}
		w.note("ingest", unchanged[0].Source, string(ingest.Unchanged), int64(n), detail)
	}
}

func (w *work) logOutcome(o ingest.Outcome) {
	line := w.app.log.With("stage", "ingest", "source", o.Source)
	if o.Slice == "" {
		line.Error("source failed", "error", o.Err)
		return
	}
	line = line.With("slice", o.Slice)
	switch {
	case o.Status == ingest.Failed:
		line.Error("slice failed", "error", o.Err)
	case o.Err != nil:
		line.Warn(string(o.Status), "reason", o.Err)
	case o.Status == ingest.Loaded:
		line.Info("slice loaded", "rows", o.Rows, "billed_cost", totalsText(o.Totals), "took", o.Took.Round(time.Millisecond).String())
	default:
		line.Info("slice " + string(o.Status))
	}
	if o.Note != "" {
		line.Info(o.Note)
	}
}

func outcomeDetail(o ingest.Outcome) string {
	switch {
	case o.Err != nil:
		return ingest.WithoutSecrets(o.Err.Error())
	case o.Note != "" && len(o.Totals) > 0:
		return totalsText(o.Totals) + " (" + o.Note + ")"
	case o.Note != "":
		return o.Note
	default:
		return totalsText(o.Totals)
	}
}

// totalsText writes totals per currency, such as "EUR 12.50, USD 1,234.00".
func totalsText(totals []ingest.Total) string {
	var parts []string
	for _, t := range totals {
		parts = append(parts, t.BillingCurrency+" "+t.BilledCost.Format(2))
	}
	return strings.Join(parts, ", ")
}
