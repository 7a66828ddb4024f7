package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/reports"
)

func (a *app) newNotify() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "notify",
		Short: "Send the alerts that are due, each once",
		Long: `Put the budget alerts of the months asked for, by default the last and the
current one, into the outbox and deliver what waits there. An alert is sent once
per channel; what cannot be delivered waits for the next run, and the exit code is 7.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.write(cmd.Context(), "notify", only("notify"))
		},
	}
	a.monthFlags(cmd)
	a.dryRunFlag(cmd)
	return cmd
}

// sendAlerts queues the alerts that are due and delivers what waits. One that
// cannot be queued or delivered does not keep the others back.
func sendAlerts(ctx context.Context, w *work) error {
	channels, openErr := w.channels()
	months := w.alertMonths()
	queued, queueErr := reports.Queue(ctx, w.db, channels, months.since, months.until, w.clock)
	sent, sendErr := reports.Send(ctx, w.db, channels, w.clock)
	waiting, err := w.waiting(ctx)
	undelivered := fail(exitDelivery, errors.Join(openErr, sendErr))
	if err != nil {
		return errors.Join(queueErr, undelivered, err)
	}
	w.app.log.Info("alerts", "stage", "notify", "queued", queued, "sent", sent, "waiting", waiting)
	w.note("notify", "outbox", "sent", int64(sent), fmt.Sprintf("%d new, %d waiting", queued, waiting))
	return errors.Join(queueErr, undelivered)
}

// alertMonths are the last and the current month: nobody can act on an older
// one, and a backfill must not send a year of alerts. Only the command notify
// does so, when asked for months by name.
func (w *work) alertMonths() span {
	months := recent(w.clock)
	if w.command == "notify" {
		months = w.monthsOr(months)
	}
	if months.until.IsZero() {
		months.until = recent(w.clock).until
	}
	return months
}

func planAlerts(ctx context.Context, w *work) error {
	waiting, err := w.waiting(ctx)
	w.note("notify", "outbox", "would send", waiting, "waiting, and those that check finds due")
	return err
}

func (w *work) waiting(ctx context.Context) (int64, error) {
	var waiting int64
	err := w.db.QueryRowContext(ctx, query("outbox_waiting")).Scan(&waiting)
	return waiting, err
}

// channels opens the configured channels. One that cannot be opened stands
// among them all the same and does not keep the others from their alerts: its
// own wait in the outbox until it can.
func (w *work) channels() ([]reports.Channel, error) {
	var channels []reports.Channel
	var problems []error
	for _, config := range w.config.Notify {
		channel, err := w.app.openChannel(config)
		if err != nil {
			channel = closed{config.Name.Value, err}
			problems = append(problems, err)
		}
		channels = append(channels, channel)
	}
	return channels, errors.Join(problems...)
}

// closed is a channel that could not be opened.
type closed struct {
	name string
	why  error
}

func (c closed) Name() string                              { return c.name }
func (c closed) Send(context.Context, reports.Alert) error { return c.why }

// openChannel opens a channel whose configuration is good. It asks nobody.
func (a *app) openChannel(config ChannelConfig) (reports.Channel, error) {
	if config.Terminal != nil {
		return reports.NewTerminal(config.Name.Value, a.terminal()), nil
	}
	webhook, err := config.Webhook.open(config.Name.Value, a.env)
	if err != nil {
		return nil, err
	}
	return webhook, nil
}

// open reads the webhook's secrets from where the configuration says they are.
func (c WebhookConfig) open(name string, env environment) (*reports.Webhook, error) {
	address, err := secret(c.URLEnv, c.URLFile, env)
	if err != nil {
		return nil, fmt.Errorf("channel %s: its address: %w", name, err)
	}
	header, err := secret(c.HeaderEnv, c.HeaderFile, env)
	if err != nil {
		return nil, fmt.Errorf("channel %s: its header: %w", name, err)
	}
	webhook := reports.NewWebhook(name, address, header)
	return webhook, webhook.Check()
}

// secret reads an environment variable or a file, whichever is named; where
// neither is, it is empty.
func secret(variable, file string, env environment) (string, error) {
	switch {
	case variable != "":
		value, _ := env.lookup(variable)
		if value == "" {
			return "", fmt.Errorf("environment variable %s is not set; set it where costwarden runs: cron and containers have an environment of their own", variable)
		}
		return value, nil
	case file != "":
		text, err := os.ReadFile(file)
		return strings.TrimSpace(string(text)), err
	default:
		return "", nil
	}
}

func (c Config) channelNames() []string {
	var names []string
	for _, channel := range c.Notify {
		names = append(names, channel.Name.Value)
	}
	return names
}

// terminal is where alerts to the terminal go: among the results where those
// are for people, else beside them.
func (a *app) terminal() io.Writer {
	switch {
	case a.flags.output != "table":
		return a.env.stderr
	case a.hears != nil:
		return a.hears
	case a.env.stdoutTerminal:
		return folder{a.env.stdout}
	default:
		return a.env.stdout
	}
}
