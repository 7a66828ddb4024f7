package main

import (
	"testing"
	"time"
)

func TestMonthsAskedFor(t *testing.T) {
	clock := time.Date(2026, 3, 31, 23, 30, 0, 0, time.UTC)
	cases := []struct {
		name, month, since, until string
		want                      string // since..until, or an exit code
	}{
		{"none", "", "", "", "0001-01..0001-01"},
		{"one", "2026-10", "", "", "2026-10..2026-10"},
		{"this", "this", "", "", "2026-03..2026-03"},
		{"last, from the 31st", "last", "", "", "2026-02..2026-02"},
		{"a day stands for its month", "", "2026-02-28", "", "2026-02..0001-01"},
		{"35 days back crosses February", "", "-35d", "this", "2026-02..2026-03"},
		{"up to a month", "", "", "2026-01", "0001-01..2026-01"},
		{"backwards", "", "2026-02", "2026-01", "2"},
		{"month and since", "2026-01", "2026-02", "", "2"},
		{"no month", "october", "", "", "2"},
		{"thirteenth month", "2026-13", "", "", "2"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := spanOf(c.month, c.since, c.until, clock)
			text := got.since.String() + ".." + got.until.String()
			if err != nil {
				text = string(rune('0' + codeOf(err)))
			}
			if text != c.want {
				t.Errorf("got %s, %v; want %s", text, err, c.want)
			}
		})
	}
}
