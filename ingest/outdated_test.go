package ingest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
)

// asMappedBefore makes the month as another release would have mapped it: with
// an effective cost of 7 where this one finds 5.
const asMappedBefore = `update import set Mapping = %s; update cost set EffectiveCost = 7; update daily_cost set EffectiveCost = 7`

func TestAMonthThatAnotherReleaseMappedIsMappedAnew(t *testing.T) {
	for name, mapping := range map[string]string{"a release that kept its mapping": "'0123456789ab'", "one that kept none": "null"} {
		t.Run(name, func(t *testing.T) {
			db := openWithCost(t)
			source := csv("aws_focus_1_2", "v1", focusHeader+focusLine("5"))
			if _, err := run(t, db, source); err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec(strings.ReplaceAll(asMappedBefore, "%s", mapping)); err != nil {
				t.Fatal(err)
			}
			outcome, err := run(t, db, source)
			if err != nil || outcome.Status != ingest.Loaded || outcome.Note != "the same delivery, mapped anew by this release" {
				t.Errorf("got %+v, %v; want it loaded", outcome, err)
			}
			if got := query(t, db, "select cost(EffectiveCost) from cost"); got != "5\n" {
				t.Errorf("the month's effective cost is %s", got)
			}
			if got := query(t, db, "select Version, State from import"); got != "v1 | current\n" {
				t.Errorf("imports: %s", got)
			}
			const restated = `select FromImportId = ToImportId, cost(OldBilledCost), cost(NewBilledCost), cost(OldEffectiveCost), cost(NewEffectiveCost)
				from restatement`
			if got := query(t, db, restated); got != "true | 5 | 5 | 7 | 5\n" {
				t.Errorf("restated: %s", got)
			}
			if outcome, err := run(t, db, source); err != nil || outcome.Status != ingest.Unchanged {
				t.Errorf("the next run: %+v, %v; want it unchanged", outcome, err)
			}
		})
	}
}

func TestWhatIsMappedTheSameIsNoRestatement(t *testing.T) {
	db := open(t)
	source := csv("aws_focus_1_2", "v1", focusHeader+focusLine("5"))
	for range 2 {
		if _, err := run(t, db, source); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec("update import set Mapping = 'other'"); err != nil {
			t.Fatal(err)
		}
	}
	if got := query(t, db, "select count(*) from restatement"); got != "0\n" {
		t.Errorf("%s restatements", got)
	}
}

// gone is a source whose files cannot be had any more.
type gone struct {
	*folder
	err error
}

func (g gone) Fetch(context.Context, ingest.Export, string, func(int64)) (ingest.Delivery, error) {
	return ingest.Delivery{}, g.err
}

func TestAnOldMonthThatCannotBeReadAgainStaysAndIsTold(t *testing.T) {
	archived := errors.Join(ingest.ErrSource, errors.New("archived by a lifecycle rule"))
	for _, fault := range []error{archived, ingest.ErrNotDelivered} {
		db := open(t)
		source := csv("aws_focus_1_2", "v1", focusHeader+focusLine("5"))
		if _, err := run(t, db, source); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec("update import set Mapping = 'other'"); err != nil {
			t.Fatal(err)
		}
		before := query(t, db, "from cost") + query(t, db, "from import")
		outcome, err := run(t, db, gone{source, fault})
		if err != nil || outcome.Status != ingest.Outdated || !errors.Is(outcome.Err, fault) ||
			!strings.HasPrefix(outcome.Err.Error(), "this release maps the format otherwise, but load acme 2026-10: ") {
			t.Errorf("got %+v, %v; want it told and no failure", outcome, err)
		}
		if after := query(t, db, "from cost") + query(t, db, "from import"); after != before {
			t.Errorf("the month changed:\n%s\n%s", before, after)
		}
	}
}

func TestADryRunTellsWhichMonthsWouldBeMappedAnew(t *testing.T) {
	db := open(t)
	source := csv("aws_focus_1_2", "v1", focusHeader+focusLine("5"))
	if _, err := run(t, db, source); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("update import set Mapping = 'other'"); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 3, 6, 30, 0, 0, time.UTC)
	outcomes, err := ingest.Run(t.Context(), db, source, ingest.Options{Landing: t.TempDir(), Now: now, DryRun: true})
	if err != nil || len(outcomes) != 1 || outcomes[0].Status != ingest.WouldLoad || !strings.Contains(outcomes[0].Note, "mapped anew") {
		t.Errorf("got %+v, %v", outcomes, err)
	}
	if got := query(t, db, "select Mapping from import"); got != "other\n" {
		t.Errorf("the dry run wrote %s", got)
	}
}
