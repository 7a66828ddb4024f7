package reports

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/costwarden/costwarden/model"
)

// Limits of detail sheets, in rows per currency. A sheet of an xlsx file holds
// 1,048,576 rows; fifty currencies of the most rows fit.
const (
	usualDetailRows = 5_000
	mostDetailRows  = 20_000
)

// Workbook says which workbook to write.
type Workbook struct {
	Organization string            // in the file's name and titles
	Period       model.Period      // the month shown
	Dir          string            // the folder to write to; made where it is absent
	Now          time.Time         // the clock: decides the states of months, nothing else
	Version      string            // of Costwarden
	Sources      []string          // the configured sources: one that has not delivered the month is shown as missing
	Acts         map[string]string // what to do about a finding, by rule id
	DetailRows   int               // rows a detail sheet lists per currency, the rest is one line; 0: 5,000

	closed bool // the month is closed for every source
}

// Write writes the workbook of a month and returns its path. changed is false
// where a file with the same bytes was there already. A month of which nothing
// is loaded, totals that do not tie to the cost loaded, and exchange rates that
// are missing (MissingRates) are errors: then nothing is written.
func Write(ctx context.Context, db *sql.DB, w Workbook) (path string, changed bool, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("write workbook %s: %w", w.Period, err)
		}
	}()
	if w, err = w.checked(); err != nil {
		return "", false, err
	}
	answers, err := ask(ctx, db, w)
	if err != nil {
		return "", false, err
	}
	w.closed = answers.closed()
	bytes, err := draw(w, answers)
	if err != nil {
		return "", false, err
	}
	path = filepath.Join(w.Dir, w.fileName())
	changed, err = replaceFile(path, bytes)
	return path, changed, err
}

// checked returns w with its defaults filled in, or every problem it has.
func (w Workbook) checked() (Workbook, error) {
	if w.DetailRows == 0 {
		w.DetailRows = usualDetailRows
	}
	var problems []error
	if w.Organization == "" {
		problems = append(problems, errors.New("the organization has no name; set organization in costwarden.yaml"))
	}
	if w.Period.IsZero() {
		problems = append(problems, errors.New("no month given"))
	}
	if w.DetailRows < 1 || w.DetailRows > mostDetailRows {
		problems = append(problems, fmt.Errorf("%d detail rows; want 1 to %d", w.DetailRows, mostDetailRows))
	}
	return w, errors.Join(problems...)
}

// preliminary reports whether the month may still change.
func (w Workbook) preliminary() bool { return !w.closed }

// state is the month's state as a reader says it.
func (w Workbook) state() string {
	if w.preliminary() {
		return "Preliminary"
	}
	return "Final"
}

// unsafeInName matches what a file name must not hold on every system.
var unsafeInName = regexp.MustCompile(`[^\pL\pN.-]+`)

// fileName is such as acme_showback_2025-10_final.xlsx.
func (w Workbook) fileName() string {
	state := "final"
	if w.preliminary() {
		state = "prelim"
	}
	return fmt.Sprintf("%s_showback_%s_%s.xlsx", unsafeInName.ReplaceAllString(w.Organization, "-"), w.Period, state)
}

// monthName is such as October 2025.
func (w Workbook) monthName() string { return w.Period.Start().Format("January 2006") }

// replaceFile puts content at path in one step, so that a reader sees the old
// file or the new one. It leaves a file that holds content already alone. What
// a writer that was killed has left half written is overwritten by the next.
func replaceFile(path string, content []byte) (changed bool, err error) {
	if old, err := os.ReadFile(path); err == nil && string(old) == string(content) {
		return false, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return false, err
	}
	temporary := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".part")
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return false, err
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Chmod(0o640), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return false, errors.Join(err, os.Remove(file.Name()))
	}
	return true, nil
}
