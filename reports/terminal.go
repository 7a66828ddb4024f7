package reports

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
)

// Terminal writes alerts for people to read.
type Terminal struct {
	name string
	out  io.Writer
}

// NewTerminal returns a channel that writes each alert's text to out.
func NewTerminal(name string, out io.Writer) *Terminal { return &Terminal{name, out} }

// Name is the channel's name in costwarden.yaml.
func (t *Terminal) Name() string { return t.name }

// Send writes the alert's text as one line, free of control characters.
func (t *Terminal) Send(_ context.Context, alert Alert) error {
	var m message
	if err := json.Unmarshal(alert.Payload, &m); err != nil {
		return err
	}
	_, err := fmt.Fprintf(t.out, "%s: %s\n", m.Severity, visible(m.Text))
	return err
}
