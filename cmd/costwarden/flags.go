package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flags are those of all commands; each command offers the ones it has a use for.
type flags struct {
	config   string
	asOf     string
	output   string
	quiet    bool
	verbose  bool
	lockWait time.Duration

	month, since, until string
	sources             []string
	dryRun, force       bool
	failOn              []string
	acceptRates         bool
}

func (a *app) commonFlags(set *pflag.FlagSet) {
	set.StringVar(&a.flags.config, "config", "costwarden.yaml", "the configuration `file`")
	set.StringVar(&a.flags.asOf, "as-of", "", "the `time` to take for now, such as 2026-11-03 or 2026-11-03T06:30:00Z")
	set.StringVarP(&a.flags.output, "output", "o", "table", "how results are written: table, json or csv")
	set.BoolVarP(&a.flags.quiet, "quiet", "q", false, "log warnings and errors only, show no progress")
	set.BoolVarP(&a.flags.verbose, "verbose", "v", false, "log details too")
	set.DurationVar(&a.flags.lockWait, "lock-wait", 0, "how long to wait for another run to end, such as 10m")
}

func (a *app) monthFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&a.flags.month, "month", "", "one `month`: 2026-10, this or last")
	cmd.Flags().StringVar(&a.flags.since, "since", "", "from this `month` on: 2026-07, 2026-07-15, this, last or -35d")
	cmd.Flags().StringVar(&a.flags.until, "until", "", "up to and with this `month`")
}

func (a *app) dryRunFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.flags.dryRun, "dry-run", false, "say what would be done, touch nothing")
}

func (a *app) ingestFlags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&a.flags.sources, "source", nil, "only the source of this `name`; may be repeated")
	cmd.Flags().BoolVar(&a.flags.force, "force", false, "load months again that have not changed")
}

func (a *app) failOnFlag(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&a.flags.failOn, "fail-on", nil, "end in 10 on findings, in 11 on breach of a budget: findings, breach or both")
}

// flagsFromEnvironment sets each flag that was not given from COSTWARDEN_ and
// its name in capitals, such as COSTWARDEN_LOCK_WAIT.
func flagsFromEnvironment(set *pflag.FlagSet, env environment) error {
	var err error
	set.VisitAll(func(f *pflag.Flag) {
		variable := flagVariable(f.Name)
		value, ok := env.lookup(variable)
		if !ok || value == "" || f.Changed || f.Name == "help" || err != nil {
			return
		}
		if e := set.Set(f.Name, value); e != nil {
			err = usageError("%s=%q: %w", variable, value, e)
		}
	})
	return err
}

func flagVariable(name string) string {
	return "COSTWARDEN_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}
