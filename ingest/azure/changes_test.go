package azure_test

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/costwarden/costwarden/fixtures"
)

// flawed names, per root folder whose changes are held against what was
// planted, the groups of errors that its files have.
var flawed = map[string][]string{
	"focus-ea":     {"focus"},
	"focus-ea-1-0": {"focus", "old"},
	"focus-mca":    {"focus", "learn"},
}

// expectChanges finds each planted error of the groups counted as a change of
// its import, and no other.
func expectChanges(t *testing.T, root string, db *sql.DB, truth fixtures.Truth, groups []string) {
	t.Helper()
	var want, got []string
	for _, flaw := range truth.Flaws {
		if slices.Contains(groups, flaw.Format) && flaw.Name != "FutureDated" {
			want = append(want, fmt.Sprint(flaw.Month, " ", flaw.Name, " ", flaw.BillingCurrency, " ", flaw.Charges, " ", flaw.BilledCost, " ", flaw.EffectiveCost))
		}
	}
	rows, err := db.Query(`
		select concat_ws(' ', Slice, ChangeCode, BillingCurrency, change.CostRows,
			rtrim(rtrim(change.BilledCost::varchar, '0'), '.'), rtrim(rtrim(change.EffectiveCost::varchar, '0'), '.'))
		from import_change as change
		join import using (ImportId)`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		got = append(got, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
		t.Errorf("%s: %d errors were planted (-planted +counted):\n%s", root, len(want), diff)
	}
}
