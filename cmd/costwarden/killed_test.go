package main

import (
	"bufio"
	"encoding/json"
	"testing"

	"github.com/costwarden/costwarden/fixtures"
	"github.com/costwarden/costwarden/fixtures/azure"
	"github.com/costwarden/costwarden/model"
)

// billedUntil is the last month of the bill that the killed runs read, and
// asOf a clock in it: its workbook is written, and that of the month before.
const (
	billedUntil = "2026-04"
	asOf        = "2026-04-30"
)

// writeBill writes the sample company's bills: two months of AWS, and the last
// of them of Azure, in about azureRows rows. Another number is another bill.
func writeBill(t *testing.T, azureRows int64) string {
	t.Helper()
	folder := t.TempDir()
	last, err := model.ParsePeriod(billedUntil)
	if err != nil {
		t.Fatal(err)
	}
	options := fixtures.Options{Formats: []fixtures.Format{fixtures.FocusParquet}, Months: 2, Last: last}
	if _, err := fixtures.Write(t.Context(), folder, options); err != nil {
		t.Fatal(err)
	}
	enrollment := azure.Options{Exports: []string{"cost-ea"}, Months: 1, Last: last, Rows: azureRows}
	if _, err := azure.Write(t.Context(), folder, enrollment); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestKilledAtEveryStageBoundary ends runs with SIGKILL as they log that a
// stage, or a slice in it, is done, and runs again: what is left is what an
// uninterrupted run leaves.
func TestKilledAtEveryStageBoundary(t *testing.T) {
	bill := writeBill(t, 0)
	whole := newSite(t)
	whole.subscribe(t, bill)
	lines := whole.run(t, asOf)
	want := whole.left(t)
	if len(lines) < 7 || len(whole.receiver.heard()) < 2 {
		t.Fatalf("%d lines and %d alerts; want three months of two sources, the rules, two workbooks, the alerts\n%s",
			len(lines), len(whole.receiver.heard()), lines)
	}
	for i, line := range lines {
		t.Run("after "+boundary(t, line), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.subscribe(t, bill)
			killed := make(chan struct{})
			if i < len(lines)-1 { // the run cannot pass its last stage before it is killed
				s.receiver.onAlert(func() { <-killed })
			}
			cmd := s.command(t, asOf)
			stderr, err := cmd.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			log := bufio.NewScanner(stderr)
			for range i + 1 {
				log.Scan()
			}
			if !kill(t, cmd) && i < len(lines)-1 {
				t.Error("the run came to its end before it was killed")
			}
			close(killed)
			s.run(t, asOf)
			wantLeft(t, s.left(t), want)
		})
	}
	t.Run("while an alert is on its way", func(t *testing.T) {
		t.Parallel()
		s := newSite(t)
		s.subscribe(t, bill)
		arrived, killed := make(chan struct{}, len(want)), make(chan struct{})
		s.receiver.onAlert(func() { arrived <- struct{}{}; <-killed })
		cmd := s.command(t, asOf)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		<-arrived
		if !kill(t, cmd) {
			t.Error("the run came to its end before it was killed")
		}
		close(killed)
		s.run(t, asOf)
		wantLeft(t, s.left(t), want)
	})
}

// boundary names a line of the log: its stage, what is done, and of what.
func boundary(t *testing.T, line string) string {
	t.Helper()
	var said struct{ Stage, Msg, Source, Slice, Month string }
	if err := json.Unmarshal([]byte(line), &said); err != nil || said.Stage == "" {
		t.Fatalf("%s: want a JSON line of a stage, %v", line, err)
	}
	return said.Stage + " " + said.Msg + " " + said.Source + " " + said.Slice + said.Month
}
