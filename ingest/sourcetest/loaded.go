package sourcetest

import (
	"errors"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// restated runs again without a change, and then with one.
func restated(t *testing.T, s *suite) {
	r := begin(t, s)
	r.deliver(t)
	would, err := ingest.Run(t.Context(), r.db, r.open(t, "bill"), ingest.Options{Landing: r.landing, Now: r.afterClose(), DryRun: true})
	if err != nil || statuses(would) != r.Month.String()+" would load" {
		t.Errorf("a dry run: got %s, %v", statuses(would), err)
	}
	r.empty(t, "a dry run")
	r.load(t)

	before := r.tables(t)
	outcomes, err := r.run(t.Context(), r.open(t, "bill"))
	if err != nil || statuses(outcomes) != r.Month.String()+" unchanged" {
		t.Errorf("again: got %s, %v; want it unchanged", statuses(outcomes), err)
	}
	if after := r.tables(t); after != before {
		t.Errorf("again: the tables held\n%s\nand hold\n%s", before, after)
	}

	r.deliver(t)
	r.load(t)
	const change = `select string_agg(line, ', ') from (select concat_ws(' ', State, BillingCurrency, sum(BilledCostDelta), sum(EffectiveCostDelta)) as line
		from restatement group by State, BillingCurrency)`
	want := strings.Join([]string{"closed", s.Late.BillingCurrency, plus("0", 1, s.Late.Billed), plus("0", 1, s.Late.Effective)}, " ")
	if got := r.ask(t, change); got != want {
		t.Errorf("restated: got %s; want %s", got, want)
	}
}

// twice configures the bill once more, from the same place and as another
// export: the second is refused, the first stays and can be restated.
func twice(t *testing.T, s *suite) {
	r := beginLoaded(t, s)
	again := TwinSource{r.open(t, "again"), "source bill has loaded payer "}
	twins := map[string]TwinSource{"configured twice": again}
	if s.Twin != nil {
		twins["as another export"] = s.Twin(t, r.Store)
	}
	for name, twin := range twins {
		outcomes, err := r.run(t.Context(), twin)
		if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), twin.Told) || len(outcomes) == 0 || outcomes[0].Status != ingest.Failed {
			t.Errorf("%s: got %s, %v; want it refused, and why: %s", name, statuses(outcomes), err, twin.Told)
		}
		s.twins++
		r.holds(t, name, r.edition)
	}
	r.deliver(t)
	r.load(t)
}
