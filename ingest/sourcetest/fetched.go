package sourcetest

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
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

// names lead elsewhere where they are taken for paths, or are odd in some other
// way.
var names = []string{
	"../escaped.csv", "../../../../escaped.csv", "a/../../../escaped.csv", "/escaped.csv", `..\..\escaped.csv`, `C:\escaped.csv`,
	"file:///escaped.csv", "..", ".", "", "escaped\n.csv", "escaped\x00.csv", "%2e%2e%2fescaped.csv", "~/escaped.csv", "$HOME.csv",
	"'; drop table cost; --.csv", "CON.csv", "*.csv", "-rf.csv", "\u202eescaped.csv",
}

// hostile delivers a month whose file has such a name: it is refused, or lands
// where it should.
func hostile(t *testing.T, s *suite) {
	for _, name := range names {
		root := t.TempDir()
		r := &trial{suite: s, Store: s.Open(t), landing: filepath.Join(root, "some", "where", "landing")}
		if !r.Smuggle(t, r.Month, name) {
			continue
		}
		s.names++
		here := filepath.Join(r.landing, "bill", "here")
		if err := fetchAll(t, r.open(t, "bill"), here); err != nil && !isRefusal(err) {
			t.Errorf("%q: got %v; want it refused or landed", name, err)
		}
		for _, file := range filesBelow(t, root) {
			if !isBelow(file, here) && !isBelow(file, filepath.Join(r.landing, "bill", "partitions")) {
				t.Errorf("%q: wrote %s", name, file)
			}
		}
	}
}

// fetchAll fetches what source lists into here.
func fetchAll(t *testing.T, source ingest.Source, here string) error {
	t.Helper()
	exports, err := source.Exports(t.Context())
	for _, export := range exports {
		if err == nil {
			_, err = source.Fetch(t.Context(), export, here, nil)
		}
	}
	return err
}

func isBelow(file, folder string) bool {
	return strings.HasPrefix(file, folder+string(filepath.Separator))
}

// notDelivered waits for what is not there yet: alone nothing is loaded, over
// a month the month stays, and once the delivery is whole it is loaded.
func notDelivered(t *testing.T, s *suite) {
	r := begin(t, s)
	if outcomes, err := r.run(t.Context(), r.open(t, "bill")); err != nil && !isRefusal(err) {
		t.Errorf("of an empty place: got %s, %v; want no month", statuses(outcomes), err)
	}
	r.empty(t, "of an empty place")
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
