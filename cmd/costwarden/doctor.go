package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/ingest"
)

func (a *app) newDoctor() *cobra.Command {
	d := &doctor{app: a}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Try everything the configuration names; say what does not work and what to do",
		Long: `Try, without loading anything, all that a run needs: configuration, policy and
rules; the warehouse and the folders; every source with its credentials, down to the
first bytes of a bill or a query that BigQuery estimates; every channel, as far as
its receiver's door; the schedule. Sources and channels are tried side by side, and
one that fails does not stop the others. A line for each check says ok, warn or
fail; below what is not ok stands what to do.

Doctor leaves nothing behind and takes no lock, so that it can be called while a run is on.
A table of BigQuery costs two small queries, 20 MiB. No message is sent unless
--send-test asks for one.

The exit code is the lowest of what failed: 2 for configuration, policy, rules,
warehouse and folders, 3 for sources, 7 for channels. Warnings end in 0.`,
		Example: `  costwarden doctor
  costwarden doctor --source aws-payer
  costwarden doctor --send-test
  costwarden doctor -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return d.examine(cmd.Context())
		},
	}
	cmd.Flags().StringSliceVar(&a.flags.sources, "source", nil, "of the sources only the one of this `name`; may be repeated")
	cmd.Flags().DurationVar(&d.patience, "timeout", time.Minute, "how long each source, each channel and the folders may take")
	cmd.Flags().BoolVar(&d.sendTest, "send-test", false, "send one message to each channel, marked as a test")
	return cmd
}

// doctor is one examination of everything.
type doctor struct {
	app      *app
	patience time.Duration // for each source, each channel and the folders
	sendTest bool
	clock    time.Time
	config   Config
	faulty   bool           // the configuration is not what its writer meant: what is not there may yet be
	sources  []SourceConfig // those to try
	report   *verdicts

	mu       sync.Mutex           // guards what checks that are out of time may still write
	loaded   ingest.Inventory     // nil: nobody could look
	examined []ingest.Examination // of each of sources
}

// examine tries everything and prints each verdict as it comes, in one order.
func (d *doctor) examine(ctx context.Context) (err error) {
	if d.patience <= 0 {
		return usageError("--timeout %s: want a duration such as 30s", d.patience)
	}
	if !d.app.flags.verbose {
		d.app.openLog(slog.LevelWarn)
	}
	if d.clock, err = d.app.clock(); err != nil {
		return err
	}
	if d.report, err = newVerdicts(d.app.env.stdout, d.app.flags.output); err != nil {
		return err
	}
	found := d.checkConfig(ctx)
	if d.sources, err = d.chosenSources(); err != nil {
		return err
	}
	d.report.fit(d.config)
	if err := d.report.tell(found); err != nil {
		return err
	}
	if d.config.hash == "" { // there is no file
		return d.report.end()
	}
	if err := d.report.tell(d.checkFolders(ctx)); err != nil {
		return err
	}
	if err := d.tellAll(ctx); err != nil {
		return err
	}
	return d.report.end()
}

// chosenSources are those that can be tried at all, and of those the ones that
// --source names.
func (d *doctor) chosenSources() ([]SourceConfig, error) {
	if len(d.app.flags.sources) == 0 || len(d.config.Sources) == 0 {
		return d.config.Sources, nil
	}
	return (&work{app: d.app, config: d.config}).chosenSources()
}

// tellAll tries sources and channels side by side and tells them one after the
// other.
func (d *doctor) tellAll(ctx context.Context) error {
	d.examined = make([]ingest.Examination, len(d.sources))
	var pending []<-chan []verdict
	for i := range d.sources {
		pending = append(pending, begin(func() []verdict { return d.checkSource(ctx, i) }))
	}
	channels := begin(func() []verdict { return d.checkChannels(ctx) })
	for _, source := range pending {
		if err := d.report.tell(<-source); err != nil {
			return err
		}
	}
	if err := d.report.tell(d.sameBills()); err != nil {
		return err
	}
	if err := d.report.tell(<-channels); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("doctor: %w", context.Cause(ctx))
	}
	return d.report.tell(d.checkSchedule())
}

// begin lets check run beside others.
func begin(check func() []verdict) <-chan []verdict {
	done := make(chan []verdict, 1)
	go func() { done <- check() }()
	return done
}
