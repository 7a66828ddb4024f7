package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"time"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/rules"
)

// work is one run of a command that writes: what it was told and what it has
// open. Under --dry-run it has neither the lock nor a row in run.
type work struct {
	app     *app
	config  Config
	policy  rules.Policy
	rules   []rules.Rule
	clock   time.Time // what the run takes for now
	started time.Time // when it really began
	command string    // the command's name: run, notify
	asked   span      // the months asked for; zero: the step's own default
	db      *sql.DB
	id      string
	results []result
	release func() error
}

// write does the steps as one run of the command called name and prints what
// came of it.
func (a *app) write(ctx context.Context, name string, steps []step) error {
	w, err := a.prepare()
	if err != nil {
		return err
	}
	w.command = name
	if err := w.open(ctx, name); err != nil {
		return err
	}
	err = follow(ctx, w, steps)
	if err == nil {
		err = w.failOn(ctx)
	}
	return errors.Join(err, w.close(ctx, err), w.print())
}

// prepare reads configuration, policy and rules: what can be wrong is told
// before anything is touched.
func (a *app) prepare() (*work, error) {
	w := &work{app: a, started: a.env.now(), release: func() error { return nil }}
	var err error
	if w.clock, err = a.clock(); err != nil {
		return nil, err
	}
	if w.asked, err = spanOf(a.flags.month, a.flags.since, a.flags.until, w.clock); err != nil {
		return nil, err
	}
	if err := checkOutput(a.flags.output); err != nil {
		return nil, err
	}
	if err := checkFailOn(a.flags.failOn); err != nil {
		return nil, err
	}
	if w.config, err = loadConfig(a.flags.config, a.env); err != nil {
		return nil, err
	}
	var policyErr, rulesErr error
	w.policy, policyErr = rules.LoadPolicy(w.config.Policy)
	w.rules, rulesErr = w.config.loadRules()
	w.policy = w.policy.In(w.config.Currency.Value)
	return w, fail(exitUsage, errors.Join(policyErr, w.policy.CheckChannels(w.config.channelNames()), rulesErr))
}

func checkOutput(format string) error {
	switch format {
	case "table", "json", "csv":
		return nil
	}
	return usageError("--output %q: want table, json or csv", format)
}

// loadRules reads the built-in rules and the configured ones, with the
// parameters that the configuration sets.
func (c Config) loadRules() ([]rules.Rule, error) {
	all, err := rules.Load(c.Rules.Dirs...)
	if err != nil {
		return nil, err
	}
	return rules.Configure(all, c.Rules.Params)
}

// open takes the lock and opens the database, stores the policy and begins the
// row in run. Under --dry-run it opens for reading, or an empty database where
// there is none yet.
func (w *work) open(ctx context.Context, name string) (err error) {
	if w.app.flags.dryRun {
		w.db, err = w.openToPlan(ctx)
		return err
	}
	self := holder{PID: os.Getpid(), Started: w.started, Command: name}
	self.Host, _ = os.Hostname()
	if w.release, err = takeLock(ctx, w.config.Warehouse, w.app.flags.lockWait, self); err != nil {
		return err
	}
	if w.db, err = openWarehouse(ctx, w.config, w.app.flags.lockWait, false); err == nil {
		err = w.begin(ctx, name)
	}
	if err != nil {
		return errors.Join(err, w.shut())
	}
	return nil
}

func (w *work) openToPlan(ctx context.Context) (*sql.DB, error) {
	db, err := openWarehouse(ctx, w.config, w.app.flags.lockWait, true)
	if errors.Is(err, model.ErrNoDatabase) {
		return model.Open(ctx, "", model.Options{})
	}
	return db, err
}

func (w *work) begin(ctx context.Context, name string) error {
	if err := w.policy.Store(ctx, w.db); err != nil {
		return err
	}
	w.id = newRunID(w.started)
	_, err := w.db.ExecContext(ctx, query("run_begins"), w.id, name, versionText(), w.config.hash, w.policy.Hash, w.clock, w.started)
	return err
}

// close ends the row in run and gives the database and the lock back. It does
// so also when ctx has ended: the row says how.
func (w *work) close(ctx context.Context, failed error) error {
	if w.id == "" {
		return w.shut()
	}
	code := exitCode(ctx, failed)
	summary, err := json.Marshal(w.results)
	if err == nil {
		_, err = w.db.ExecContext(context.WithoutCancel(ctx), query("run_ends"), w.app.env.now(), code, string(summary), w.id)
	}
	return errors.Join(err, w.shut())
}

func (w *work) shut() error {
	var err error
	if w.db != nil {
		err = w.db.Close()
	}
	return errors.Join(err, w.release())
}
