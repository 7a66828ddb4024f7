package azure

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// month is what there is of a billing month.
type month struct {
	period model.Period
	runs   []run // FOCUS or usage alone, or actual and amortized cost; then the price sheet
	notes  []string
	err    error // why it cannot be read; nil: it can
}

// months assembles the months of the runs that are wanted, oldest first.
func (s *source) months(ctx context.Context, b *bucket.Bucket) ([]month, error) {
	found, err := s.discover(ctx, b)
	if err != nil {
		return nil, err
	}
	runs, passed, err := s.wanted.of(found.runs, b.URL(s.place.prefix))
	if err != nil {
		return nil, err
	}
	byMonth := map[model.Period]map[dataset][]run{}
	for _, r := range runs {
		if byMonth[r.month] == nil {
			byMonth[r.month] = map[dataset][]run{}
		}
		byMonth[r.month][r.dataset] = append(byMonth[r.month][r.dataset], r)
	}
	var months []month
	for period, sets := range byMonth {
		if m := assemble(s.place, found, sets); len(m.runs) > 0 || m.err != nil {
			m.period = period
			months = append(months, m)
		}
	}
	slices.SortFunc(months, func(a, b month) int { return cmp.Compare(a.period.String(), b.period.String()) })
	if last := len(months) - 1; last >= 0 {
		months[last].notes = append(months[last].notes, distinct(append(found.passed, passed...))...)
	}
	return months, nil
}

// assemble puts a month together from the runs of its datasets.
func assemble(p place, found found, sets map[dataset][]run) (m month) {
	for _, d := range []dataset{focusCost, usage, untold} {
		if len(sets[d]) > 0 {
			m.add(choose(p, found, sets[d]))
		}
	}
	if len(sets[actualCost])+len(sets[amortizedCost]) > 0 {
		m.addPair(p, found, sets[actualCost], sets[amortizedCost])
	}
	if len(m.runs) == 0 {
		return m // also where there is a price sheet alone
	}
	for _, sheets := range byScope(sets[priceSheet]) {
		m.addSheet(choose(p, found, sheets))
	}
	return m
}

func (m *month) add(c choice, err error) {
	if err != nil {
		m.err = errors.Join(m.err, err)
		return
	}
	m.runs = append(m.runs, c.run)
	if c.note != "" {
		m.notes = append(m.notes, c.note)
	}
}

// byScope groups runs by scope, in its order.
func byScope(runs []run) [][]run {
	grouped := map[string][]run{}
	for _, r := range runs {
		grouped[r.scope] = append(grouped[r.scope], r)
	}
	var groups [][]run
	for _, scope := range slices.Sorted(maps.Keys(grouped)) {
		groups = append(groups, grouped[scope])
	}
	return groups
}

// addSheet adds the price sheet. The month does not wait for it.
func (m *month) addSheet(c choice, err error) {
	if isWaiting(err) {
		m.notes = append(m.notes, "without its price sheet: "+err.Error())
		return
	}
	m.add(c, err)
}

// export describes the month. One that cannot be read has a version that no
// month was loaded with, so that Fetch is asked for it and says why.
func (m month) export() ingest.Export {
	e := ingest.Export{Slice: m.period.String(), Period: m.period, Version: m.version(), Note: strings.Join(m.notes, "; ")}
	if m.err != nil {
		e.Note = strings.Join(append([]string{oneLine(m.err.Error())}, m.notes...), "; ")
	}
	var manifests []string
	for _, r := range m.runs {
		manifests = append(manifests, r.manifest.Key)
		for _, object := range r.objects() {
			e.Bytes += object.Bytes
		}
		if r.submitted.After(e.Delivered) {
			e.Delivered = r.submitted
		}
	}
	e.Ref = strings.Join(manifests, " ")
	return e
}

// unreadable is the version of a month that cannot be read. Nothing is ever
// loaded under it.
const unreadable = "unreadable"

// version is another for another run, and for other files of the same one.
func (m month) version() string {
	if m.err != nil {
		return unreadable
	}
	hash := sha256.New()
	for _, r := range m.runs {
		fmt.Fprintf(hash, "%q %q %q %s\n", r.scope, r.dataset, r.id, r.submitted)
		for _, object := range r.objects() {
			fmt.Fprintf(hash, "%q %d\n", object.Version(), object.Bytes)
		}
	}
	return fmt.Sprintf("%x", hash.Sum(nil))[:32]
}

// distinct is texts without those that stand there already.
func distinct(texts []string) []string {
	var once []string
	for _, text := range texts {
		if !slices.Contains(once, text) {
			once = append(once, text)
		}
	}
	return once
}
