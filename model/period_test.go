package model_test

import (
	"testing"

	"github.com/costwarden/costwarden/model"
)

// FuzzPeriod reads months that are written as they print, and no others.
func FuzzPeriod(f *testing.F) {
	for _, text := range []string{
		"2026-10", "2024-02", "9999-12", "0001-01", "0000-01", "2026-1", "2026-13", "2026-00", "-026-10", "+026-10",
		"2026-10-01", " 2026-10", "2026-10\n", "2026/10", "２０２６-10", "", "BILLING_PERIOD=2026-10", "../2026-10",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		month, err := model.ParsePeriod(text)
		if err != nil {
			if !month.IsZero() {
				t.Errorf("%q is an error and %s", text, month)
			}
			return
		}
		if month.String() != text {
			t.Errorf("%q reads as %s", text, month)
		}
		if month.IsZero() {
			t.Errorf("%q is taken for no month", text)
		}
		if start := month.Start(); start.Day() != 1 || !month.End().After(start) || model.PeriodOf(start) != month {
			t.Errorf("%q is from %s to %s", text, start, month.End())
		}
	})
}
