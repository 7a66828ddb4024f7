package sourcetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/model"
)

// months delivers three months, out of order, and loads the one between.
func months(t *testing.T, s *suite) {
	r := begin(t, s)
	before, after := r.Month.Previous().Previous(), r.Month.Next()
	for _, month := range []model.Period{after, before, r.Month} {
		r.Deliver(t, month, first)
	}
	exports, err := r.open(t, "bill").Exports(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, export := range exports {
		if export.Slice != export.Period.String() {
			t.Errorf("slice %s of the period %s", export.Slice, export.Period)
		}
		got = append(got, export.Slice)
	}
	if want := []string{before.String(), r.Month.String(), after.String()}; !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	outcomes, err := ingest.Run(t.Context(), r.db, r.open(t, "bill"), ingest.Options{
		Landing: r.landing, Now: r.afterClose(), Since: r.Month, Until: r.Month,
	})
	if err != nil || statuses(outcomes) != r.Month.String()+" loaded" {
		t.Errorf("got %s, %v; want the month that was asked for", statuses(outcomes), err)
	}
	r.holds(t, "of three months", first)
}

// versions compares the tokens of listings: a second process's, a later one's,
// and those of other deliveries.
func versions(t *testing.T, s *suite) {
	r := begin(t, s)
	seen := map[string]int{}
	for range 3 {
		r.edition++
		r.Deliver(t, r.Month, r.edition)
		source := r.open(t, "bill")
		version := only(t, source).Version
		if other, known := seen[version]; known || version == "" {
			t.Errorf("version %q of edition %d and of %d", version, r.edition, other)
		}
		seen[version] = r.edition
		for _, again := range []ingest.Source{source, r.open(t, "bill")} {
			if got := only(t, again).Version; got != version {
				t.Errorf("versions %q and %q of one delivery", version, got)
			}
		}
	}
	time.Sleep(time.Second) // into the next one, whatever the moment
	if version := only(t, r.open(t, "bill")).Version; seen[version] != r.edition {
		t.Errorf("version %q a second later; want it not to know the time", version)
	}
}

// unchanged counts the requests of a run that finds all as it was.
func unchanged(t *testing.T, s *suite) {
	r := begin(t, s)
	for month, i := r.Month, 0; i < 14; i++ {
		r.Deliver(t, month, first)
		month = month.Previous()
	}
	for range 2 { // the first may have more to find out
		r.Door().Arrange()
		exports, err := r.open(t, "bill").Exports(t.Context())
		if err != nil || len(exports) != 14 {
			t.Fatalf("got %d months, %v; want 14", len(exports), err)
		}
	}
	if requests := r.Door().Asked(""); len(requests) != s.Listing {
		t.Errorf("took %d requests, want %d:\n%s", len(requests), s.Listing, strings.Join(requests, "\n"))
	}
}
