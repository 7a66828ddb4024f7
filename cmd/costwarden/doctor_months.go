package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

// Providers deliver the running month at least once a day. The first delivery
// of a month may take some days, and a copy may be made at weekends only.
const (
	firstDays    = 4 * 24 * time.Hour
	deliveryDays = 3 * 24 * time.Hour
	invoiceDays  = 15 * 24 * time.Hour // when a vendor's invoice of the last month should be there
)

// judgeAge says which month is the newest and when it was delivered, and
// whether newer ones should be there.
func (d *doctor) judgeAge(subject string, e ingest.Examination) verdict {
	newest := e.Exports[len(e.Exports)-1]
	delivered := latest(e.Exports)
	found := "newest month " + newest.Slice
	if !delivered.IsZero() {
		found += ", last delivery " + delivered.UTC().Format("2006-01-02 15:04 MST")
	}
	age := d.clock.Sub(delivered)
	if !delivered.IsZero() && age > 0 {
		found += ", " + ageText(age) + " ago"
	}
	this := model.PeriodOf(d.clock)
	into := d.clock.Sub(this.Start())
	switch {
	case e.Daily && newest.Period.Before(this) && into > firstDays:
		return warn(subject, "age", fmt.Errorf("%s; %s is not there: look whether the export is still switched on, and may write to its place", found, this))
	case e.Daily && !delivered.IsZero() && age > deliveryDays:
		return warn(subject, "age", fmt.Errorf("%s; nothing came since: look whether the export is still switched on, and may write to its place", found))
	case !e.Daily && newest.Period.Before(this.Previous()) && into > invoiceDays:
		return warn(subject, "age", fmt.Errorf("%s; %s is not there: put its file there, or ask the vendor for it", found, this.Previous()))
	}
	return ok(subject, "age", "%s", found)
}

// latest is when the last of exports was delivered.
func latest(exports []ingest.Export) time.Time {
	newest := slices.MaxFunc(exports, func(a, b ingest.Export) int { return a.Delivered.Compare(b.Delivered) })
	return newest.Delivered
}

// ageText writes an age as people say it: 3 hours, 5 days.
func ageText(age time.Duration) string {
	switch hours := int(age.Hours()); {
	case hours < 1:
		return "less than an hour"
	case hours < 48:
		return counted(hours, "hour")
	default:
		return counted(hours/24, "day")
	}
}

// tellWaiting says which months the next run would load.
func (d *doctor) tellWaiting(source string, exports []ingest.Export, tell func(verdict)) {
	d.mu.Lock()
	loaded := d.loaded
	d.mu.Unlock()
	if loaded == nil {
		return
	}
	subject := "source " + source
	waiting := loaded.Waiting(source, exports)
	if len(waiting) == 0 {
		tell(ok(subject, "loaded", "every month, as it was delivered last"))
		return
	}
	var names []string
	for _, export := range waiting {
		names = append(names, export.Slice)
	}
	if n := len(names); n > 4 {
		names = []string{names[0], names[1], "…", names[n-1]}
	}
	tell(ok(subject, "loaded", "%d of %d; the next run loads %s", len(exports)-len(waiting), len(exports), strings.Join(names, ", ")))
}

// share reports whether a month is among both.
func share(one, other []ingest.Export) bool {
	return slices.ContainsFunc(one, func(a ingest.Export) bool {
		return slices.ContainsFunc(other, func(b ingest.Export) bool { return a.Period == b.Period })
	})
}
