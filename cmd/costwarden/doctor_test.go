package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	when, err := time.Parse("2006-01-02T15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestDeliveriesThatAreLateAreToldOf(t *testing.T) {
	for _, c := range []struct {
		name      string
		daily     bool
		newest    string
		delivered string // empty: nobody tells
		now       string
		want      string
	}{
		{"this morning", true, "2026-11", "2026-11-20T05:00", "2026-11-20T09:00", "ok: newest month 2026-11, last delivery 2026-11-20 05:00 UTC, 4 hours ago"},
		{"three days ago", true, "2026-11", "2026-11-17T09:00", "2026-11-20T09:00", "ok: newest month 2026-11, last delivery 2026-11-17 09:00 UTC, 3 days ago"},
		{"four days ago", true, "2026-11", "2026-11-16T09:00", "2026-11-20T09:00", "warn: newest month 2026-11, last delivery 2026-11-16 09:00 UTC, 4 days ago"},
		{"a month in its first days", true, "2026-10", "2026-11-03T09:00", "2026-11-04T09:00", "ok: newest month 2026-10"},
		{"a month that should have begun", true, "2026-10", "2026-11-05T09:00", "2026-11-05T10:00", "warn: newest month 2026-10"},
		{"no telling when", true, "2026-11", "", "2026-11-20T09:00", "ok: newest month 2026-11"},
		{"an invoice of the last month", false, "2026-10", "2026-11-02T09:00", "2026-11-29T09:00", "ok: newest month 2026-10"},
		{"an invoice that is not due", false, "2026-09", "2026-10-02T09:00", "2026-11-15T09:00", "ok: newest month 2026-09"},
		{"an invoice that is late", false, "2026-09", "2026-10-02T09:00", "2026-11-16T09:00", "warn: newest month 2026-09"},
		{"in the year's first days", true, "2026-12", "2027-01-02T09:00", "2027-01-02T10:00", "ok: newest month 2026-12"},
	} {
		t.Run(c.name, func(t *testing.T) {
			month, err := model.ParsePeriod(c.newest)
			if err != nil {
				t.Fatal(err)
			}
			export := ingest.Export{Slice: c.newest, Period: month}
			if c.delivered != "" {
				export.Delivered = at(t, c.delivered)
			}
			d := &doctor{clock: at(t, c.now)}
			got := d.judgeAge("source bill", ingest.Examination{Daily: c.daily, Exports: []ingest.Export{export}})
			if text := got.status + ": " + got.detail; !strings.HasPrefix(text, c.want) {
				t.Errorf("got %q, want %q", text, c.want)
			}
			if (got.status == "warn") == (got.advice == "") {
				t.Errorf("%s with the advice %q", got.status, got.advice)
			}
		})
	}
}

func TestStepsAreJudged(t *testing.T) {
	d := &doctor{clock: at(t, "2026-11-20T09:00")}
	for _, c := range []struct {
		name string
		step ingest.Step
		want string
		code int
	}{
		{"found", ingest.Step{Found: "a"}, "ok a", 0},
		{"a secret that lasts", ingest.Step{Found: "a", Expires: at(t, "2026-12-05T09:00")}, "ok a", 0},
		{"a secret that ends in two weeks", ingest.Step{Found: "a", Expires: at(t, "2026-12-04T09:00")}, "warn a, which ends on 2026-12-04 09:00 UTC", 0},
		{"not delivered yet", ingest.Step{Err: fmt.Errorf("%w: half of it", ingest.ErrNotDelivered)}, "warn not delivered yet: half of it", 0},
		{"refused", ingest.Step{Err: fmt.Errorf("%w: denied; allow it", ingest.ErrSource)}, "fail denied", exitSource},
		{"misconfigured", ingest.Step{Err: usageError("no such role")}, "fail no such role", exitUsage},
		{"unreadable", ingest.Step{Err: fmt.Errorf("%w: cut off", ingest.ErrReconcile)}, "fail cut off", exitSource},
		{"a library that tells too much", ingest.Step{Err: errors.New(`Get "https://a.example/b?sig=b3Blbi1zZXNhbWU": EOF`)}, `fail Get "https://a.example/b?...": EOF`, exitSource},
		{"unexpected", ingest.Step{Err: errors.New("source bill: odd")}, "fail odd", exitSource},
	} {
		got := d.judgeStep("source bill", c.step)
		if got.status+" "+got.detail != c.want || got.code != c.code {
			t.Errorf("%s: %s %s, %d; want %s, %d", c.name, got.status, got.detail, got.code, c.want, c.code)
		}
	}
}

func TestTheLowestCodeDecides(t *testing.T) {
	var out strings.Builder
	v, err := newVerdicts(&out, "table")
	if err != nil {
		t.Fatal(err)
	}
	found := []verdict{
		failed("channel a", "address", exitDelivery, errors.New("x")),
		failed("source b", "list", exitSource, errors.New("a; do this\nb; do that")),
		warn("source c", "age", errors.New("old")),
	}
	if err := v.tell(found); err != nil {
		t.Fatal(err)
	}
	if got := codeOf(v.end()); got != exitSource {
		t.Errorf("ends in %d, want %d", got, exitSource)
	}
	want := "fail  channel a      address     x\n" +
		"fail  source b       list        a\n" +
		"      do this\n" +
		"      b; do that\n" +
		"warn  source c       age         old\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}
