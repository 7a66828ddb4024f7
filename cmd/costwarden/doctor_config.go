package main

import (
	"context"
	"errors"
	"strings"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/rules"
)

// checkConfig reads configuration, policy and rules as a run does. It leaves
// in d as much of a configuration with faults as can be read.
func (d *doctor) checkConfig(ctx context.Context) []verdict {
	var err error
	d.config, err = loadConfig(d.app.flags.config, d.app.env)
	found := problemsOf("configuration", "file", err)
	d.faulty = err != nil
	if err == nil {
		found = append(found, ok("configuration", "file", "%s: %s, %s, %s", d.config.file, counted(len(d.config.Sources), "source"),
			counted(len(d.config.Notify), "channel"), counted(len(d.config.Schedule.entries()), "job")))
	}
	if d.config.hash == "" {
		return found
	}
	if err == nil && len(d.config.Sources) == 0 {
		found = append(found, failed("configuration", "sources", exitUsage, usageError("%s names no sources; fill in one below sources: "+
			"the commented ones show each kind, and docs/connect-aws.md, connect-azure.md, connect-gcp.md and connect-focus.md say how", d.config.file)))
	}
	found = append(found, d.checkPolicy()...)
	return append(found, d.checkRules(ctx)...)
}

func (d *doctor) checkPolicy() []verdict {
	policy, err := rules.LoadPolicy(d.config.Policy)
	if err := errors.Join(err, policy.CheckChannels(d.config.channelNames())); err != nil {
		return problemsOf("configuration", "policy", err)
	}
	return []verdict{ok("configuration", "policy", "%s: %s, %s, %s", d.config.Policy, counted(len(policy.Accounts), "account"),
		counted(len(policy.Budgets), "budget"), counted(len(policy.Keys), "tag key"))}
}

func (d *doctor) checkRules(ctx context.Context) []verdict {
	all, err := d.config.loadRules()
	if err == nil {
		err = vetNowhere(ctx, all)
	}
	if err != nil {
		return problemsOf("configuration", "rules", err)
	}
	return []verdict{ok("configuration", "rules", "%d, each of them vetted", len(all))}
}

// vetNowhere vets rules without a warehouse.
func vetNowhere(ctx context.Context, all []rules.Rule) error {
	db, err := model.Open(ctx, "", model.Options{})
	if err != nil {
		return err
	}
	defer db.Close()
	return vet(ctx, db, all)
}

// problemsOf is a verdict for each of the problems that err joins, a line of its text.
func problemsOf(subject, check string, err error) []verdict {
	if err == nil {
		return nil
	}
	var found []verdict
	for line := range strings.Lines(err.Error()) {
		found = append(found, failed(subject, check, exitUsage, usageError("%s", strings.TrimSuffix(line, "\n"))))
	}
	return found
}
