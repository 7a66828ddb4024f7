package reports

import (
	"encoding/json"
	"fmt"
	"time"
)

// TestAlert is a message that says of itself that it is a test and nothing is
// wrong. Each has a key of its own, so that no receiver takes it for a repeat.
func TestAlert(channel string, now time.Time) Alert {
	m := message{
		Key:      fmt.Sprintf("test/%s/%s", channel, now.UTC().Format(time.RFC3339Nano)),
		Rule:     "test",
		Severity: "test",
		Title:    "Test message of Costwarden",
		Text: fmt.Sprintf("Test message of Costwarden to the channel %s. No budget is broken and there is nothing to do: "+
			"somebody tried, with costwarden doctor --send-test, whether alerts arrive here.", channel),
		Month:   now.UTC().Format("2006-01"),
		Actual:  "0",
		Drivers: []string{},
		Act:     "Nothing.",
		Command: "costwarden status",
	}
	payload, err := json.Marshal(m)
	if err != nil {
		panic(err) // text always marshals
	}
	return Alert{Key: m.Key, Payload: payload}
}
