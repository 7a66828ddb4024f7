package azure

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// dataset is what an export exports, as its type says.
type dataset string

// The datasets that bills are made of. The others (ReservationDetails,
// ReservationRecommendations, ReservationTransactions) are not read.
const (
	focusCost     dataset = "FocusCost"
	actualCost    dataset = "ActualCost"
	amortizedCost dataset = "AmortizedCost"
	usage         dataset = "Usage" // of pay-as-you-go accounts
	priceSheet    dataset = "PriceSheet"
	untold        dataset = "" // by a manifest that is too old
)

func (d dataset) String() string {
	if d == untold {
		return "a dataset that its manifest does not tell"
	}
	return string(d)
}

func (d dataset) isCost() bool { return d != priceSheet && d.isRead() }

func (d dataset) isRead() bool {
	switch d {
	case focusCost, actualCost, amortizedCost, usage, priceSheet, untold:
		return true
	}
	return false
}

// run is one execution of an export: a month of a dataset, or what there was
// of it then.
type run struct {
	manifest  bucket.Object
	where     string // the manifest's address, for messages
	export    string
	scope     string // its resource id in small letters; empty: the manifest is too old to tell
	dataset   dataset
	version   string // of the dataset's schema; empty: the manifest does not tell
	id        string
	container string // that the export writes to; empty: the manifest does not tell

	month     model.Period
	from, to  time.Time // the days that it covers; no to: not told
	submitted time.Time

	rows, bytes, count *int64 // what the manifest says; nil: nothing
	parts              []part
}

// part is one file of a run.
type part struct {
	name   string // as the manifest says it
	bytes  *int64 // nil: the manifest does not tell
	object bucket.Object
}

func (r run) String() string {
	return fmt.Sprintf("the run of %s submitted %s", r.export, r.submitted.Format("2006-01-02 15:04 MST"))
}

func (r run) objects() []bucket.Object {
	var objects []bucket.Object
	for _, part := range r.parts {
		objects = append(objects, part.object)
	}
	return objects
}

// locate finds the run's files among listed, which p's listing gave. An error
// that is an ingest.ErrNotDelivered goes by itself or with the next run; any
// other is a manifest that cannot be followed.
func (r *run) locate(p place, listed map[string]bucket.Object) error {
	if r.count != nil && *r.count != int64(len(r.parts)) {
		return r.unreadable("has a blobCount of %d and names %d files", *r.count, len(r.parts))
	}
	r.parts = slices.Clone(r.parts)
	seen := map[string]bool{}
	var sum int64
	for i := range r.parts {
		key, err := r.key(p, r.parts[i].name)
		if err != nil {
			return err
		}
		if seen[key] {
			return r.unreadable("names %s twice, which would count it twice", r.parts[i].name)
		}
		seen[key] = true
		object, there := listed[key]
		if !there {
			return r.waits("%s, which its manifest names, is not there", path.Base(key))
		}
		if want := r.parts[i].bytes; object.Bytes == 0 || want != nil && object.Bytes != *want {
			return r.waits("%s has %d bytes and its manifest says %s: it is being written", path.Base(key), object.Bytes, known(want))
		}
		r.parts[i].object = object
		sum += object.Bytes
	}
	if r.bytes != nil && sum != *r.bytes {
		return r.waits("its files have %d bytes and its manifest says %d: it is being written", sum, *r.bytes)
	}
	return nil
}

func known(bytes *int64) string {
	if bytes == nil {
		return "not how many"
	}
	return fmt.Sprint(*bytes)
}

// key is where the file that the manifest calls name lies: in the manifest's
// own folder and nowhere else. In a copy, whose folders above may have other
// names, the folder of the run must be the same.
func (r *run) key(p place, name string) (string, error) {
	if !bucket.IsPlain(name) {
		return "", r.unreadable("names %q, which is no plain path in its container", name)
	}
	if !isAddressable(name) {
		return "", r.unreadable("names %q, which has %s", name, strange)
	}
	own, folder := path.Dir(r.manifest.Key), path.Dir(name)
	isCopy := p.folder != "" || r.container != "" && r.container != p.container
	switch {
	case folder == own, p.container != "" && folder == p.container+"/"+own:
	case isCopy && (own == "." || strings.EqualFold(path.Base(own), path.Base(folder))):
	default:
		return "", r.unreadable("names %q, which is not in the manifest's own folder", name)
	}
	return path.Join(own, path.Base(name)), nil
}

// days checks that the run covers its month: from its first day, and to its
// last one or to the day when it was submitted.
func (r *run) days() error {
	last := r.month.End().AddDate(0, 0, -1)
	to := r.to
	if to.Equal(r.month.End()) { // an end that is the first day no longer covered
		to = last
	}
	const late = 3 * 24 * time.Hour // usage arrives a day or two after it happened
	switch {
	case to.After(last):
		return r.waits("it covers %s to %s; want a run for each month", r.from.Format(time.DateOnly), r.to.Format(time.DateOnly))
	case r.from.After(r.month.Start()), !to.IsZero() && to.Before(last) && to.Add(late).Before(r.submitted):
		return r.waits("it covers only %s to %s; run the export for the whole of %s",
			r.from.Format(time.DateOnly), r.to.Format(time.DateOnly), r.month)
	}
	return nil
}

// holds checks that there are rows: an export that finds nothing writes a
// header all the same.
func (r *run) holds() error {
	if len(r.parts) == 0 || r.rows != nil && *r.rows == 0 {
		return r.waits("it holds no rows")
	}
	return nil
}

// waits says why the run cannot be its month yet.
func (r *run) waits(format string, args ...any) error {
	return fmt.Errorf("%w: %s: %s", ingest.ErrNotDelivered, r, fmt.Sprintf(format, args...))
}

// unreadable refuses a manifest that cannot be followed.
func (r *run) unreadable(format string, args ...any) error {
	return bucket.Fault(fmt.Errorf("manifest %s %s", r.where, fmt.Sprintf(format, args...)))
}

// isWaiting reports whether err goes by itself or with the next run.
func isWaiting(err error) bool { return errors.Is(err, ingest.ErrNotDelivered) }
