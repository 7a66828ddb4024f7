package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// verdicts prints verdicts as they come and keeps the sum of them.
type verdicts struct {
	out      io.Writer
	rows     printer // nil: lines for people
	widths   [2]int  // of the columns subject and check
	checks   int
	warnings int
	failures int
	code     int // the lowest of the failures; 0: none
}

func newVerdicts(out io.Writer, format string) (*verdicts, error) {
	v := &verdicts{out: out, widths: [2]int{len("configuration"), len("partitions")}}
	if format == "table" {
		return v, nil
	}
	var err error
	v.rows, err = newPrinter(out, format, []column{
		{"subject", "VARCHAR"}, {"check", "VARCHAR"}, {"status", "VARCHAR"}, {"detail", "VARCHAR"}, {"advice", "VARCHAR"},
	})
	return v, err
}

// fit makes the columns wide enough for all names of the configuration.
func (v *verdicts) fit(config Config) {
	for _, source := range config.Sources {
		v.widths[0] = max(v.widths[0], utf8.RuneCountInString(subjectOf(source)))
	}
	for _, name := range config.channelNames() {
		v.widths[0] = max(v.widths[0], utf8.RuneCountInString("channel "+name))
	}
	for _, job := range config.Schedule.jobs() {
		v.widths[1] = max(v.widths[1], utf8.RuneCountInString(job.Name))
	}
}

func (v *verdicts) tell(found []verdict) error {
	for _, each := range found {
		v.count(each)
		if err := v.print(each); err != nil {
			return err
		}
	}
	return nil
}

func (v *verdicts) count(each verdict) {
	v.checks++
	switch each.status {
	case "warn":
		v.warnings++
	case "fail":
		v.failures++
		if v.code == 0 || each.code < v.code {
			v.code = each.code
		}
	}
}

func (v *verdicts) print(each verdict) error {
	if v.rows != nil {
		return v.rows.row([]any{each.subject, each.check, each.status, each.detail, each.advice})
	}
	text := fmt.Sprintf("%-4s  %-*s  %-*s  %s\n", each.status, v.widths[0], each.subject, v.widths[1], each.check, each.detail)
	for line := range strings.Lines(each.advice) {
		text += "      " + strings.TrimSuffix(line, "\n") + "\n"
	}
	_, err := io.WriteString(v.out, strings.Map(visibleLine, text))
	return err
}

// visibleLine is visible that keeps the end of a line.
func visibleLine(r rune) rune {
	if r == '\n' {
		return r
	}
	return visible(r)
}

// end prints the sum, and fails where a check did.
func (v *verdicts) end() error {
	if v.rows != nil {
		if err := v.rows.end(); err != nil {
			return err
		}
	} else if v.failures == 0 {
		if _, err := fmt.Fprintln(v.out, v.summary()); err != nil {
			return err
		}
	}
	if v.failures == 0 {
		return nil
	}
	return fail(v.code, fmt.Errorf("%s; mend what stands above, and try again with costwarden doctor", v.summary()))
}

// summary is one line: all is well, or what is not.
func (v *verdicts) summary() string {
	if v.failures+v.warnings == 0 {
		return fmt.Sprintf("all %d checks are well", v.checks)
	}
	return fmt.Sprintf("%s and %s in %d checks", counted(v.failures, "failure"), counted(v.warnings, "warning"), v.checks)
}

// counted writes a number of things: "no failure", "1 failure", "2 failures".
func counted(n int, thing string) string {
	switch n {
	case 0:
		return "no " + thing
	case 1:
		return "1 " + thing
	default:
		return fmt.Sprintf("%d %ss", n, thing)
	}
}
