package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/fixtures/company"
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
		Short: "Show it all on the bills of an invented company",
		Long: `Write the bills of an invented company into a folder, those of three clouds and of a
SaaS vendor, each as it would lie in a real bucket, with a policy and a configuration;
run everything over them as costwarden run would; and sum up what came of it. A second
call shows that nothing is done twice.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.demo(cmd.Context(), dir, months)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "costwarden-demo", "the `folder` to write to")
	cmd.Flags().IntVar(&months, "months", 14, "how many `months` the bills have, up to October 2026")
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
	var alerts strings.Builder
	a.hears = &alerts
	err = follow(ctx, w, pipeline)
	if err == nil && a.flags.output == "table" {
		err = w.sumUp(ctx, dir, alerts.String())
	} else if err == nil {
		err = w.print()
	}
	return errors.Join(err, w.close(ctx, err))
}

// setUpDemo writes the configuration, the policy and the bills, as far as they
// are not there.
func (a *app) setUpDemo(ctx context.Context, dir string, months int) error {
	if _, err := writeFolder(demoFolder, "demo", dir, true); err != nil {
		return err
	}
	if policy := filepath.Join(dir, "policy"); !exists(policy) {
		if err := company.WritePolicy(policy); err != nil {
			return err
		}
	}
	bills := filepath.Join(dir, "bills")
	if _, err := company.Bills(bills); err == nil {
		return nil
	}
	if a.screen != nil {
		fmt.Fprintf(a.screen, "Writing the bills of an invented company into %s ...\n", bills)
	}
	if err := company.Write(ctx, bills, months); err != nil {
		return fmt.Errorf("write the sample bills into %s: %w", bills, err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
