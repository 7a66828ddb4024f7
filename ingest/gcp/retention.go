package gcp

import (
	"maps"
	"slices"

	"github.com/costwarden/costwarden/model"
)

// Google's FOCUS export keeps two years, and other tables keep what their
// dataset says: BigQuery drops partitions by their age, the oldest first. That
// changes nothing in what was billed, and must not in what is loaded.

// dropVanished forgets the partitions that are not listed any more. One that
// BigQuery dropped by its age stays where its rows are landed.
func (t *tableSource) dropVanished(known *census, listed map[string]string) {
	oldest := slices.Min(append(slices.Collect(maps.Keys(listed)), "~")) // ids of one unit sort by time
	for id, p := range known.Partitions {
		if _, there := listed[id]; there {
			continue
		}
		aged := t.layout.expiration > 0 && id < oldest
		if aged && t.isLanded(id, p) {
			p.Expired = true
			known.Partitions[id] = p
			continue
		}
		known.Dropped = known.Dropped || aged
		delete(known.Partitions, id)
	}
	known.Complete = !known.Dropped && (known.Complete || t.isFirst(oldest))
}

// isFirst reports whether nothing was ever there before the partition id: what
// lay before it would not have come of age yet.
func (t *tableSource) isFirst(id string) bool {
	start, _, err := t.layout.span(id)
	before := start.AddDate(0, 0, -1)
	return err != nil || t.layout.expiration == 0 || before.Add(t.layout.expiration).After(t.layout.modified)
}

// isWhole reports whether all of month is in the table, or is landed.
func (t *tableSource) isWhole(month model.Period) bool {
	if t.census.Complete || t.layout.expiration == 0 {
		return true
	}
	var there []string
	for id, p := range t.census.Partitions {
		if !p.Expired {
			there = append(there, id)
		}
	}
	start, _, err := t.layout.span(slices.Min(append(there, "~")))
	return err == nil && !month.Start().Before(start)
}
