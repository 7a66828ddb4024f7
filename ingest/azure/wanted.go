package azure

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// wanted is which of the exports below a location a source reads.
type wanted struct {
	exports []string // by name; empty: all
	scope   string   // empty: the only one
}

// of picks the runs that are wanted: those of one scope, and no two exports
// that would count its costs twice. Price sheets of scopes within it go along;
// others are passed over, with a word.
func (w wanted) of(runs []run, where string) (taken []run, passed []string, err error) {
	named, err := w.named(runs, where)
	if err != nil {
		return nil, nil, err
	}
	adopt(named)
	scope, err := w.only(named, where)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range named {
		switch {
		case r.scope == scope, r.dataset == priceSheet && strings.HasPrefix(r.scope, scope+"/"):
			taken = append(taken, r)
		case r.dataset == priceSheet:
			passed = append(passed, fmt.Sprintf("price sheet %s is of %s and not of the costs' scope", r.export, r.scope))
		}
	}
	if err := w.unambiguous(taken, where); err != nil {
		return nil, nil, err
	}
	return taken, passed, unmixed(taken, where)
}

// named are the runs of the exports that the configuration names.
func (w wanted) named(runs []run, where string) ([]run, error) {
	there := map[string]bool{}
	var named []run
	for _, r := range runs {
		there[r.export] = true
		if len(w.exports) == 0 || slices.ContainsFunc(w.exports, func(name string) bool { return strings.EqualFold(name, r.export) }) {
			named = append(named, r)
		}
	}
	for _, name := range w.exports {
		if !slices.ContainsFunc(named, func(r run) bool { return strings.EqualFold(name, r.export) }) {
			return nil, bucket.Fault(fmt.Errorf("no run of an export %s is in %s, but of %s; set exports to those you mean",
				name, where, strings.Join(slices.Sorted(maps.Keys(there)), ", ")))
		}
	}
	return named, nil
}

// adopt gives a run whose manifest is too old to tell its scope that of the
// newer runs of the same export.
func adopt(runs []run) {
	scopes := map[string]string{}
	for _, r := range runs {
		if r.scope != "" {
			scopes[r.export] = r.scope
		}
	}
	for i := range runs {
		if runs[i].scope == "" {
			runs[i].scope = scopes[runs[i].export]
		}
	}
}

// only is the one scope whose costs are read. A price sheet alone makes no
// second one: it holds no costs.
func (w wanted) only(runs []run, where string) (string, error) {
	exports := map[string][]string{} // by scope
	for _, r := range runs {
		if r.dataset.isCost() && !slices.Contains(exports[r.scope], r.export) {
			exports[r.scope] = append(exports[r.scope], r.export)
		}
	}
	var scopes []string
	for _, scope := range slices.Sorted(maps.Keys(exports)) {
		name := scope
		if name == "" {
			name = "one that its manifests do not tell"
		}
		scopes = append(scopes, fmt.Sprintf("%s (export %s)", name, strings.Join(exports[scope], ", ")))
	}
	_, there := exports[w.scope]
	switch {
	case len(scopes) == 0:
		return "", bucket.Fault(fmt.Errorf("no export of costs is in %s; export FocusCost, or both ActualCost and AmortizedCost", where))
	case w.scope != "" && there:
		return w.scope, nil
	case w.scope != "":
		return "", bucket.Fault(fmt.Errorf("no export of scope %s is in %s, but of %s; set scope to the one you mean",
			w.scope, where, strings.Join(scopes, ", ")))
	case len(scopes) > 1:
		return "", bucket.Fault(fmt.Errorf("%s holds exports of %d scopes: %s; the costs of one that lies within another would count twice: "+
			"set scope, or exports, to the one that this source reads", where, len(scopes), strings.Join(scopes, ", ")))
	}
	for scope := range exports {
		return scope, nil
	}
	return "", nil
}

// unambiguous refuses two exports of one dataset and scope that the configuration
// does not name: one of them may be meant for something else.
func (w wanted) unambiguous(runs []run, where string) error {
	if len(w.exports) > 0 {
		return nil
	}
	type exported struct {
		dataset dataset
		scope   string
	}
	first := map[exported]string{}
	for _, r := range runs {
		this := exported{r.dataset, r.scope}
		other, seen := first[this]
		if seen && !strings.EqualFold(other, r.export) {
			names := []string{other, r.export}
			slices.Sort(names)
			return bucket.Fault(fmt.Errorf("%s holds two exports of %s of one scope, %s; name in exports the one to read, "+
				"or both to take the newest run of each month", where, r.dataset, strings.Join(names, " and ")))
		}
		first[this] = r.export
	}
	return nil
}

// unmixed refuses a month that exports of different kinds deliver: FOCUS holds
// all that actual and amortized cost hold.
func unmixed(runs []run, where string) error {
	byMonth := map[string][]run{}
	for _, r := range runs {
		if r.dataset.isCost() {
			byMonth[r.month.String()] = append(byMonth[r.month.String()], r)
		}
	}
	for _, month := range slices.Sorted(maps.Keys(byMonth)) {
		runs := byMonth[month]
		if !slices.ContainsFunc(runs, func(r run) bool { return !r.dataset.goesWith(runs[0].dataset) }) {
			continue
		}
		var kinds []string
		for _, r := range runs {
			kinds = append(kinds, fmt.Sprintf("%s (export %s)", r.dataset, r.export))
		}
		slices.Sort(kinds)
		return bucket.Fault(fmt.Errorf("%s holds %s as %s, which tell the same costs; name in exports those to read: "+
			"FocusCost, or both ActualCost and AmortizedCost", where, month, strings.Join(slices.Compact(kinds), ", ")))
	}
	return nil
}

// goesWith reports whether a month is made of both datasets.
func (d dataset) goesWith(other dataset) bool {
	isHalf := func(d dataset) bool { return d == actualCost || d == amortizedCost }
	return d == other || isHalf(d) && isHalf(other)
}
