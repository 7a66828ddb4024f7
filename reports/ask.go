package reports

import (
	"context"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/costwarden/costwarden/model"
)

//go:embed sheets/*.sql
var sheets embed.FS

// answers are the lines of every query in sheets, by the query's name.
type answers map[string][]line

// ask runs every query in sheets over one snapshot of the tables, once the
// rates that they convert at are there and those of closed months booked.
func ask(ctx context.Context, db *sql.DB, w Workbook) (answers, error) {
	parameters, err := w.parameters()
	if err != nil {
		return nil, err
	}
	files, err := sheets.ReadDir("sheets")
	if err != nil {
		return nil, err
	}
	found := answers{}
	err = model.InTransaction(ctx, db, func(tx *sql.Tx) error {
		if err := convert(ctx, tx, w); err != nil {
			return err
		}
		for _, file := range files {
			name := strings.TrimSuffix(file.Name(), path.Ext(file.Name()))
			if found[name], err = query(ctx, tx, name, parameters); err != nil {
				return fmt.Errorf("sheet %s: %w", name, err)
			}
		}
		if _, err := tx.ExecContext(ctx, "drop table temp.reported_cost"); err != nil {
			return err
		}
		return errors.Join(found.loaded(w.Period), found.tie())
	})
	return found, err
}

// trendStart is the first instant of the thirteen months.
func (w Workbook) trendStart() time.Time { return w.Period.Add(1 - trendMonths).Start() }

// parameters are the values that queries may name as $period_start and so on.
func (w Workbook) parameters() (map[string]any, error) {
	sources, err := json.Marshal(append([]string{}, w.Sources...))
	if err != nil {
		return nil, err
	}
	acts, err := json.Marshal(w.Acts)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"now":            w.Now.UTC(),
		"period_start":   w.Period.Start(),
		"period_end":     w.Period.End(),
		"previous_start": w.Period.Previous().Start(),
		"trend_start":    w.trendStart(),
		"detail_rows":    w.DetailRows,
		"sources":        string(sources),
		"acts":           string(acts),
	}, nil
}

// named finds the parameters of a query, and comments, which may hold a dollar.
var named = regexp.MustCompile(`--[^\n]*|\$([a-z_]+)`)

// query runs sheets/<name>.sql with the parameters it names. An unknown name
// is an error: the driver would bind a misspelt one by position.
func query(ctx context.Context, tx *sql.Tx, name string, parameters map[string]any) ([]line, error) {
	text, err := sheets.ReadFile("sheets/" + name + ".sql")
	if err != nil {
		return nil, err
	}
	args, seen := []any{}, map[string]bool{}
	for _, match := range named.FindAllStringSubmatch(string(text), -1) {
		parameter := match[1]
		if parameter == "" || seen[parameter] {
			continue
		}
		value, known := parameters[parameter]
		if !known {
			return nil, fmt.Errorf("unknown parameter $%s", parameter)
		}
		seen[parameter] = true
		args = append(args, sql.Named(parameter, value))
	}
	rows, err := tx.QueryContext(ctx, string(text), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return scanLines(rows)
}

// loaded is an error where the month has no charges.
func (a answers) loaded(period model.Period) error {
	if len(a["overview"]) > 0 {
		return nil
	}
	return fmt.Errorf("no charges of %s are loaded; load them with costwarden ingest --month %s, or choose a month that costwarden status lists", period, period)
}

// closed reports whether the month is closed for every source that delivered
// it.
func (a answers) closed() bool {
	for _, line := range a["freshness"] {
		return line.text("MonthState") == "closed"
	}
	return false
}

// tie is an error where a total differs from the cost loaded, by any digit.
func (a answers) tie() error {
	var problems []error
	for _, check := range []struct{ query, column, total string }{
		{"showback_owner", "ThisMonth", "the owners' total"},
		{"showback_owner", "PreviousMonth", "the owners' total of the previous month"},
		{"sources", "BilledCost", "the deliveries' total"},
		{"reporting_owner", "ThisMonth", "the owners' converted total"},
		{"reporting_owner", "PreviousMonth", "the owners' converted total of the previous month"},
		{"reporting_currency", "EffectiveCost", "the currencies' total before conversion"},
		{"reporting_currency", "ReportedCost", "the currencies' converted total"},
	} {
		for _, line := range a[check.query] {
			if difference := line.money(check.column); line.is("check") && !difference.IsZero() {
				problems = append(problems, fmt.Errorf("%s in %s differs from the cost loaded by %s; the tables disagree, load the month again", check.total, line.currency(), difference))
			}
		}
	}
	return errors.Join(problems...)
}
