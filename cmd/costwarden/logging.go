package main

import (
	"io"
	"log/slog"
)

// newLogger writes text without a time to a terminal, JSON to anything else.
func newLogger(w io.Writer, terminal bool, level slog.Level) *slog.Logger {
	if !terminal {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
	}
	plain := func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey && a.Value.String() == "INFO") {
			return slog.Attr{}
		}
		return a
	}
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: plain}))
}
