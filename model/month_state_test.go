package model_test

import (
	"database/sql"
	"testing"
)

// deliver says that the month 2026-10 of the source acme is loaded.
func deliver(t *testing.T, db *sql.DB) {
	t.Helper()
	_, err := db.Exec(`insert into import values
		('acme/2026-10@1', 'acme', '2026-10', '2026-10-01', 'aws', 'aws_focus_1_2', 'csv', 'v1', 'billed', 'current', 1, 1, 1, 1, 0, null, null, null, '2026-11-01', null, null, false)`)
	if err != nil {
		t.Fatal(err)
	}
}

// totals says what is charged in 2026-10 on an invoice, or on none yet.
func totals(t *testing.T, db *sql.DB, entity string, invoice any, billed string) {
	t.Helper()
	_, err := db.Exec(`insert into import_total values ('acme/2026-10@1', '9999', ?, ?, 'USD', 0, cast(? as decimal(38,18)), 0, 0, 0, 1)`, invoice, entity, billed)
	if err != nil {
		t.Fatal(err)
	}
}

func stateAt(t *testing.T, db *sql.DB, at string) string {
	t.Helper()
	var state string
	if err := db.QueryRow("select MonthState from month_state(cast(? as timestamp))", at).Scan(&state); err != nil {
		t.Fatal(err)
	}
	return state
}

func TestAMonthIsOpenThenClosingThenClosed(t *testing.T) {
	db := open(t, "")
	deliver(t, db)
	totals(t, db, "AWS", "INV1", "12")
	for at, want := range map[string]string{
		"2026-10-01 00:00:00": "open",
		"2026-10-31 23:59:59": "open",
		"2026-11-01 00:00:00": "closing",
		"2026-11-15 23:59:59": "closing",
		"2026-11-16 00:00:00": "closed",
		"2027-11-16 00:00:00": "closed",
	} {
		if got := stateAt(t, db, at); got != want {
			t.Errorf("at %s: %s; want %s", at, got, want)
		}
	}
}

func TestAMonthOfAzureIsFinalAfterItsFifthDay(t *testing.T) {
	db := open(t, "")
	deliver(t, db)
	totals(t, db, "Microsoft", nil, "12") // an enterprise agreement never names an invoice
	if _, err := db.Exec("update import set Provider = 'azure'"); err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]string{
		"2026-10-31 23:59:59": "open",
		"2026-11-05 23:59:59": "closing",
		"2026-11-06 00:00:00": "closed",
	} {
		if got := stateAt(t, db, at); got != want {
			t.Errorf("at %s: %s; want %s", at, got, want)
		}
	}
}

func TestCostWithoutAnInvoiceKeepsAMonthFromClosing(t *testing.T) {
	const afterwards = "2027-01-01 00:00:00"
	for _, test := range []struct {
		name, entity, billed, want string
	}{
		{"cost that awaits its invoice", "AWS", "0.01", "closing"},
		{"a credit that awaits its invoice", "AWS", "-5", "closing"},
		{"lines that cost nothing", "AWS", "0", "closed"},
		{"an entity that never names an invoice", "AWS Marketplace", "3", "closed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			db := open(t, "")
			deliver(t, db)
			totals(t, db, "AWS", "INV1", "12")
			totals(t, db, test.entity, nil, test.billed)
			if got := stateAt(t, db, afterwards); got != test.want {
				t.Errorf("got %s; want %s", got, test.want)
			}
		})
	}
}

// google says that a month of Google Cloud is loaded: when its newest row was
// written, and whether it has tax.
func google(t *testing.T, db *sql.DB, month, newest string, tax bool) {
	t.Helper()
	_, err := db.Exec(`insert into import by name
		select 'gcp/' || $1 as ImportId, 'gcp' as SourceName, $1 as Slice, strptime($1, '%Y-%m') as BillingPeriodStart, 'gcp' as Provider,
			'gcp_detailed' as Format, 'json' as Encoding, 'v1' as Version, 'net' as CostBasis, 'current' as State,
			1 as Files, 1 as Bytes, 1 as RawRows, 1 as CostRows, 0 as SplitRows, cast($2 as timestamp) as LoadedAt,
			cast($2 as timestamp) as NewestExport, cast($3 as boolean) as HasTax`, month, newest, tax)
	if err != nil {
		t.Fatal(err)
	}
}

// googleAt is the state of October.
func googleAt(t *testing.T, db *sql.DB, at string) string {
	t.Helper()
	var state string
	err := db.QueryRow("select MonthState from month_state(cast(? as timestamp)) where SourceName = 'gcp' and Slice = '2026-10'", at).Scan(&state)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestAMonthOfGoogleClosesByCaliforniasCalendar(t *testing.T) {
	db := open(t, "")
	google(t, db, "2026-10", "2026-11-05 12:00:00", false)
	// Summer time ends on 1 November 2026: October ends at 07:00 UTC, the tenth begins at 08:00 UTC.
	for at, want := range map[string]string{
		"2026-11-01 06:59:59": "open",
		"2026-11-01 07:00:00": "closing",
		"2026-11-10 07:59:59": "closing",
		"2026-11-10 08:00:00": "closed",
		"2027-11-10 08:00:00": "closed",
	} {
		if got := googleAt(t, db, at); got != want {
			t.Errorf("at %s: %s; want %s", at, got, want)
		}
	}
}

func TestALateRowOpensAMonthOfGoogleAgain(t *testing.T) {
	db := open(t, "")
	google(t, db, "2026-10", "2026-12-01 10:00:00", false)
	for at, want := range map[string]string{
		"2026-12-04 09:59:59": "closing",
		"2026-12-04 10:00:00": "closed",
	} {
		if got := googleAt(t, db, at); got != want {
			t.Errorf("at %s: %s; want %s", at, got, want)
		}
	}
}

func TestAMonthOfGoogleAwaitsItsTax(t *testing.T) {
	for _, test := range []struct {
		name        string
		before      string
		had, has    bool
		at, october string
	}{
		{"tax in both", "2026-09", true, true, "2026-11-10 08:00:00", "closed"},
		{"tax not there yet", "2026-09", true, false, "2026-12-10 07:59:59", "closing"},
		{"tax that never comes", "2026-09", true, false, "2026-12-10 08:00:00", "closed"},
		{"never any tax", "2026-09", false, false, "2026-11-10 08:00:00", "closed"},
		{"tax in a month that is not the one before", "2026-08", true, false, "2026-11-10 08:00:00", "closed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			db := open(t, "")
			google(t, db, test.before, "2026-10-05 00:00:00", test.had)
			google(t, db, "2026-10", "2026-11-05 00:00:00", test.has)
			if got := googleAt(t, db, test.at); got != test.october {
				t.Errorf("got %s; want %s", got, test.october)
			}
		})
	}
}
