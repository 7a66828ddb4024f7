package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/fixtures"
)

//go:embed demo
var demoFolder embed.FS

// demoClock is the demo's now: the morning after the bill of its last month
// became final. A fixed one, so that the demo always shows the same.
const demoClock = "2026-11-03T06:30:00Z"

func (a *app) newDemo() *cobra.Command {
	var dir string
	var months int
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show it all on the bill of an invented company",
		Long: `Write the bill of an invented company into a folder, in the layout of a real
bucket, with a policy and a configuration; run everything over it as costwarden run
would; and sum up what came of it. A second call shows that nothing is done twice.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.demo(cmd.Context(), dir, months)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "costwarden-demo", "the `folder` to write to")
	cmd.Flags().IntVar(&months, "months", 14, "how many `months` the bill has, up to October 2026")
	return cmd
}

func (a *app) demo(ctx context.Context, dir string, months int) error {
	if months < 1 || months > 60 {
		return usageError("--months %d: want 1 to 60", months)
	}
	if !a.flags.verbose {
		a.openLog(slog.LevelWarn) // the summary says it all
	}
	if err := a.setUpDemo(ctx, dir, months); err != nil {
		return err
	}
	a.flags.config = filepath.Join(dir, "costwarden.yaml")
	if a.flags.asOf == "" {
		a.flags.asOf = demoClock
	}
	w, err := a.prepare()
	if err != nil {
		return err
	}
	if err := w.open(ctx, "demo"); err != nil {
		return err
	}
	err = follow(ctx, w, pipeline)
	if err == nil && a.flags.output == "table" {
		err = w.sumUp(ctx, dir)
	} else if err == nil {
		err = w.print()
	}
	return errors.Join(err, w.close(ctx, err))
}

// setUpDemo writes the configuration, the policy and the bill, as far as they
// are not there; truth.json is the last file of the bill to be written.
func (a *app) setUpDemo(ctx context.Context, dir string, months int) error {
	if _, err := writeFolder(demoFolder, "demo", dir, true); err != nil {
		return err
	}
	if policy := filepath.Join(dir, "policy"); !exists(policy) {
		if err := fixtures.WritePolicy(policy); err != nil {
			return err
		}
	}
	if exists(filepath.Join(dir, "truth.json")) {
		return nil
	}
	if a.screen != nil {
		fmt.Fprintf(a.screen, "Writing the bill of an invented company into %s ...\n", dir)
	}
	options := fixtures.Options{Formats: []fixtures.Format{fixtures.FocusParquet}, Months: months}
	_, err := fixtures.Write(ctx, dir, options)
	if err != nil {
		return fmt.Errorf("write the sample bill into %s: %w", dir, err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
