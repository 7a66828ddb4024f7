package rules

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/costwarden/costwarden/model"
)

// Summary is what a rule found for a month.
type Summary struct {
	RuleID   string
	Period   model.Period
	Skipped  bool // nothing it depends on has changed since it last judged the month
	Findings int64
}

// Run vets each rule, judges each month from since to until that charges are
// loaded for, and replaces what the rule found there before; a zero since or
// until leaves that side open. A rule is skipped for a month where its input
// is the one of its last judgement. rules are all the rules in force: findings
// of others, and of months no longer loaded, are removed.
//
// Findings are not errors. A rule that breaks the contract is: its findings
// stay as they were from that month on, the other rules are run all the same.
func Run(ctx context.Context, db *sql.DB, rules []Rule, since, until model.Period, now time.Time) ([]Summary, error) {
	months, err := loadedMonths(ctx, db)
	if err != nil {
		return nil, err
	}
	judged, err := readJudgements(ctx, db)
	if err != nil {
		return nil, err
	}
	if err := forget(ctx, db, judged, rules, months); err != nil {
		return nil, err
	}
	months = slices.DeleteFunc(months, func(m month) bool {
		return m.period.Before(since) || !until.IsZero() && until.Before(m.period)
	})
	var summaries []Summary
	var problems []error
	for _, rule := range rules {
		found, err := runRule(ctx, db, rule, months, judged, now)
		summaries, problems = append(summaries, found...), append(problems, err)
	}
	return summaries, errors.Join(problems...)
}

// runRule judges months by one rule, those that changed.
func runRule(ctx context.Context, db *sql.DB, rule Rule, months []month, judged map[judgementKey]judgement, now time.Time) ([]Summary, error) {
	var summaries []Summary
	var query *selection
	for _, m := range months {
		before := judged[judgementKey{rule.ID, m.period}]
		if before.input == rule.input(m) {
			summaries = append(summaries, Summary{rule.ID, m.period, true, before.findings})
			continue
		}
		if query == nil {
			vetted, err := vetApart(ctx, db, rule)
			if err != nil {
				return summaries, err
			}
			query = vetted
		}
		findings, err := judge(ctx, db, rule, query, m, now)
		if err != nil {
			return summaries, fmt.Errorf("run %s for %s: %w", rule.ID, m.period, err)
		}
		summaries = append(summaries, Summary{rule.ID, m.period, false, findings})
	}
	return summaries, nil
}

// judgementKey names a judgement.
type judgementKey struct {
	ruleID string
	period model.Period
}

// judgement is what the last judgement depended on, and how much it found.
type judgement struct {
	input    string
	findings int64
}

func readJudgements(ctx context.Context, db *sql.DB) (judged map[judgementKey]judgement, err error) {
	rows, err := db.QueryContext(ctx, "select RuleId, BillingPeriodStart, Input, Findings from judgement")
	if err != nil {
		return nil, fmt.Errorf("read judgements: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	judged = map[judgementKey]judgement{}
	for rows.Next() {
		var key judgementKey
		var start time.Time
		var value judgement
		if err := rows.Scan(&key.ruleID, &start, &value.input, &value.findings); err != nil {
			return nil, fmt.Errorf("read judgements: %w", err)
		}
		key.period = model.PeriodOf(start)
		judged[key] = value
	}
	return judged, rows.Err()
}

// forget removes the findings of rules no longer in force and of months no
// longer loaded.
func forget(ctx context.Context, db *sql.DB, judged map[judgementKey]judgement, rules []Rule, months []month) error {
	for key := range judged {
		inForce := slices.Contains(ids(rules), key.ruleID)
		loaded := slices.ContainsFunc(months, func(m month) bool { return m.period == key.period })
		if inForce && loaded {
			continue
		}
		err := model.InTransaction(ctx, db, func(tx *sql.Tx) error { return clearMonth(ctx, tx, key.ruleID, key.period) })
		if err != nil {
			return fmt.Errorf("forget %s for %s: %w", key.ruleID, key.period, err)
		}
	}
	return nil
}

// clearMonth removes what a rule found for a month.
func clearMonth(ctx context.Context, tx *sql.Tx, ruleID string, period model.Period) error {
	for _, table := range []string{"finding", "judgement"} {
		_, err := tx.ExecContext(ctx, "delete from "+table+" where RuleId = ? and BillingPeriodStart = ?", ruleID, period.Start())
		if err != nil {
			return err
		}
	}
	return nil
}
