package main

import (
	"context"
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
default of the last and the current month. The same tables give the same bytes.`,
		Example: `  costwarden report --month last
  costwarden report --since 2026-01 --until 2026-06`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.write(cmd.Context(), "report", only("report"))
		},
	}
	a.monthFlags(cmd)
	a.dryRunFlag(cmd)
	return cmd
}

// writeWorkbooks writes the workbook of each month that was asked for and is
// loaded, by default the last and the current one.
func writeWorkbooks(ctx context.Context, w *work) error {
	months, err := w.reportMonths(ctx)
	if err != nil {
		return err
	}
	for _, month := range months {
		if err := w.writeWorkbook(ctx, month); err != nil {
			return fail(exitDelivery, fmt.Errorf("workbook of %s: %w", month, err))
		}
	}
	return nil
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
