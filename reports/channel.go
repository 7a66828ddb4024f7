package reports

import (
	"context"
	"errors"
)

// Channel delivers alerts.
type Channel interface {
	// Name is what budgets and costwarden.yaml call the channel.
	Name() string
	// Send delivers alert and returns nil only when the receiver has taken it.
	// Its errors hold no secrets: they are stored and logged.
	Send(ctx context.Context, alert Alert) error
}

// Alert is one message.
type Alert struct {
	Key     string // the same for the same alert, always
	Payload []byte // the JSON object that docs/alerts.md describes
}

// ErrNotDelivered says that an alert waits in the outbox for the next run.
var ErrNotDelivered = errors.New("not delivered")

// errRejected is a receiver's answer that trying again will not change: the
// channel still works for other alerts.
var errRejected = errors.New("rejected")
