package ingest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// Examiner is a source that can be tried before anything is loaded from it:
// each kind of request that a run makes, once, as cheaply as it can be made.
// Nothing is written but scratch files, which are removed again.
type Examiner interface {
	Source
	// Examine tells each step as it is done and ends at the first that fails.
	Examine(ctx context.Context, tell func(Step)) Examination
}

// Step is one thing that an examination tried.
type Step struct {
	Name    string    // identity, list, manifest, file, ...
	Found   string    // what is there
	Expires time.Time // when what was found ends to work; zero: never, or nobody tells
	Warning error     // what works now and should be looked at; nil: nothing
	Err     error     // why it failed; nil: it did not
}

// Examination is what an examination saw of a source's months.
type Examination struct {
	Exports []Export // as Source.Exports gives them; without a Version where telling it would cost money
	Bill    string   // names the bill for a comparison with other sources of the provider; empty: nothing cheap tells
	Daily   bool     // the provider delivers the running month every day
}

// MonthsText says which months there are: "3 months, 2026-08 to 2026-10".
func MonthsText(exports []Export) string {
	switch n := len(exports); n {
	case 0:
		return "no months"
	case 1:
		return "1 month, " + exports[0].Slice
	default:
		return fmt.Sprintf("%d months, %s to %s", n, exports[0].Slice, exports[n-1].Slice)
	}
}

// Inventory is what is loaded of each source, read once, so that the database
// can be closed again before the sources are asked.
type Inventory map[string]map[string]loadedSlice

// TakeInventory reads what is loaded of sources.
func TakeInventory(ctx context.Context, db *sql.DB, sources []string) (Inventory, error) {
	inventory := Inventory{}
	for _, source := range sources {
		loaded, err := loadedSlices(ctx, db, source)
		if err != nil {
			return nil, err
		}
		inventory[source] = loaded
	}
	return inventory, nil
}

// Waiting are those of the source's exports that the next run would load.
func (i Inventory) Waiting(source string, exports []Export) []Export {
	return slices.DeleteFunc(slices.Clone(exports), func(e Export) bool {
		known, isLoaded := i[source][e.Slice]
		return isLoaded && !known.outdated && (e.Version == "" || e.Version == known.version)
	})
}
