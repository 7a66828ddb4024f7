package rules

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/model"
)

// wanted is a row of want.csv, or a finding in the same form: the columns of
// the contract, and each member of Evidence under its own name. What is null
// is blank.
type wanted map[string]string

// key names the finding.
func (w wanted) key() string {
	return w["Scope"] + " / " + w["Subject"] + " / " + w["BillingCurrency"]
}

var keyColumns = []string{"Scope", "Subject", "BillingCurrency"}

// readWant reads want.csv.
func readWant(folder fs.FS) ([]wanted, error) {
	text, err := fs.ReadFile(folder, "want.csv")
	if err != nil {
		return nil, err
	}
	lines, err := newCaseReader(bytes.TrimPrefix(text, []byte("\ufeff"))).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("want.csv: %w", err)
	}
	if len(lines) == 0 {
		return nil, errors.New("want.csv: no header; write Scope,Subject,BillingCurrency,Severity,Cost,MonthlySaving and the members of Evidence")
	}
	for _, name := range append(slices.Clone(keyColumns), "Severity", "Cost", "MonthlySaving") {
		if !slices.Contains(lines[0], name) {
			return nil, fmt.Errorf("want.csv: missing column %s", name)
		}
	}
	var rows []wanted
	for _, line := range lines[1:] {
		row := wanted{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// readFindings reads what was found for a month in the form of want.csv.
func readFindings(ctx context.Context, db *sql.DB, month model.Period) (rows []wanted, err error) {
	const query = `select Scope, Subject, BillingCurrency, Severity, Cost, MonthlySaving is null,
		coalesce(MonthlySaving, 0), cast(Evidence as varchar) from finding where BillingPeriodStart = ?`
	found, err := db.QueryContext(ctx, query, month.Start())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	for found.Next() {
		var scope, subject, currency, severity, evidence string
		var cost, saving model.Money
		var savesNothing bool
		if err := found.Scan(&scope, &subject, &currency, &severity, &cost, &savesNothing, &saving, &evidence); err != nil {
			return nil, err
		}
		row, err := members(evidence)
		if err != nil {
			return nil, err
		}
		row["Scope"], row["Subject"], row["BillingCurrency"], row["Severity"], row["Cost"] = scope, subject, currency, severity, cost.String()
		row["MonthlySaving"] = ""
		if !savesNothing {
			row["MonthlySaving"] = saving.String()
		}
		rows = append(rows, row)
	}
	return rows, found.Err()
}

// members reads Evidence.
func members(evidence string) (wanted, error) {
	decoder := json.NewDecoder(strings.NewReader(evidence))
	decoder.UseNumber()
	var values map[string]any
	if err := decoder.Decode(&values); err != nil {
		return nil, fmt.Errorf("read Evidence %s: %w", evidence, err)
	}
	row := wanted{}
	for name, value := range values {
		row[name] = ""
		if value != nil {
			row[name] = fmt.Sprint(value)
		}
	}
	return row, nil
}

// differences compares rows without regard to their order.
func differences(want, got []wanted) error {
	var problems []error
	left := map[string]wanted{}
	for _, row := range got {
		left[row.key()] = row
	}
	seen := map[string]bool{}
	for _, row := range want {
		if seen[row.key()] {
			problems = append(problems, fmt.Errorf("  %s: stands in want.csv twice; keep one", row.key()))
			continue
		}
		seen[row.key()] = true
		found, ok := left[row.key()]
		if !ok {
			problems = append(problems, fmt.Errorf("  %s: wanted, not found", row.key()))
			continue
		}
		delete(left, row.key())
		problems = append(problems, compare(row, found)...)
	}
	for _, key := range slices.Sorted(maps.Keys(left)) {
		problems = append(problems, fmt.Errorf("  %s: found, not wanted: %s", key, left[key]))
	}
	return errors.Join(problems...)
}

// String lists the row's values by name.
func (w wanted) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(w)) {
		if !slices.Contains(keyColumns, name) {
			parts = append(parts, name+"="+w[name])
		}
	}
	return strings.Join(parts, ", ")
}

// compare tells where a finding differs from the row wanted. What one of the
// two does not have counts as blank.
func compare(want, got wanted) []error {
	names := map[string]bool{}
	for name := range want {
		names[name] = true
	}
	for name := range got {
		names[name] = true
	}
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !same(want[name], got[name]) {
			problems = append(problems, fmt.Errorf("  %s: %s is %q, want %q", want.key(), name, got[name], want[name]))
		}
	}
	return problems
}

// same compares two values as text, and amounts by what they are worth: 12.50
// is 12.5.
func same(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := model.ParseMoney(a)
	y, errY := model.ParseMoney(b)
	return errX == nil && errY == nil && x.Equal(y)
}
