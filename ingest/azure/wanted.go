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
// that would count its costs twice.
func (w wanted) of(runs []run, where string) ([]run, error) {
	named, err := w.named(runs, where)
	if err != nil {
		return nil, err
	}
	adopt(named)
	scope, err := w.only(named, where)
	if err != nil {
		return nil, err
	}
	named = slices.DeleteFunc(named, func(r run) bool { return r.scope != scope })
	if err := w.unambiguous(named, where); err != nil {
		return nil, err
	}
	return named, unmixed(named, where)
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

// unambiguous refuses two exports of one dataset that the configuration does
// not name: one of them may be meant for something else.
func (w wanted) unambiguous(runs []run, where string) error {
	if len(w.exports) > 0 {
		return nil
	}
	first := map[dataset]string{}
	for _, r := range runs {
		other, seen := first[r.dataset]
		if seen && !strings.EqualFold(other, r.export) {
			names := []string{other, r.export}
			slices.Sort(names)
			return bucket.Fault(fmt.Errorf("%s holds two exports of %s of one scope, %s; name in exports the one to read, "+
				"or both to take the newest run of each month", where, r.dataset, strings.Join(names, " and ")))
		}
		first[r.dataset] = r.export
	}
	return nil
}

// unmixed refuses a month that exports of different kinds deliver: FOCUS holds
// all that actual and amortized cost hold.
func unmixed(runs []run, where string) error {
	first := map[string]run{} // by month
	for _, r := range runs {
		if !r.dataset.isCost() {
			continue
		}
		month := r.month.String()
		other, seen := first[month]
		if seen && !other.dataset.goesWith(r.dataset) {
			return bucket.Fault(fmt.Errorf("%s holds %s twice, in export %s of %s and in export %s of %s; each holds all its costs: "+
				"name in exports the one to read", where, month, other.export, other.dataset, r.export, r.dataset))
		}
		first[month] = r
	}
	return nil
}

// goesWith reports whether a month is made of both datasets.
func (d dataset) goesWith(other dataset) bool {
	isHalf := func(d dataset) bool { return d == actualCost || d == amortizedCost }
	return d == other || isHalf(d) && isHalf(other)
}
