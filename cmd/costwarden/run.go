package main

import "github.com/spf13/cobra"

func (a *app) newRun() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Do everything, in order: ingest, check, report, notify",
		Long: `Load what the providers have delivered since the last run, judge every loaded
month by policy and rules, write the workbooks of the last and the current month
and send the alerts that are due. What has not changed is skipped, so that run
can be called as often as one likes.

A source that fails does not keep the others from being loaded; exit code 6 says so.`,
		Example: `  costwarden run
  costwarden run --dry-run
  costwarden run --month 2026-10 --fail-on breach`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.write(cmd.Context(), "run", pipeline)
		},
	}
	a.monthFlags(cmd)
	a.ingestFlags(cmd)
	a.dryRunFlag(cmd)
	a.failOnFlag(cmd)
	return cmd
}
