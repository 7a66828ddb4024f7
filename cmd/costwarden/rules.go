package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/rules"
)

func (a *app) newRules() *cobra.Command {
	return group("rules", "List, show and test the rules", a.newRulesList(), a.newRulesShow(), a.newRulesTest())
}

func (a *app) newRulesList() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the rules in force",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			all, err := a.rulesInForce()
			if err != nil {
				return err
			}
			columns := []column{{"rule", "VARCHAR"}, {"severity", "VARCHAR"}, {"owner", "VARCHAR"}, {"title", "VARCHAR"}}
			p, err := newPrinter(a.env.stdout, a.flags.output, columns)
			if err != nil {
				return err
			}
			for _, rule := range all {
				if err := p.row([]any{rule.ID, rule.Severity, rule.Owner, rule.Title}); err != nil {
					return err
				}
			}
			return p.end()
		},
	}
}

func (a *app) newRulesShow() *cobra.Command {
	return &cobra.Command{
		Use:     "show <rule>",
		Short:   "Show a rule: what it is for, its parameters, its SQL",
		Example: "  costwarden rules show budget/breach",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			all, err := a.rulesInForce()
			if err != nil {
				return err
			}
			for _, rule := range all {
				if rule.ID == args[0] {
					return showRule(a.env.stdout, rule)
				}
			}
			return usageError("rule %q: there is none; costwarden rules list names them", args[0])
		},
	}
}

// showRule writes the file as it is, below the values its parameters have now.
func showRule(w io.Writer, rule rules.Rule) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n", rule.ID, rule.File)
	for _, p := range rule.Params {
		fmt.Fprintf(&b, "  %s = %s\n", p.Name, p.Value)
	}
	fmt.Fprintf(&b, "\n%s\n", strings.TrimSpace(rule.SQL))
	_, err := io.WriteString(w, b.String())
	return err
}

func (a *app) newRulesTest() *cobra.Command {
	return &cobra.Command{
		Use:   "test [folder]",
		Short: "Test rules against their given and wanted rows",
		Long: `Run each rule over the rows of its given.csv and compare what it finds with its
want.csv. Without a folder it tests the rules in force, else the built-in rules and
those of the folder. No configuration is needed for a folder.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				all, err := rules.Load(args[0])
				if err != nil {
					return fail(exitUsage, err)
				}
				return a.testRules(cmd.Context(), all)
			}
			all, err := a.rulesInForce()
			if err != nil {
				return err
			}
			return a.testRules(cmd.Context(), all)
		},
	}
}

// testRules prints a verdict per rule. A rule without a test is named, and is
// no failure.
func (a *app) testRules(ctx context.Context, all []rules.Rule) error {
	var failures []error
	for _, rule := range all {
		verdict := "ok     "
		switch err := rules.Test(ctx, rule); {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, rules.ErrUntested):
			verdict = "no test"
		case err != nil:
			verdict = "FAIL   "
			failures = append(failures, err)
		}
		fmt.Fprintf(a.env.stdout, "%s  %s\n", verdict, rule.ID)
	}
	return fail(exitUsage, errors.Join(failures...))
}

// rulesInForce are the rules of the configuration, or the built-in ones where
// there is no configuration and none was named.
func (a *app) rulesInForce() ([]rules.Rule, error) {
	config, err := a.configIfThere()
	if err != nil {
		return nil, err
	}
	all, err := config.loadRules()
	return all, fail(exitUsage, err)
}
