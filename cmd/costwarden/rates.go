package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/costwarden/costwarden/reports"
	"github.com/costwarden/costwarden/rules"
)

// errNoRate says that workbooks lack exchange rates. The other steps of a run
// do not convert, and go on.
var errNoRate = errors.New("exchange rates are missing; the workbooks that need them are not written")

// missingRates are the rates that workbooks lack, each once. They are an error
// of the policy that keeps nothing but those workbooks from being written.
func (w *work) missingRates(missing reports.MissingRates) error {
	if len(missing) == 0 {
		return nil
	}
	file := filepath.Join(w.config.Policy, "rates.csv")
	slices.SortFunc(missing, reports.MissingRate.Compare)
	lines := []error{errNoRate}
	if len(w.policy.Rates) == 0 {
		lines = append(lines, fmt.Errorf("%s: no rates yet; its first row is %s", file, rules.RateHeader))
	}
	for _, rate := range slices.Compact(missing) {
		lines = append(lines, fmt.Errorf("%s: %s", file, rate))
	}
	return fail(exitUsage, errors.Join(lines...))
}

// acceptRates books what rates.csv says of the months asked for, where
// --accept-rates wants it.
func (w *work) acceptRates(ctx context.Context) error {
	if !w.app.flags.acceptRates {
		return nil
	}
	changed, err := reports.AcceptRates(ctx, w.db, w.asked.since, w.asked.until, w.clock)
	for _, rate := range changed {
		w.note("report", rateSubject(rate), "accepted", 1, fmt.Sprintf("%s instead of %s", rate.Policy, rate.Booked))
	}
	if err == nil && len(changed) == 0 {
		w.note("report", "rates", "unchanged", 0, "rates.csv has the rates that closed months were reported at")
	}
	return err
}

// tellKeptRates notes each closed month that keeps another rate than rates.csv
// has, and how to have that one.
func (w *work) tellKeptRates(ctx context.Context) error {
	kept, err := reports.ChangedRates(ctx, w.db)
	for _, rate := range kept {
		detail := fmt.Sprintf("%s, booked %s; rates.csv says %s, which costwarden report --month %s --accept-rates takes",
			rate.Booked, rate.BookedAt.Format("2006-01-02"), rate.Policy, rate.Month)
		w.app.log.Warn("a closed month keeps its rate", "stage", "report", "month", rate.Month.String(), "from", rate.From, "to", rate.To,
			"rate", rate.Booked.String(), "rates_csv", rate.Policy.String())
		w.note("report", rateSubject(rate), "kept", 1, detail)
	}
	return err
}

// rateSubject names a rate as results do.
func rateSubject(rate reports.ChangedRate) string {
	return fmt.Sprintf("%s %s to %s", rate.Month, rate.From, rate.To)
}

// checkAcceptRates wants the months named whose rates are to change.
func (f flags) checkAcceptRates() error {
	if f.acceptRates && f.month+f.since+f.until == "" {
		return usageError("--accept-rates changes workbooks that were final; name their months with --month, or --since and --until")
	}
	return nil
}
