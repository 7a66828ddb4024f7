package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"
)

// app is one call of the program: its environment, its flags, its streams.
type app struct {
	env    environment
	flags  flags
	log    *slog.Logger
	screen *screen   // nil: no progress is shown
	hears  io.Writer // what listens to the terminal channel in the place of the terminal; nil: nothing does
	began  bool      // a command's own code was reached: what fails from then on is no usage error
}

// run is the program: it does what args say and returns the exit code.
func run(ctx context.Context, args []string, env environment) int {
	a := &app{env: env}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(env.stdin)
	root.SetOut(env.stdout)
	root.SetErr(env.stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitDone
	}
	if !a.began {
		fmt.Fprintf(env.stderr, "costwarden: %v\nRun %s --help for usage.\n", err, cmd.CommandPath())
		return exitUsage
	}
	code := exitCode(ctx, err)
	fmt.Fprintf(env.stderr, "costwarden: %v\n", explain(code, err))
	return code
}

// explain says of an interruption what a person wants to know first.
func explain(code int, err error) error {
	if code == exitInterrupt || code == exitTerminate {
		return fmt.Errorf("stopped by a signal; what was complete is kept, the rest is done by the next run (%w)", err)
	}
	return err
}

// root is the command tree.
func (a *app) root() *cobra.Command {
	cobra.EnableCommandSorting = false // the order below is that of use
	root := &cobra.Command{
		Use:   "costwarden",
		Short: "Cost governance as a batch job",
		Long: `Costwarden loads the cloud's billing exports into one database, reconciles them
to the bill, judges them by rules and budgets, writes the showback workbook and
tells each budget breach once.`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { return a.begin(cmd) },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	a.commonFlags(root.PersistentFlags())
	root.AddCommand(
		a.newDemo(),
		a.newInit(),
		a.newDoctor(),
		a.newRun(),
		a.newIngest(),
		a.newCheck(),
		a.newReport(),
		a.newNotify(),
		a.newSQL(),
		a.newStatus(),
		a.newRules(),
		a.newSchedule(),
		a.newConfig(),
		a.newVersion(),
	)
	return root
}

// begin runs before every command: the environment fills the flags that were
// not given, then logs are set up.
func (a *app) begin(cmd *cobra.Command) error {
	if err := flagsFromEnvironment(cmd.Flags(), a.env); err != nil {
		return err
	}
	if a.flags.quiet && a.flags.verbose {
		return usageError("--quiet and --verbose contradict each other; leave one out")
	}
	level := slog.LevelInfo
	switch {
	case a.flags.quiet:
		level = slog.LevelWarn
	case a.flags.verbose:
		level = slog.LevelDebug
	}
	a.openLog(level)
	a.began = true
	return nil
}

// openLog lets the command log from level on: to a terminal with progress,
// unless --quiet, to anything else without.
func (a *app) openLog(level slog.Level) {
	if !a.env.stderrTerminal {
		a.log = newLogger(a.env.stderr, false, level)
		return
	}
	s := &screen{out: a.env.stderr}
	a.log = newLogger(s, true, level)
	if !a.flags.quiet {
		a.screen = s
	}
}

// clock is the time the command takes for now: --as-of, else the time itself.
func (a *app) clock() (time.Time, error) {
	if a.flags.asOf == "" {
		return a.env.now(), nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, a.flags.asOf); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usageError("--as-of %q: want 2026-11-03 or 2026-11-03T06:30:00Z", a.flags.asOf)
}

// group is a command that only holds others.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.SetOut(cmd.ErrOrStderr())
			cmd.Usage()
			return usageError("%s: name one of its commands", cmd.CommandPath())
		},
	}
	cmd.AddCommand(commands...)
	return cmd
}
