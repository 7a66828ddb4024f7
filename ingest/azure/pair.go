package azure

import (
	"fmt"
	"time"

	"github.com/costwarden/costwarden/ingest"
)

// round is how far apart the runs of a pair may be submitted: both exports run
// once a day, within hours of each other.
const round = 12 * time.Hour

// settling is how long after the end of a month Microsoft may still change it
// without saying so: until the fifth day. Runs from later hold the same costs.
const settling = 6 * 24 * time.Hour

// addPair adds actual and amortized cost. One of them alone is half a month:
// the one lacks what commitments cost in use, the other what they cost to buy.
func (m *month) addPair(p place, found found, actual, amortized []run) {
	a, errA := chooseHalf(p, found, actual, actualCost, amortized)
	b, errB := chooseHalf(p, found, amortized, amortizedCost, actual)
	if errA != nil || errB != nil {
		m.add(a, errA)
		m.add(b, errB)
		return
	}
	if !isOneRound(a.run, b.run) {
		a, b = sameRound(p, found, actual, amortized, a, b)
	}
	if !isOneRound(a.run, b.run) {
		m.err = awaited(a.run, b.run)
		return
	}
	m.add(a, nil)
	m.add(b, nil)
}

func chooseHalf(p place, found found, half []run, d dataset, other []run) (choice, error) {
	if len(half) == 0 {
		return choice{}, fmt.Errorf("%w: there is %s (export %s) and no %s; want both of one scope: "+
			"create an export of %[4]s for it, or wait for its first run",
			ingest.ErrNotDelivered, other[0].dataset, other[0].export, d)
	}
	return choose(p, found, half)
}

// isOneRound reports whether two runs tell of the month as it was at one time.
func isOneRound(a, b run) bool {
	apart := a.submitted.Sub(b.submitted).Abs()
	closed := a.month.End().Add(settling)
	return apart <= round || a.submitted.After(closed) && b.submitted.After(closed)
}

// sameRound lets the newer half stand back for its run of the other's round.
func sameRound(p place, found found, actual, amortized []run, a, b choice) (choice, choice) {
	if a.run.submitted.After(b.run.submitted) {
		return before(p, found, actual, a, b), b
	}
	return a, before(p, found, amortized, b, a)
}

// before is the newest of runs of the round of other, or newer where there is
// none.
func before(p place, found found, runs []run, newer, other choice) choice {
	var round []run
	for _, r := range runs {
		if isOneRound(r, other.run) {
			round = append(round, r)
		}
	}
	if len(round) == 0 {
		return newer
	}
	earlier, err := choose(p, found, round)
	if err != nil {
		return newer
	}
	earlier.note = fmt.Sprintf("%s is read; %v", earlier.run, awaited(newer.run, other.run))
	return earlier
}

// awaited says which of two runs waits for the other's next one.
func awaited(a, b run) error {
	if a.submitted.Before(b.submitted) {
		a, b = b, a
	}
	return a.waits("it waits for a run of %s (export %s) as new; the last one was submitted %s",
		b.dataset, b.export, b.submitted.Format("2006-01-02 15:04 MST"))
}
