package model_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/costwarden/costwarden/model"
)

func open(t *testing.T, file string) *sql.DB {
	t.Helper()
	db, err := model.Open(t.Context(), file, model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestOpenTwiceKeepsRows(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sub", "costwarden.duckdb")
	db := open(t, file)
	if _, err := db.Exec("insert into policy_setting values ('owner_key', 'team')"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	var value string
	if err := open(t, file).QueryRow("select Value from policy_setting").Scan(&value); err != nil || value != "team" {
		t.Fatalf("got %q, %v; want team", value, err)
	}
}

func TestCostHoldsThe57FocusColumns(t *testing.T) {
	db := open(t, "")
	var focus int
	const query = `select count(*) from information_schema.columns where table_name = 'cost' and column_name not like 'x\_%' escape '\'`
	if err := db.QueryRow(query).Scan(&focus); err != nil || focus != 57 {
		t.Fatalf("got %d columns, %v; FOCUS 1.2 has 57", focus, err)
	}
}

func TestSessionsAreUTC(t *testing.T) {
	var zone string
	if err := open(t, "").QueryRow("select current_setting('TimeZone')").Scan(&zone); err != nil || zone != "UTC" {
		t.Fatalf("got %q, %v; want UTC", zone, err)
	}
}

func TestMoneyScansAndPrintsEveryDigit(t *testing.T) {
	db := open(t, "")
	for _, want := range []string{"0", "-0.000000000000000001", "12345678901234567890.123456789012345678", "1.5"} {
		var got model.Money
		if err := db.QueryRow("select cast('" + want + "' as decimal(38,18))").Scan(&got); err != nil || got.String() != want {
			t.Errorf("got %s, %v; want %s", got, err, want)
		}
	}
}

func TestParseMoneyRefusesWhatTablesCannotHold(t *testing.T) {
	for _, text := range []string{"", "NaN", "1,000.00", "0.1234567890123456789", "100000000000000000000"} {
		if got, err := model.ParseMoney(text); err == nil {
			t.Errorf("%q became %s; want an error", text, got)
		}
	}
}

func TestMoneyFormat(t *testing.T) {
	for text, want := range map[string]string{"1234567.891": "1,234,567.89", "-1234.5": "-1,234.50", "999.995": "1,000.00", "0": "0.00"} {
		m, err := model.ParseMoney(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Format(2); got != want {
			t.Errorf("%s became %s; want %s", text, got, want)
		}
	}
}

func TestPeriodIsHalfOpenAcrossYears(t *testing.T) {
	p, err := model.ParsePeriod("2025-12")
	if err != nil {
		t.Fatal(err)
	}
	if p.Next().String() != "2026-01" || !p.End().Equal(p.Next().Start()) {
		t.Errorf("the month after %s is %s, its end %s", p, p.Next(), p.End())
	}
	if _, err := model.ParsePeriod("2025-13"); err == nil {
		t.Error("2025-13 was taken for a month")
	}
}
