package azure

import (
	"cmp"
	"fmt"
	"slices"
)

// choice is the run that a month of a dataset is.
type choice struct {
	run  run
	note string // why it is not the newest; empty: it is
}

// choose picks the newest of runs, which are of one scope, dataset and month.
// A newer one that waits stands back for the last one that is whole; nothing
// is chosen where there is none. A newer one whose manifest cannot be followed
// is an error: nobody would hear of it else.
func choose(p place, found found, runs []run) (choice, error) {
	slices.SortFunc(runs, older)
	var chosen choice
	var why error // why the newest run is not the one
	whole := false
	for _, r := range runs {
		err := r.fits(p, found)
		if err == nil && whole && r.isNarrower(chosen.run) {
			err = r.waits("it covers less than the run before it")
		}
		if why = err; err == nil {
			chosen.run, whole = r, true
		}
	}
	switch {
	case why == nil:
		return chosen, nil
	case !whole || !isWaiting(why):
		return choice{}, why
	}
	chosen.note = fmt.Sprintf("%s is read; %v", chosen.run, why)
	return chosen, nil
}

// older orders runs by when they were submitted.
func older(a, b run) int {
	return cmp.Or(a.submitted.Compare(b.submitted), cmp.Compare(a.manifest.Key, b.manifest.Key))
}

// fits says why the run cannot be its month; nil: it can.
func (r *run) fits(p place, found found) error {
	return cmp.Or(r.days(), r.locate(p, found.files), r.holds())
}

// isNarrower reports whether r covers fewer days than other, both from the
// month's first.
func (r *run) isNarrower(other run) bool {
	if r.to.IsZero() {
		return false
	}
	return other.to.IsZero() && r.to.Before(other.month.End().AddDate(0, 0, -1)) || r.to.Before(other.to)
}
