package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// loadedSlice is what is loaded of a slice.
type loadedSlice struct {
	version  string // of the delivery
	outdated bool   // this release maps its format otherwise than it was mapped
}

// loadedSlices returns what is loaded of each slice of a source.
func loadedSlices(ctx context.Context, db *sql.DB, source string) (map[string]loadedSlice, error) {
	const query = "select Slice, Version, Format, coalesce(Mapping, '') from current_import where SourceName = ?"
	rows, err := db.QueryContext(ctx, query, source)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	loaded, mappings := map[string]loadedSlice{}, map[string]string{}
	for rows.Next() {
		var slice, version, format, mapping string
		if err := rows.Scan(&slice, &version, &format, &mapping); err != nil {
			return nil, err
		}
		if _, known := mappings[format]; !known {
			if mappings[format], err = mappingVersion(format); err != nil {
				return nil, err
			}
		}
		loaded[slice] = loadedSlice{version, mapping != mappings[format]}
	}
	return loaded, errors.Join(rows.Err(), rows.Close())
}

// remap says of a slice whose delivery is the same as before that it was, or
// would be, read again because its mapping has changed. Where the delivery can
// no longer be read, because it has been archived or has gone, the month stays
// as it was mapped: it is right by the release that mapped it, and told.
func (o *Outcome) remap(same bool) {
	switch {
	case !same:
	case o.Status == NotDelivered, o.Status == Failed && errors.Is(o.Err, ErrSource):
		o.Status = Outdated
		o.Err = fmt.Errorf("this release maps the format otherwise, but %w", o.Err)
	case o.Status == Loaded, o.Status == WouldLoad:
		o.Note = strings.TrimSuffix("the same delivery, mapped anew by this release; "+o.Note, "; ")
	}
}
