package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/reports"
)

func (a *app) newReport() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Write the showback workbook",
		Long: `Write the showback workbook of each month asked for into the reports folder; by
default of the last and the current month. The same tables give the same bytes.

Where the configuration names a reporting currency, each month and currency shown
needs its rate in rates.csv: a workbook that lacks one is not written, the others
are, and the exit code is 2. A closed month keeps the rate it was reported at;
--accept-rates takes what rates.csv says now for the months asked for.`,
		Example: `  costwarden report --month last
  costwarden report --since 2026-01 --until 2026-06
  costwarden report --month 2026-08 --accept-rates`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.flags.checkAcceptRates(); err != nil {
				return err
			}
			return a.write(cmd.Context(), "report", only("report"))
		},
	}
	a.monthFlags(cmd)
	a.dryRunFlag(cmd)
	cmd.Flags().BoolVar(&a.flags.acceptRates, "accept-rates", false, "let closed months take the exchange rates that rates.csv has now")
	return cmd
}

// writeWorkbooks writes the workbook of each month that was asked for and is
// loaded, by default the last and the current one. One that cannot be written
// does not keep the others from it.
func writeWorkbooks(ctx context.Context, w *work) error {
	months, err := w.reportMonths(ctx)
	if err != nil {
		return err
	}
	if err := w.acceptRates(ctx); err != nil {
		return err
	}
	var missing reports.MissingRates
	var failed []error
	for _, month := range months {
		var lacks reports.MissingRates
		switch err := w.writeWorkbook(ctx, month); {
		case ctx.Err() != nil:
			return err
		case errors.As(err, &lacks):
			missing = append(missing, lacks...)
			w.note("report", month.String(), "not written", 0, fmt.Sprintf("exchange rates missing in rates.csv: %d", len(lacks)))
		case err != nil:
			failed = append(failed, fmt.Errorf("workbook of %s: %w", month, err))
		}
	}
	return errors.Join(fail(exitDelivery, errors.Join(failed...)), w.tellKeptRates(ctx), w.missingRates(missing))
}

func (w *work) writeWorkbook(ctx context.Context, month model.Period) error {
	path, changed, err := reports.Write(ctx, w.db, reports.Workbook{
		Organization: w.config.Organization,
		Period:       month,
		Dir:          w.config.Reports,
		Now:          w.clock,
		Version:      versionText(),
		Sources:      w.config.sourceNames(),
		Acts:         w.acts(),
	})
	if err != nil {
		return err
	}
	status := "unchanged"
	if changed {
		status = "written"
	}
	w.app.log.Info("workbook "+status, "stage", "report", "month", month.String(), "file", path)
	w.note("report", month.String(), status, 1, path)
	return nil
}

// acts says what to do about the findings of each rule.
func (w *work) acts() map[string]string {
	acts := map[string]string{}
	for _, rule := range w.rules {
		acts[rule.ID] = rule.Act
	}
	return acts
}

func planWorkbooks(ctx context.Context, w *work) error {
	months, err := w.reportMonths(ctx)
	for _, month := range months {
		w.note("report", month.String(), "would write", 1, "into "+w.config.Reports)
	}
	if w.app.flags.acceptRates {
		w.note("report", "rates", "would accept", int64(len(months)), "what rates.csv says of the months asked for")
	}
	return err
}

// reportMonths are the loaded months asked for. To ask for a month that is not
// loaded is an error; that the current month is not loaded yet is none.
func (w *work) reportMonths(ctx context.Context) ([]model.Period, error) {
	months, err := loadedMonths(ctx, w.db, w.monthsOr(recent(w.clock)))
	if err == nil && len(months) == 0 && !w.asked.isZero() && !w.app.flags.dryRun {
		return nil, usageError("no loaded month is among those asked for; costwarden status lists what is loaded")
	}
	return months, err
}
