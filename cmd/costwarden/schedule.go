package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/schedules"
)

func (a *app) newSchedule() *cobra.Command {
	render := group("render", "Write the jobs for another scheduler", a.newRenderCrontab(), a.newRenderCronJob())
	return group("schedule", "List, run or render the jobs of the configuration", a.newScheduleList(), a.newScheduleRun(), render)
}

func (a *app) newScheduleList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the jobs",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			config, err := a.scheduled()
			if err != nil {
				return err
			}
			columns := []column{{"job", "VARCHAR"}, {"cron", "VARCHAR"}, {"time_zone", "VARCHAR"}, {"command", "VARCHAR"}}
			p, err := newPrinter(a.env.stdout, a.flags.output, columns)
			if err != nil {
				return err
			}
			for _, job := range config.Schedule.jobs() {
				if err := p.row([]any{job.Name, job.Spec, config.TimeZone.Value, "costwarden " + strings.Join(job.Args, " ")}); err != nil {
					return err
				}
			}
			return p.end()
		},
	}
}

func (a *app) newScheduleRun() *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Stay and run each job at its time",
		Long: `Stay resident and run each job at its time, one at a time: a job that falls due
while another runs waits for it. SIGTERM ends the job in progress, then the process.
A job that fails is logged with its exit code and does not end the process.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			config, err := a.scheduled()
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			jobs := config.Schedule.jobs()
			a.log.Info("schedule runs", "jobs", len(jobs), "time_zone", config.TimeZone.Value)
			if err := schedules.Run(ctx, jobs, config.TimeZone.Value, a.runJob); err != nil {
				return err
			}
			return context.Cause(ctx)
		},
	}
}

// runJob runs a job as the command line would, in this process.
func (a *app) runJob(ctx context.Context, job schedules.Job) {
	a.log.Info("job begins", "job", job.Name, "args", strings.Join(job.Args, " "))
	begun := a.env.now()
	code := run(ctx, job.CommandLine(a.flags.config), a.env)
	took := a.env.now().Sub(begun).Round(time.Second).String()
	if code != exitDone {
		a.log.Error("job failed", "job", job.Name, "exit_code", code, "took", took)
		return
	}
	a.log.Info("job done", "job", job.Name, "took", took)
}

func (a *app) newRenderCrontab() *cobra.Command {
	return &cobra.Command{
		Use:     "crontab",
		Short:   "Write the jobs as lines of a crontab",
		Example: "  costwarden schedule render crontab | crontab -",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			config, err := a.scheduled()
			if err != nil {
				return err
			}
			binary, err := os.Executable()
			if err != nil {
				return err
			}
			file, err := filepath.Abs(config.file)
			if err != nil {
				return err
			}
			return schedules.Crontab(a.env.stdout, config.Schedule.jobs(), config.TimeZone.Value, binary, file)
		},
	}
}

func (a *app) newRenderCronJob() *cobra.Command {
	var image string
	cmd := &cobra.Command{
		Use:     "cronjob",
		Short:   "Write the jobs as Kubernetes CronJobs",
		Example: "  costwarden schedule render cronjob --image registry.example.com/costwarden:1.0.0 | kubectl apply -f -",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			config, err := a.scheduled()
			if err != nil {
				return err
			}
			if image == "" {
				return usageError("--image is missing; name the container image that the pods run")
			}
			return schedules.CronJobs(a.env.stdout, config.Schedule.jobs(), config.TimeZone.Value, image)
		},
	}
	cmd.Flags().StringVar(&image, "image", "", "the container `image` that the pods run")
	return cmd
}

// scheduled is the configuration, which must have jobs.
func (a *app) scheduled() (Config, error) {
	config, err := loadConfig(a.flags.config, a.env)
	if err == nil && len(config.Schedule.entries()) == 0 {
		err = fail(exitUsage, fmt.Errorf("%s: no jobs; write their times below schedule, such as daily: \"30 6 * * *\"", config.file))
	}
	return config, err
}
