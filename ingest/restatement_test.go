package ingest_test

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
)

// restated is what restatement holds, without times.
const restated = `select FromImportId = min(FromImportId) over () and FromImportId <> ToImportId as IsOneChange, State, SubAccountId, ServiceName, BillingCurrency,
	OldBilledCost::decimal(9,3), NewBilledCost::decimal(9,3), BilledCostDelta::decimal(9,3), EffectiveCostDelta::decimal(9,3)
	from restatement order by all`

// runOn brings source up to date on a day.
func runOn(t *testing.T, db *sql.DB, source ingest.Source, day string, force bool) ingest.Outcome {
	t.Helper()
	now, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := ingest.Run(t.Context(), db, source, ingest.Options{Landing: t.TempDir(), Now: now, Force: force})
	if err != nil {
		t.Fatal(err)
	}
	return outcomes[0]
}

// charge is a line of the account in the month 2026-10.
func charge(account, service, billed, effective, invoice string) string {
	return "000111222333,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,Usage,2026-10-07T00:00:00Z,2026-10-07T01:00:00Z," +
		"AWS,Compute," + service + "," + billed + "," + effective + "," + billed + "," + billed + "," + invoice + ",{}," + account + "\n"
}

func delivered(version string, charges ...string) *folder {
	return csv("aws_focus_1_2", version, strings.TrimSuffix(focusHeader, "\n")+",SubAccountId\n"+strings.Join(charges, ""))
}

func TestAChangedClosedMonthIsRecordedPerAccountAndService(t *testing.T) {
	db := open(t)
	runOn(t, db, delivered("v1",
		charge("4711", "EC2", "10", "8", "INV1"), charge("4711", "EC2", "5", "5", "INV1"), charge("4711", "S3", "2", "2", "INV1"),
		charge("4712", "EC2", "3", "3", "INV1"), charge("", "Support", "7", "7", "INV1")), "2026-12-01", false)
	runOn(t, db, delivered("v2",
		charge("4711", "EC2", "12.5", "8", "INV1"), charge("4711", "EC2", "5", "5", "INV1"), charge("4711", "RDS", "1", "1", "INV1"),
		charge("4712", "EC2", "3", "2", "INV1"), charge("", "Support", "7", "7", "INV1")), "2026-12-02", false)
	// EC2 of 4711: 15 -> 17.5, S3 is gone, RDS is new; of 4712 only the effective cost moved; Support did not.
	const want = `true | closed | 4711 | EC2 | USD | 15.000 | 17.500 | 2.500 | 0.000
true | closed | 4711 | RDS | USD | 0.000 | 1.000 | 1.000 | 1.000
true | closed | 4711 | S3 | USD | 2.000 | 0.000 | -2.000 | -2.000
true | closed | 4712 | EC2 | USD | 3.000 | 3.000 | 0.000 | -1.000
`
	if got := query(t, db, restated); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestTheSameDeliveryIsNoRestatement(t *testing.T) {
	db := open(t)
	one, two := delivered("v1", charge("4711", "EC2", "1", "1", "INV1")), delivered("v2", charge("4711", "EC2", "2", "2", "INV1"))
	runOn(t, db, one, "2026-12-01", false)
	runOn(t, db, one, "2026-12-02", true)
	if got := query(t, db, "select count(*) from restatement"); got != "0\n" {
		t.Errorf("the first delivery, forced: %s restatements", got)
	}
	runOn(t, db, two, "2026-12-03", false)
	recorded := query(t, db, "from restatement")
	if outcome := runOn(t, db, two, "2026-12-04", false); outcome.Status != ingest.Unchanged {
		t.Errorf("the same version again: %s", outcome.Status)
	}
	if outcome := runOn(t, db, two, "2026-12-05", true); outcome.Status != ingest.Loaded {
		t.Errorf("the same version, forced: %s", outcome.Status)
	}
	if got := query(t, db, "from restatement"); got != recorded || strings.Count(got, "\n") != 1 {
		t.Errorf("got\n%swant\n%s", got, recorded)
	}
}

func TestARestatementKnowsTheStateOfItsMonth(t *testing.T) {
	for _, test := range []struct{ name, day, invoice, want string }{
		{"while it runs", "2026-10-31", "", "open"},
		{"in the two weeks after its end", "2026-11-15", "INV1", "closing"},
		{"later", "2026-11-16", "INV1", "closed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			db := open(t)
			runOn(t, db, delivered("v1", charge("4711", "EC2", "1", "1", test.invoice)), test.day, false)
			runOn(t, db, delivered("v2", charge("4711", "EC2", "2", "2", test.invoice)), test.day, false)
			if got := query(t, db, "select State from restatement"); got != test.want+"\n" {
				t.Errorf("got %s; want %s", got, test.want)
			}
		})
	}
}

func TestADeliveryThatIsRefusedRestatesNothing(t *testing.T) {
	db := open(t)
	runOn(t, db, delivered("v1", charge("4711", "EC2", "1", "1", "INV1")), "2026-12-01", false)
	refused := delivered("v2", strings.Replace(charge("4711", "EC2", "2", "2", "INV1"), "Usage", "Use", 1))
	if _, err := run(t, db, refused); err == nil {
		t.Fatal("loaded")
	}
	if got := query(t, db, "select count(*) from restatement"); got != "0\n" {
		t.Errorf("%s restatements", got)
	}
}
