package main

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

// page is what the demo prints at its end, at most 80 columns wide.
type page struct {
	*bufio.Writer
	colour bool
}

// heading starts a section.
func (p page) heading(text string) {
	if p.colour {
		text = "\x1b[1m" + text + "\x1b[0m"
	}
	fmt.Fprintf(p, "\n%s\n", text)
}

// barWidth is how long the longest bar is.
const barWidth = 34

// bar draws value on a scale of which largest is the end.
func (p page) bar(value, largest model.Money) string {
	if largest.IsZero() || value.Negative() {
		return ""
	}
	eighths := int(value.Float() / largest.Float() * barWidth * 8)
	text := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		text += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	if p.colour {
		text = "\x1b[36m" + text + "\x1b[0m"
	}
	return text
}

// sumUp prints what the demo's newest month shows.
func (w *work) sumUp(ctx context.Context, dir string) error {
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
	fmt.Fprintf(p, "  %s\n", w.news(len(months)))
	for _, section := range []func(context.Context, *sql.DB, model.Period) error{p.spend, p.coverage, p.breaches, p.savings} {
		if err := section(ctx, w.db, month); err != nil {
			return err
		}
	}
	p.next(w, dir)
	return p.Flush()
}

// news says what this call has done.
func (w *work) news(months int) string {
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
		return fmt.Sprintf("%d months unchanged, no new alerts", months)
	}
	return fmt.Sprintf("%d months loaded and reconciled, %s rows, %d alerts sent", loaded, thousands(rows), alerts)
}

func thousands(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func (p page) spend(ctx context.Context, db *sql.DB, month model.Period) error {
	p.heading("Spend by team (effective cost)")
	var largest model.Money
	shown := ""
	return each(ctx, db, "demo_spend", month, func(rows *sql.Rows) error {
		var currency, owner string
		var cost model.Money
		if err := rows.Scan(&currency, &owner, &cost); err != nil {
			return err
		}
		if currency != shown { // each currency has its own scale; they are never compared
			shown, largest = currency, cost
		}
		_, err := fmt.Fprintf(p, "  %s  %-16.16s %14s  %s\n", currency, owner, cost.Format(2), p.bar(cost, largest))
		return err
	})
}

func (p page) coverage(ctx context.Context, db *sql.DB, month model.Period) error {
	p.heading("Tagged with an owner (share of the cost that could be)")
	return each(ctx, db, "demo_coverage", month, func(rows *sql.Rows) error {
		var currency string
		var tagged, taggable, percent model.Money
		if err := rows.Scan(&currency, &tagged, &taggable, &percent); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p, "  %s  %5s %%   %s of %s\n", currency, percent.Format(1), tagged.Format(2), taggable.Format(2))
		return err
	})
}

func (p page) breaches(ctx context.Context, db *sql.DB, month model.Period) error {
	p.heading("Budgets broken in any month, or nearly in this one")
	count := 0
	err := each(ctx, db, "demo_breaches", month, func(rows *sql.Rows) error {
		var month, budget, currency string
		var cost, amount, percent model.Money
		var broken bool
		if err := rows.Scan(&month, &budget, &currency, &cost, &amount, &percent, &broken); err != nil {
			return err
		}
		count++
		_, err := fmt.Fprintf(p, "  %s  %s  %-16.16s %12s of %12s  %s\n",
			currency, month, budget, cost.Format(2), amount.Format(2), p.verdict(percent, broken))
		return err
	})
	if err == nil && count == 0 {
		fmt.Fprintln(p, "  none")
	}
	return err
}

// verdict is a budget's use in percent, red where the budget is broken.
func (p page) verdict(percent model.Money, broken bool) string {
	text := fmt.Sprintf("%7s %%", percent.Format(1))
	if broken && p.colour {
		return "\x1b[31m" + text + "\x1b[0m"
	}
	return text
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
		_, err := fmt.Fprintf(p, "  %s  %-34.34s %10s  %d findings\n", currency, rule, saving.Format(2), findings)
		return err
	})
	if err == nil && count == 0 {
		fmt.Fprintln(p, "  nothing found")
	}
	return err
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
