package main

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

// sumUp prints what the demo's newest month shows. alerts is what the channel
// said.
func (w *work) sumUp(ctx context.Context, dir, alerts string) error {
	months, err := loadedMonths(ctx, w.db, span{until: recent(w.clock).until})
	if err != nil {
		return err
	}
	if len(months) == 0 {
		return fmt.Errorf("%s holds no bill; remove the folder and call costwarden demo again", dir)
	}
	month := months[len(months)-1]
	p := page{bufio.NewWriter(w.app.env.stdout), w.app.env.colour()}
	p.heading(fmt.Sprintf("%s, %s, as of %s", w.config.Organization, month, w.clock.Format("2006-01-02")))
	fmt.Fprintf(p, "  %s\n", w.news())
	for _, section := range []func(context.Context, *sql.DB, model.Period) error{p.sources, p.reported, p.spend, p.budgets, p.savings} {
		if err := section(ctx, w.db, month); err != nil {
			return err
		}
	}
	if err := p.alerts(alerts, filepath.Join(w.config.Reports, "alerts.txt")); err != nil {
		return err
	}
	p.next(w, dir)
	return p.Flush()
}

// news says what this call has done.
func (w *work) news() string {
	loaded, rows, alerts := 0, int64(0), int64(0)
	for _, r := range w.results {
		switch {
		case r.Stage == "ingest" && r.Status == string(ingest.Loaded):
			loaded, rows = loaded+1, rows+r.Count
		case r.Stage == "notify":
			alerts += r.Count
		}
	}
	if loaded == 0 && alerts == 0 {
		return fmt.Sprintf("%d sources unchanged, no new alerts", len(w.config.Sources))
	}
	return fmt.Sprintf("%d sources: %d months loaded and reconciled, %s rows, %d alerts sent", len(w.config.Sources), loaded, thousands(rows), alerts)
}

// sources tells what each source has brought.
func (p page) sources(ctx context.Context, db *sql.DB, month model.Period) error {
	p.heading("Sources")
	fmt.Fprintf(p, "  %-13s %-20s %6s %7s  %s\n", "", "format", "months", "rows", "billed in "+month.String())
	var source brought
	end := func() {
		if source.name != "" {
			fmt.Fprintf(p, "  %-13.13s %-23.23s %3d %7s  %s\n", source.name, source.format, source.months, thousands(source.rows), totalsText(source.totals))
		}
	}
	err := each(ctx, db, "demo_sources", month, func(rows *sql.Rows) error {
		var next brought
		var total ingest.Total
		if err := rows.Scan(&next.name, &next.format, &next.months, &next.rows, &total.BillingCurrency, &total.BilledCost); err != nil {
			return err
		}
		if next.name == source.name {
			next.months, next.rows, next.totals = max(next.months, source.months), next.rows+source.rows, source.totals
		} else {
			end()
		}
		next.totals = append(next.totals, total)
		source = next
		return nil
	})
	end()
	return err
}

// brought is what a source has brought, over all its currencies.
type brought struct {
	name, format string
	months, rows int64
	totals       []ingest.Total
}

// reported tells what each team costs in each cloud over all bills, in the
// reporting currency, where there is one.
func (p page) reported(ctx context.Context, db *sql.DB, month model.Period) error {
	costs, err := p.ask(ctx, db, "demo_reported", month)
	if err != nil || len(costs.lines) == 0 {
		return err
	}
	p.heading("Spend by team, all bills in " + costs.lines[0].currency + " (effective cost, rates of policy/rates.csv)")
	p.draw(costs)
	return nil
}

// spend tells what each team costs in each cloud, as billed. Each currency has a scale of
// its own; they are never compared.
func (p page) spend(ctx context.Context, db *sql.DB, month model.Period) error {
	costs, err := p.ask(ctx, db, "demo_spend", month)
	if err != nil {
		return err
	}
	covered, err := p.ask(ctx, db, "demo_coverage", month)
	if err != nil {
		return err
	}
	covered.providers = costs.providers
	p.heading("Spend by team, as billed (effective cost)")
	p.draw(costs)
	p.heading("Tagged with an owner (percent of the cost that could be)")
	covered.names(p)
	for _, line := range covered.lines {
		covered.write(p, line, 1, "")
	}
	return nil
}

// draw draws costs, with bars on a scale for each currency and a line for all
// of it where there are several.
func (p page) draw(costs grid) {
	costs.names(p)
	var largest model.Money
	for i, line := range costs.lines {
		if first := i == 0 || costs.lines[i-1].currency != line.currency; first {
			largest = line.total
		}
		bar := p.bar(line.total, largest)
		if line.name == "" && costs.alone(i) {
			continue
		}
		if line.name == "" {
			line.name, bar = "all", ""
		}
		costs.write(p, line, 0, bar)
	}
}

// ask reads a grid: currency, name, provider and amount, in the order in which
// its lines stand.
func (p page) ask(ctx context.Context, db *sql.DB, name string, month model.Period) (grid, error) {
	var g grid
	err := each(ctx, db, name, month, func(rows *sql.Rows) error {
		var currency string
		var line, provider sql.NullString
		var amount model.Money
		if err := rows.Scan(&currency, &line, &provider, &amount); err != nil {
			return err
		}
		g.add(currency, line.String, provider.String, amount)
		return nil
	})
	return g, err
}

// budgetLines is how many budgets are shown.
const budgetLines = 12

// budgets tells which budgets the month broke or came near.
func (p page) budgets(ctx context.Context, db *sql.DB, month model.Period) error {
	p.heading("Budgets that this month or the last one broke, or nearly")
	fmt.Fprintf(p, "  %-24s %10s    %10s %9s  %s\n", "", "cost", "amount", "used", "worst month")
	count := 0
	err := each(ctx, db, "demo_breaches", month, func(rows *sql.Rows) error {
		var budget, currency, worstMonth string
		var cost, amount, percent, worst model.Money
		var broken int64
		if err := rows.Scan(&budget, &currency, &cost, &amount, &percent, &broken, &worst, &worstMonth); err != nil {
			return err
		}
		if count++; count > budgetLines {
			return nil
		}
		text := fmt.Sprintf("  %s  %-19.19s %10s of %10s %7s %%", currency, budget, cost.Format(2), amount.Format(2), percent.Format(1))
		if percent.Float() >= 100 {
			text = p.paint("31", text)
		}
		if broken > 0 {
			text += fmt.Sprintf("  %s: %s %%", worstMonth, worst.Format(1))
		}
		fmt.Fprintln(p, text)
		return nil
	})
	switch {
	case err == nil && count == 0:
		fmt.Fprintln(p, "  none")
	case count > budgetLines:
		fmt.Fprintf(p, "  and %d more, in the workbook\n", count-budgetLines)
	}
	return err
}

func (p page) savings(ctx context.Context, db *sql.DB, month model.Period) error {
	p.heading("Rightsizing (saving each month)")
	count := 0
	err := each(ctx, db, "demo_savings", month, func(rows *sql.Rows) error {
		var rule, currency string
		var findings int64
		var saving model.Money
		if err := rows.Scan(&rule, &currency, &findings, &saving); err != nil {
			return err
		}
		count++
		_, err := fmt.Fprintf(p, "  %s  %-34.34s %10s  %d findings\n", currency, strings.TrimPrefix(rule, "rightsizing/"), saving.Format(2), findings)
		return err
	})
	if err == nil && count == 0 {
		fmt.Fprintln(p, "  nothing found")
	}
	return err
}

// alerts shows the first of the alerts and adds all of them to a file.
func (p page) alerts(text, file string) error {
	if text == "" {
		return nil
	}
	all, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	if _, err := all.WriteString(text); err != nil {
		return errors.Join(err, all.Close())
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	worst := max(0, slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "critical") }))
	p.heading(fmt.Sprintf("One of the %d alerts that were sent (%s has all)", len(lines), shortest(file)))
	fmt.Fprintln(folder{p}, lines[worst])
	return all.Close()
}

// next tells where the workbook is and what to try.
func (p page) next(w *work, dir string) {
	p.heading("Workbook")
	for _, r := range w.results {
		if r.Stage == "report" {
			fmt.Fprintf(p, "  %s\n", shortest(r.Detail))
		}
	}
	p.heading("Try next")
	fmt.Fprintf(p, "  cd %s\n", dir)
	fmt.Fprintln(p, "  costwarden status")
	fmt.Fprintln(p, "  costwarden rules list")
	fmt.Fprintln(p, `  costwarden sql "select RuleId, Subject, Cost from finding order by 3 desc"`)
	fmt.Fprintf(p, "  costwarden run --as-of %s   # again: nothing changes\n", w.clock.Format("2006-01-02"))
}

// shortest is path as seen from the current folder, where that is shorter.
func shortest(path string) string {
	here, err := filepath.Abs(".")
	if err != nil {
		return path
	}
	relative, err := filepath.Rel(here, path)
	if err != nil || len(relative) > len(path) {
		return path
	}
	return relative
}

// each calls do for every row of a query about month.
func each(ctx context.Context, db *sql.DB, name string, month model.Period, do func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query(name), sql.Named("month", month.Start()))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
