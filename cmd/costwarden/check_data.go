package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/rules/conformance"
)

func (a *app) newCheckData() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "data",
		Short: "Hold the stored charges against the rules of FOCUS 1.2",
		Long: `Check what is loaded against FOCUS 1.2: values that must be there, closed lists,
columns that belong together, price times quantity, commitments, one category per
service. Each rule that charges do not keep is told per source, month and currency,
with how many charges, their billed cost and an example. Nothing is changed.

A provider's export that does not conform is still the bill, so the exit code is 0
unless --fail-on findings asks otherwise. docs/conformance.md tells which exports
are known not to conform, and what is done about it.`,
		Example: `  costwarden check data --month last
  costwarden check data --source snowfall --fail-on findings
  costwarden check data -o csv > breaches.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.checkData(cmd.Context()) },
	}
	a.monthFlags(cmd)
	cmd.Flags().StringSliceVar(&a.flags.sources, "source", nil, "only the source of this `name`; may be repeated")
	cmd.Flags().StringSliceVar(&a.flags.failOn, "fail-on", nil, "end in 10 where a rule is not kept: findings")
	return cmd
}

func (a *app) checkData(ctx context.Context) error {
	if !slices.Equal(a.flags.failOn, []string{"findings"}) && len(a.flags.failOn) > 0 {
		return usageError("--fail-on %s: check data knows findings alone", strings.Join(a.flags.failOn, ","))
	}
	clock, err := a.clock()
	if err != nil {
		return err
	}
	asked, err := spanOf(a.flags.month, a.flags.since, a.flags.until, clock)
	if err != nil {
		return err
	}
	config, err := loadConfig(a.flags.config, a.env)
	if err != nil {
		return err
	}
	checks, err := conformance.Checks()
	if err != nil {
		return err
	}
	db, err := openWarehouse(ctx, config, a.flags.lockWait, true)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := a.knowsSources(ctx, db); err != nil {
		return err
	}
	breaches, err := conformance.Run(ctx, db, checks, conformance.Scope{Since: asked.since, Until: asked.until, Sources: a.flags.sources})
	if err != nil {
		return err
	}
	if err := a.printBreaches(breaches, len(checks)); err != nil {
		return err
	}
	if len(breaches) > 0 && len(a.flags.failOn) > 0 {
		return fail(exitFindings, fmt.Errorf("%d rules of FOCUS are not kept", len(breaches)))
	}
	return nil
}

// knowsSources refuses a --source that has loaded nothing: a misspelt name
// would conform to everything.
func (a *app) knowsSources(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "select distinct SourceName from current_import order by all")
	if err != nil {
		return err
	}
	defer rows.Close()
	var known []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		known = append(known, name)
	}
	for _, name := range a.flags.sources {
		if !slices.Contains(known, name) {
			return usageError("--source %s: nothing of it is loaded; loaded are %s", name, strings.Join(known, ", "))
		}
	}
	return rows.Err()
}

func (a *app) printBreaches(breaches []conformance.Breach, checks int) error {
	if len(breaches) == 0 && a.flags.output == "table" {
		_, err := fmt.Fprintf(a.env.stdout, "every rule holds, of %d checks\n", checks)
		return err
	}
	p, err := newPrinter(a.env.stdout, a.flags.output, []column{
		{"check", "VARCHAR"}, {"rule", "VARCHAR"}, {"source", "VARCHAR"}, {"month", "VARCHAR"},
		{"currency", "VARCHAR"}, {"charges", "BIGINT"}, {"billed_cost", "DECIMAL"}, {"example", "VARCHAR"},
	})
	if err != nil {
		return err
	}
	for _, b := range breaches {
		row := []any{b.Check, b.Rule, b.SourceName, b.Month.String(), b.BillingCurrency, b.Charges, b.BilledCost, b.Example}
		if err := p.row(row); err != nil {
			return err
		}
	}
	return p.end()
}
