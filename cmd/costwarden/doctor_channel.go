package main

import (
	"context"
	"errors"

	"github.com/costwarden/costwarden/reports"
)

// checkChannels tries the channels, one beside the other.
func (d *doctor) checkChannels(ctx context.Context) []verdict {
	if len(d.config.Notify) == 0 && !d.faulty {
		return []verdict{ok("channel", "notify", "there is none, so that no alert is sent")}
	}
	var pending []<-chan []verdict
	for _, channel := range d.config.Notify {
		pending = append(pending, begin(func() []verdict {
			return d.within(ctx, "channel "+channel.Name.Value, exitDelivery, func(ctx context.Context, tell func(verdict)) {
				d.checkChannel(ctx, channel, tell)
			})
		}))
	}
	var found []verdict
	for _, channel := range pending {
		found = append(found, <-channel...)
	}
	return found
}

// checkChannel opens a channel as far as its receiver's door, and through it
// only where a test was asked for.
func (d *doctor) checkChannel(ctx context.Context, config ChannelConfig, tell func(verdict)) {
	name := config.Name.Value
	subject := "channel " + name
	if (config.Webhook == nil) == (config.Terminal == nil) {
		tell(warn(subject, "open", errors.New("not tried, its configuration is wrong; see above")))
		return
	}
	channel, err := d.app.openChannel(config)
	if err != nil {
		tell(failed(subject, "address", exitDelivery, err))
		return
	}
	if webhook, dials := channel.(*reports.Webhook); dials {
		found, err := webhook.Knock(ctx)
		if err != nil {
			tell(failed(subject, "connection", exitDelivery, err))
			return
		}
		tell(ok(subject, "connection", "%s", found))
	} else {
		tell(ok(subject, "connection", "alerts are printed"))
	}
	if !d.sendTest {
		return
	}
	if err := channel.Send(ctx, reports.TestAlert(name, d.app.env.now())); err != nil {
		tell(failed(subject, "test", exitDelivery, err))
		return
	}
	tell(ok(subject, "test", "the receiver took a message that says it is a test"))
}
