package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/costwarden/costwarden/ingest"
)

// statusSections are the questions that status answers, in order.
var statusSections = []statusSection{
	{name: "runs", title: "Runs"},
	{name: "sources", title: "Sources", bySources: true},
	{name: "imports", title: "Loaded", byClock: true},
	{name: "totals", title: "Totals"},
	{name: "restatements", title: "Changed after they were closed"},
	{name: "outdated", title: "Mapped by an earlier release", byMapping: true},
	{name: "rates", title: "Closed months with another exchange rate than rates.csv"},
	{name: "changes", title: "Repaired or noticed in rows"},
	{name: "findings", title: "Findings of the two newest months"},
	{name: "outbox", title: "Waiting for delivery"},
}

// statusSection is a question that status answers: queries/status_name.sql.
type statusSection struct {
	name, title string
	byClock     bool // the query reads $now
	byMapping   bool // the query reads $mappings
	bySources   bool // the query reads $sources
}

func (s statusSection) ask(ctx context.Context, db *sql.DB, config Config, clock time.Time) (*sql.Rows, error) {
	var args []any
	if s.byClock {
		args = append(args, sql.Named("now", clock.UTC()))
	}
	if s.byMapping {
		versions, err := ingest.MappingVersions()
		if err != nil {
			return nil, err
		}
		mappings, err := json.Marshal(versions)
		if err != nil {
			return nil, err
		}
		args = append(args, sql.Named("mappings", string(mappings)))
	}
	if s.bySources {
		sources, err := json.Marshal(append([]string{}, config.sourceNames()...))
		if err != nil {
			return nil, err
		}
		args = append(args, sql.Named("sources", string(sources)))
	}
	return db.QueryContext(ctx, query("status_"+s.name), args...)
}

func (a *app) newStatus() *cobra.Command {
	var maxAge time.Duration
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Tell what is loaded, how fresh it is and what is open",
		Long: `Tell the last run, what each source came to in it and why it failed, the state,
freshness and totals of each source and month, what providers changed in closed
months, the months that an earlier release mapped, closed months that keep another
exchange rate than rates.csv has, the findings with their money and the alerts that
wait for delivery. With --max-age it is a watchdog: exit code 4 where no run has
succeeded for so long.`,
		Example: `  costwarden status
  costwarden status -o json --max-age 36h`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.status(cmd.Context(), maxAge)
		},
	}
	cmd.Flags().DurationVar(&maxAge, "max-age", 0, "fail when the last successful run ended longer ago, such as 36h")
	return cmd
}

func (a *app) status(ctx context.Context, maxAge time.Duration) error {
	if a.flags.output != "table" && a.flags.output != "json" {
		return usageError("status writes table or json; for csv, ask with costwarden sql -o csv")
	}
	clock, err := a.clock()
	if err != nil {
		return err
	}
	config, err := loadConfig(a.flags.config, a.env)
	if err != nil {
		return err
	}
	db, err := openWarehouse(ctx, config, a.flags.lockWait, true)
	if err != nil {
		return err
	}
	defer db.Close()
	if a.flags.output == "json" {
		err = statusJSON(ctx, db, config, clock, a.env.stdout)
	} else {
		err = statusTable(ctx, db, config, clock, a.env.stdout)
	}
	if err != nil {
		return err
	}
	return checkAge(ctx, db, clock, maxAge)
}

func statusTable(ctx context.Context, db *sql.DB, config Config, clock time.Time, w io.Writer) error {
	for i, section := range statusSections {
		var text bytes.Buffer
		rows, err := section.ask(ctx, db, config, clock)
		if err != nil {
			return err
		}
		count, err := printRows(&text, "table", rows)
		if err != nil {
			return err
		}
		if i > 0 {
			fmt.Fprintln(w)
		}
		if count == 0 {
			fmt.Fprintf(w, "%s: none\n", section.title)
			continue
		}
		if _, err := fmt.Fprintf(w, "%s\n%s", section.title, text.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// statusJSON writes one object with an array per section.
func statusJSON(ctx context.Context, db *sql.DB, config Config, clock time.Time, w io.Writer) error {
	sections := map[string]json.RawMessage{}
	for _, section := range statusSections {
		var text bytes.Buffer
		rows, err := section.ask(ctx, db, config, clock)
		if err != nil {
			return err
		}
		if _, err := printRows(&text, "json", rows); err != nil {
			return err
		}
		sections[section.name] = text.Bytes()
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(sections)
}

// checkAge fails where the last successful run is older than maxAge.
func checkAge(ctx context.Context, db *sql.DB, clock time.Time, maxAge time.Duration) error {
	if maxAge == 0 {
		return nil
	}
	var ended sql.NullTime
	if err := db.QueryRowContext(ctx, query("last_success")).Scan(&ended); err != nil {
		return err
	}
	if !ended.Valid {
		return fail(exitReconcile, fmt.Errorf("no run has succeeded yet; look at the log of costwarden run"))
	}
	if age := clock.Sub(ended.Time).Round(time.Minute); age > maxAge {
		return fail(exitReconcile, fmt.Errorf("the last successful run ended %s ago, longer than %s; look at the log of costwarden run", age, maxAge))
	}
	return nil
}
