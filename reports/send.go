package reports

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// letter is a row of the outbox that waits.
type letter struct {
	alert   Alert
	channel string
}

// Send delivers what waits in the outbox and returns how many it delivered.
// What cannot be delivered stays for the next run and is in the joined error,
// which then is ErrNotDelivered. A channel that does not answer is not tried
// again in this run. Each alert is marked right after it was taken: a crash
// between the two repeats that one alert, with the same Key.
func Send(ctx context.Context, db *sql.DB, channels []Channel, now time.Time) (sent int, err error) {
	letters, err := waiting(ctx, db)
	if err != nil {
		return 0, fmt.Errorf("read outbox: %w", err)
	}
	byName := map[string]Channel{}
	for _, channel := range channels {
		byName[channel.Name()] = channel
	}
	silent := map[string]bool{}
	var problems []error
	for _, l := range letters {
		switch err := l.deliver(ctx, db, byName[l.channel], silent[l.channel], now); {
		case err == nil:
			sent++
		case ctx.Err() != nil:
			return sent, errors.Join(append(problems, fmt.Errorf("%w: %w", ErrNotDelivered, err))...)
		default:
			silent[l.channel] = !errors.Is(err, errRejected)
			problems = append(problems, fmt.Errorf("alert %s to %s: %w: %w", l.alert.Key, l.channel, ErrNotDelivered, err))
		}
	}
	return sent, errors.Join(problems...)
}

// waiting reads what is to be sent.
func waiting(ctx context.Context, db *sql.DB) ([]letter, error) {
	rows, err := db.QueryContext(ctx, statement("alerts/waiting"))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var letters []letter
	for rows.Next() {
		var l letter
		var payload string
		if err := rows.Scan(&l.alert.Key, &l.channel, &payload); err != nil {
			return nil, err
		}
		l.alert.Payload = []byte(payload)
		letters = append(letters, l)
	}
	return letters, rows.Err()
}

// deliver claims l, sends it and marks it. Its outcome is written down even
// when ctx ends meanwhile.
func (l letter) deliver(ctx context.Context, db *sql.DB, channel Channel, silent bool, now time.Time) error {
	if channel == nil {
		return errors.New("notify in costwarden.yaml has no such channel any more; add it again")
	}
	if silent {
		return errors.New("not tried, the channel did not take the alert before")
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	row := []any{sql.Named("key", l.alert.Key), sql.Named("channel", l.channel)}
	if _, err := db.ExecContext(ctx, statement("alerts/claim"), row...); err != nil {
		return err
	}
	failure := channel.Send(ctx, l.alert)
	outcome, what := "delivered", sql.Named("now", now.UTC())
	if failure != nil {
		outcome, what = "failed", sql.Named("reason", failure.Error())
	}
	_, err := db.ExecContext(context.WithoutCancel(ctx), statement("alerts/"+outcome), append(row, what)...)
	return errors.Join(failure, err)
}
