package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
)

// sqlFlags are the flags of costwarden sql alone.
type sqlFlags struct {
	file string // the query; - is stdin
	to   string // where the result goes; empty: stdout
}

func (a *app) newSQL() *cobra.Command {
	var own sqlFlags
	cmd := &cobra.Command{
		Use:   "sql [query]",
		Short: "Ask the database one question, reading only",
		Long: `Run one select over the database and write its result as table, csv, json or
parquet. The query is the argument, or the text of --file, or of stdin.

The query can do nothing but read the database: no other file, no network, no
setting and no second statement. Decimals keep every digit. Csv and parquet
are written as the rows come; table and json hold the answer in memory. While a run
writes the database it cannot be read; --lock-wait waits for the run to end.`,
		Example: `  costwarden sql "select ServiceName, BillingCurrency, sum(BilledCost) from cost group by all order by 3 desc limit 10"
  costwarden sql -o csv -f question.sql > answer.csv
  costwarden sql -o parquet --to october.parquet "from cost where BillingPeriodStart = timestamp '2026-10-01'"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := a.queryText(own.file, args)
			if err != nil {
				return err
			}
			return a.ask(cmd.Context(), text, own.to)
		},
	}
	cmd.Flags().StringVarP(&own.file, "file", "f", "", "the `file` that holds the query; - is stdin")
	cmd.Flags().StringVar(&own.to, "to", "", "the `file` the result is written to; parquet needs one")
	return cmd
}

// queryText is the query, from the one place that has it.
func (a *app) queryText(file string, args []string) (string, error) {
	switch {
	case len(args) == 1 && file != "":
		return "", usageError("the query is given twice, as argument and with --file; leave one out")
	case len(args) == 1:
		return args[0], nil
	case file != "" && file != "-":
		text, err := os.ReadFile(file)
		return string(text), fail(exitUsage, err)
	default:
		text, err := io.ReadAll(a.env.stdin)
		return string(text), err
	}
}

// ask answers one query.
func (a *app) ask(ctx context.Context, text, to string) error {
	switch format := a.flags.output; {
	case format != "parquet" && checkOutput(format) != nil:
		return usageError("--output %q: want table, csv, json or parquet", format)
	case format == "parquet" && to == "":
		return usageError("parquet cannot go to stdout; name a file with --to")
	}
	config, err := loadConfig(a.flags.config, a.env)
	if err != nil {
		return err
	}
	if err := config.checkAnswerFile(to); err != nil {
		return err
	}
	answer, err := openAnswer(to, a.env.stdout)
	if err != nil {
		return err
	}
	defer answer.discard()
	db, err := openToAsk(ctx, config, a.flags.lockWait, answer.writable(a.flags.output))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := oneSelect(ctx, db, text); err != nil {
		return err
	}
	if err := writeAnswer(ctx, db, text, a.flags.output, answer); err != nil {
		return fail(exitUsage, err)
	}
	return answer.keep()
}

// checkAnswerFile refuses to replace by an answer what the next question needs:
// the warehouse and what lies beside it, and the configuration itself.
func (c Config) checkAnswerFile(to string) error {
	there, err := os.Stat(to)
	if to == "" || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fail(exitUsage, err)
	}
	if there.IsDir() {
		return usageError("--to %s: is a folder; name a file", to)
	}
	for _, own := range []string{c.Warehouse, c.Warehouse + ".wal", lockFile(c.Warehouse), c.file} {
		if kept, err := os.Stat(own); err == nil && os.SameFile(there, kept) {
			return usageError("--to %s: Costwarden itself needs this file; name another", to)
		}
	}
	return nil
}

// oneSelect proves with DuckDB's own parser that text is one select and
// nothing more: only selects can be serialised.
func oneSelect(ctx context.Context, db *sql.DB, text string) error {
	var failed bool
	var kind, message sql.NullString
	var statements int64
	if err := db.QueryRowContext(ctx, query("one_select"), text).Scan(&failed, &kind, &message, &statements); err != nil {
		return fmt.Errorf("parse the query: %w", err)
	}
	switch {
	case failed && kind.String == "parser":
		return usageError("the query does not parse: %s", message.String)
	case failed:
		return usageError("the query is no select; costwarden sql only reads")
	case statements == 0:
		return usageError("the query is empty; give one as argument, with --file or on stdin")
	case statements > 1:
		return usageError("the query holds %d statements; give one", statements)
	}
	return nil
}
