package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var update = flag.Bool("update", false, "rewrite docs/commands.md")

const commandsFile = "../../docs/commands.md"

func TestHouseCommandsAreDocumented(t *testing.T) {
	got := commandsMarkdown((&app{}).root())
	if *update {
		if err := os.WriteFile(commandsFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(commandsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("docs/commands.md is stale; write it again with go test ./cmd/costwarden -run AreDocumented -update (-file +commands):\n%s", diff)
	}
}

// commandsMarkdown documents every command below root.
func commandsMarkdown(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("# Commands\n\n")
	b.WriteString("<!-- Written by go test ./cmd/costwarden -run AreDocumented -update; change the commands, not this file. -->\n\n")
	fmt.Fprintf(&b, "%s\n\n", root.Long)
	b.WriteString("A flag comes before the environment, the environment before the configuration, the configuration before the default.\n")
	b.WriteString("The environment variable of a flag is `COSTWARDEN_` and its name in capitals: `COSTWARDEN_LOCK_WAIT=10m`.\n")
	b.WriteString("Results go to stdout, logs and progress to stderr; logs are JSON where stderr is not a terminal.\n")
	b.WriteString("[Exit codes](errors.md) tell what happened; [configuration](configuration.md) explains the file.\n\n")
	b.WriteString("Flags of every command:\n\n")
	writeFlags(&b, root.PersistentFlags())
	writeCommands(&b, root)
	return b.String()
}

func writeCommands(b *strings.Builder, parent *cobra.Command) {
	for _, cmd := range parent.Commands() {
		if cmd.Hidden || cmd.Name() == "help" || cmd.Name() == "completion" {
			continue
		}
		if cmd.HasSubCommands() && cmd.Long == "" { // it only holds others
			writeCommands(b, cmd)
			continue
		}
		fmt.Fprintf(b, "\n## %s\n\n%s.\n\n", cmd.CommandPath(), cmd.Short)
		if cmd.Long != "" {
			fmt.Fprintf(b, "%s\n\n", cmd.Long)
		}
		fmt.Fprintf(b, "```sh\n%s\n```\n", strings.TrimSuffix(cmd.UseLine(), " [flags]"))
		if cmd.Example != "" {
			fmt.Fprintf(b, "\nExamples:\n\n```sh\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(cmd.Example, "  "), "\n  ", "\n"))
		}
		if cmd.LocalNonPersistentFlags().HasFlags() {
			b.WriteString("\n")
			writeFlags(b, cmd.LocalNonPersistentFlags())
		}
		writeCommands(b, cmd)
	}
}

func writeFlags(b *strings.Builder, set *pflag.FlagSet) {
	b.WriteString("| flag | meaning |\n|---|---|\n")
	set.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		kind, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if kind != "" {
			name += " " + kind
		}
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0s" {
			usage += "; default `" + f.DefValue + "`"
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", name, usage)
	})
}
