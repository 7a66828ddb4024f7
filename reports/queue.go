package reports

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/costwarden/costwarden/model"
)

//go:embed alerts/*.sql rates/*.sql
var statements embed.FS

// statement is the text of <name>.sql, such as alerts/due.
func statement(name string) string {
	text, err := statements.ReadFile(name + ".sql")
	if err != nil {
		panic(err) // a file of this package is misspelt
	}
	return string(text)
}

// Queue puts the alerts that are due for the months since to until into the
// outbox, each once per channel, and returns how many were new. Due is a
// finding of family budget that reached a step it, or a worse one, has not
// reached before; a lower step that was not delivered yet gives way. A finding
// that names a channel goes there, others go to every channel. A finding that
// names an unknown channel is an error; the others are queued.
func Queue(ctx context.Context, db *sql.DB, channels []Channel, since, until model.Period, now time.Time) (int, error) {
	queued := 0
	var problems []error
	err := model.InTransaction(ctx, db, func(tx *sql.Tx) error {
		findings, err := due(ctx, tx, since, until)
		if err != nil {
			return err
		}
		for _, f := range findings {
			names, err := f.route(channels)
			if err != nil {
				problems = append(problems, err)
			}
			for _, channel := range names {
				isNew, err := f.queue(ctx, tx, channel, now)
				if err != nil {
					return err
				}
				if isNew {
					queued++
				}
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("queue alerts: %w", err)
	}
	return queued, errors.Join(problems...)
}

// due reads the findings to tell about.
func due(ctx context.Context, tx *sql.Tx, since, until model.Period) ([]finding, error) {
	rows, err := tx.QueryContext(ctx, statement("alerts/due"), sql.Named("since", since.Start()), sql.Named("until", until.End()))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var findings []finding
	for rows.Next() {
		var f finding
		var month time.Time
		var channel sql.NullString
		err := rows.Scan(&f.rule, &month, &f.severity, &f.scope, &f.subject, &f.currency, &f.cost, &f.step, &channel, &f.evidence)
		if err != nil {
			return nil, err
		}
		f.month, f.channel = model.PeriodOf(month), channel.String
		findings = append(findings, f)
	}
	return findings, rows.Err()
}

// route names the channels f goes to.
func (f finding) route(channels []Channel) ([]string, error) {
	var all []string
	for _, channel := range channels {
		if channel.Name() == f.channel {
			return []string{f.channel}, nil
		}
		all = append(all, channel.Name())
	}
	if f.channel != "" {
		return nil, fmt.Errorf("budget %s names channel %q, which notify in costwarden.yaml does not have; add it there or correct the policy", f.subject, f.channel)
	}
	return all, nil
}

// queue puts f into the outbox for a channel, unless it or a worse step of it
// is there.
func (f finding) queue(ctx context.Context, tx *sql.Tx, channel string, now time.Time) (bool, error) {
	about := []any{sql.Named("channel", channel), sql.Named("subject", f.about())}
	var worst sql.NullInt64
	err := tx.QueryRowContext(ctx, statement("alerts/steps"), about...).Scan(&worst)
	if err != nil || worst.Valid && worst.Int64 >= int64(f.step) {
		return false, err
	}
	if _, err := tx.ExecContext(ctx, statement("alerts/outdated"), about...); err != nil {
		return false, err
	}
	payload, err := f.payload()
	if err != nil {
		return false, err
	}
	_, err = tx.ExecContext(ctx, statement("alerts/queue"),
		sql.Named("key", f.key()), sql.Named("channel", channel), sql.Named("payload", string(payload)), sql.Named("now", now.UTC()))
	return err == nil, err
}
