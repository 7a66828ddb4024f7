package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/rules"
)

func (a *app) newCheck() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Judge the loaded months by policy and rules",
		Long: `Read the policy folder, run every rule over every loaded month and store what it
finds. A month is judged again only when its rows, the rule or the policy changed.
Findings are not failures: the exit code is 0 unless --fail-on asks otherwise.`,
		Example: `  costwarden check
  costwarden check --month last --fail-on findings,breach`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.write(cmd.Context(), "check", only("check"))
		},
	}
	a.monthFlags(cmd)
	a.dryRunFlag(cmd)
	a.failOnFlag(cmd)
	cmd.AddCommand(a.newCheckData())
	return cmd
}

// judge runs the rules over the loaded months that were asked for, by default
// all of them.
func judge(ctx context.Context, w *work) error {
	if err := vet(ctx, w.db, w.rules); err != nil {
		return err
	}
	summaries, err := rules.Run(ctx, w.db, w.rules, w.asked.since, w.asked.until, w.clock)
	w.tellSummaries(summaries)
	if err != nil {
		return err
	}
	w.app.log.Info("rules done", "stage", "check", "judgements", len(summaries))
	return nil
}

// vet proves that every rule keeps its contract before any of them runs; a rule
// of the user's own is SQL that came with a folder.
func vet(ctx context.Context, db *sql.DB, all []rules.Rule) error {
	var problems []error
	for _, rule := range all {
		problems = append(problems, rules.Vet(ctx, db, rule))
	}
	return fail(exitUsage, errors.Join(problems...))
}

func planJudge(ctx context.Context, w *work) error {
	months, err := loadedMonths(ctx, w.db, w.asked)
	if err != nil {
		return err
	}
	for _, rule := range w.rules {
		w.note("check", rule.ID, "would judge", int64(len(months)), "loaded months, and those that ingest brings; unchanged ones are skipped")
	}
	return nil
}

// tellSummaries logs each judgement and notes one result per rule.
func (w *work) tellSummaries(summaries []rules.Summary) {
	type tally struct{ judged, skipped, findings int64 }
	tallies := map[string]*tally{}
	var order []string
	for _, s := range summaries {
		w.app.log.Debug("month judged", "stage", "check", "rule", s.RuleID, "month", s.Period.String(), "findings", s.Findings, "skipped", s.Skipped)
		if tallies[s.RuleID] == nil {
			tallies[s.RuleID] = &tally{}
			order = append(order, s.RuleID)
		}
		t := tallies[s.RuleID]
		t.findings += s.Findings
		if s.Skipped {
			t.skipped++
		} else {
			t.judged++
		}
	}
	for _, id := range order {
		t, status := tallies[id], "judged"
		if t.judged == 0 {
			status = "unchanged"
		}
		w.note("check", id, status, t.findings, fmt.Sprintf("findings; %d months judged, %d unchanged", t.judged, t.skipped))
	}
}

func checkFailOn(kinds []string) error {
	for _, kind := range kinds {
		if kind != "findings" && kind != "breach" {
			return usageError("--fail-on %q: want findings, breach or both", kind)
		}
	}
	return nil
}

// failOn turns the findings of the months asked for, by default the last and
// the current one, into the exit codes that --fail-on asks for.
func (w *work) failOn(ctx context.Context) error {
	kinds := w.app.flags.failOn
	if len(kinds) == 0 || w.app.flags.dryRun {
		return nil
	}
	months := w.monthsOr(recent(w.clock))
	var findings, breaches int64
	row := w.db.QueryRowContext(ctx, query("finding_counts"),
		sql.Named("since", nullable(months.since)), sql.Named("until", nullable(months.until)))
	if err := row.Scan(&findings, &breaches); err != nil {
		return err
	}
	switch {
	case slices.Contains(kinds, "breach") && breaches > 0:
		return fail(exitBreach, fmt.Errorf("%d budget breaches; costwarden status lists them", breaches))
	case slices.Contains(kinds, "findings") && findings > 0:
		return fail(exitFindings, fmt.Errorf("%d findings; costwarden status lists them", findings))
	default:
		return nil
	}
}

// monthsOr is the span asked for, or other where none was.
func (w *work) monthsOr(other span) span {
	if w.asked.isZero() {
		return other
	}
	return w.asked
}

// nullable is the first instant of month, or null where it is no month.
func nullable(month model.Period) any {
	if month.IsZero() {
		return nil
	}
	return month.Start()
}
