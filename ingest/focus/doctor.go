package focus

import (
	"context"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// Examine lists the files, recognises the FOCUS of one of the newest month's
// and reads its first bytes. A vendor's invoices come when they come.
func (s *source) Examine(ctx context.Context, tell func(ingest.Step)) ingest.Examination {
	var e ingest.Examination
	b, err := s.open()
	if err != nil {
		tell(ingest.Step{Name: "open", Err: err})
		return e
	}
	defer b.Close()
	e.Bill = b.URL(s.root)
	if !b.TellIdentity(ctx, tell) {
		return e
	}
	e.Exports, err = s.exports(ctx)
	tell(ingest.Step{Name: "list", Found: ingest.MonthsText(e.Exports) + " in " + b.URL(s.root), Err: err})
	if err != nil {
		return e
	}
	newest := e.Exports[len(e.Exports)-1]
	objects, err := look(ctx, b, newest)
	if err == nil {
		err = s.vet(newest.Period, objects)
	}
	if err != nil {
		tell(ingest.Step{Name: "month", Err: err})
		return e
	}
	b.TellFile(ctx, objects, tell)
	found, err := s.recognised(ctx, b, objects)
	tell(ingest.Step{Name: "format", Found: newest.Slice + " " + found, Err: err})
	return e
}

// recognised says which FOCUS the files are, by the columns of the smallest.
func (s *source) recognised(ctx context.Context, b *bucket.Bucket, objects []bucket.Object) (string, error) {
	encoding, err := encodingOfAll(objects)
	if err != nil {
		return "", bucket.Fault(err)
	}
	smallest := bucket.Smallest(objects)
	columns, err := b.Columns(ctx, smallest, encoding)
	if err != nil {
		return "", err
	}
	if columns == nil {
		return bucket.Describe("FOCUS, its version recognised when it is loaded,", encoding, objects), nil
	}
	if err := refuseOther(columns, b.URL(smallest.Key)); err != nil {
		return "", err
	}
	format, note := formatOf(columns, s.config.Version)
	return bucket.Describe(format, encoding, objects) + "; " + note, nil
}
