package sourcetest

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// complete fetches a month: each byte of each file once, and nothing else.
func complete(t *testing.T, s *suite) {
	r := begin(t, s)
	want := r.deliver(t)
	slices.Sort(want)
	source, dir := r.open(t, "bill"), filepath.Join(r.landing, "here")
	export := only(t, source)
	var arrived, weighs int64
	delivery, err := source.Fetch(t.Context(), export, dir, func(bytes int64) { arrived += bytes })
	if err != nil {
		t.Fatal(err)
	}
	if got := r.contents(t, delivery); !slices.Equal(got, want) {
		t.Errorf("fetched %d pieces that are not the %d delivered", len(got), len(want))
	}
	for _, file := range delivery.Files {
		weighs += file.Bytes
	}
	if arrived != weighs {
		t.Errorf("progress of %d bytes, want each of %d once", arrived, weighs)
	}
	if export.Bytes != 0 && export.Bytes != weighs || export.Note != "" {
		t.Errorf("listed with %d bytes and the note %q; want none, or %d, and nothing to say", export.Bytes, export.Note, weighs)
	}
	r.Door().Arrange()
	if _, err := source.Fetch(t.Context(), export, dir, func(bytes int64) { arrived += bytes }); err != nil {
		t.Error(err)
	}
	if again := r.Door().Asked(s.Requests["file"]); s.Requests["file"] != "" && len(again) > 0 || arrived != weighs && !s.Partial {
		t.Errorf("fetched again where all was there: %v", again)
	}
	s.pieces = len(want)
	r.load(t)
	if left := r.landed(t, r.Month.String()); len(left) > 0 {
		t.Errorf("left in the landing once it was loaded: %v", left)
	}
}

// hostile delivers a month whose file has a name that could lead elsewhere.
func hostile(t *testing.T, s *suite) {
	for _, name := range []string{
		"../escaped.csv", "../../../../escaped.csv", "a/../../../escaped.csv", "/escaped.csv", `..\..\escaped.csv`, `C:\escaped.csv`,
		"file:///escaped.csv", "..", ".", "", "escaped\n.csv", "escaped\x00.csv", "%2e%2e%2fescaped.csv", "~/escaped.csv", "$HOME.csv",
		"'; drop table cost; --.csv", "CON.csv", "*.csv", "-rf.csv", "\u202eescaped.csv",
	} {
		r := &trial{suite: s, Store: s.Open(t), landing: t.TempDir()}
		if !r.Smuggle(t, r.Month, name) {
			continue
		}
		s.names++
		source, dir := r.open(t, "bill"), filepath.Join(r.landing, "bill", "here")
		exports, err := source.Exports(t.Context())
		for _, export := range exports {
			var delivery ingest.Delivery
			if delivery, err = source.Fetch(t.Context(), export, dir, nil); err != nil {
				break
			}
			for _, file := range delivery.Files {
				if !filepath.IsLocal(mustRel(t, filepath.Join(r.landing, "bill"), file.Path)) {
					t.Errorf("%q: landed at %s", name, file.Path)
				}
			}
		}
		if err != nil && !isRefusal(err) {
			t.Errorf("%q: got %v; want it refused or landed", name, err)
		}
		for _, left := range r.landed(t, "") {
			if within, _ := filepath.Match("/bill/*/*", left); !within {
				if deeper, _ := filepath.Match("/bill/partitions/*/*", left); !deeper {
					t.Errorf("%q: wrote %s", name, left)
				}
			}
		}
	}
}

func mustRel(t *testing.T, base, path string) string {
	t.Helper()
	relative, err := filepath.Rel(base, path)
	if err != nil {
		t.Fatal(err)
	}
	return relative
}

// notDelivered waits for what is not there yet: alone nothing is loaded, over
// a month the month stays, and once the delivery is whole it is loaded.
func notDelivered(t *testing.T, s *suite) {
	r := begin(t, s)
	if outcomes, err := r.run(t.Context(), r.open(t, "bill")); len(outcomes) > 0 || err != nil && !isRefusal(err) {
		t.Errorf("of an empty place: got %s, %v; want no month", statuses(outcomes), err)
	}
	if !s.Partial {
		r.Break(t, r.Month, first)
		if outcomes, err := r.run(t.Context(), r.open(t, "bill")); err == nil || !isRefusal(err) {
			t.Errorf("alone: got %s, %v; want it waited for", statuses(outcomes), err)
		}
		s.broken++
	}
	r.empty(t, "alone")
	r.deliver(t)
	r.load(t)
	if s.Partial {
		return
	}
	r.Break(t, r.Month, first+1)
	source := r.open(t, "bill")
	outcomes, err := ingest.Run(t.Context(), r.db, source, ingest.Options{Landing: r.landing, Now: r.afterClose()})
	if err != nil || len(outcomes) != 1 || outcomes[0].Status == ingest.Failed {
		t.Errorf("over a month: got %s, %v; want no failure", statuses(outcomes), err)
	}
	for _, outcome := range outcomes {
		if outcome.Err != nil && !errors.Is(outcome.Err, ingest.ErrNotDelivered) {
			t.Errorf("over a month: got %v; want it waited for", outcome.Err)
		}
	}
	s.broken++
	r.holds(t, "over a month", first)
	r.deliver(t)
	r.load(t)
}
