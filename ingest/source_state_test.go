package ingest_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// asked runs a source a day later each time and returns what is kept of it.
type asked struct {
	db   *sql.DB
	days int
}

func (a *asked) after(t *testing.T, source *scripted, bound string) string {
	t.Helper()
	options := optionsOf(t)
	options.Now = options.Now.AddDate(0, 0, a.days)
	if bound != "" {
		options.Since, options.Until = period(bound), period(bound)
	}
	a.days++
	_, _ = ingest.Run(t.Context(), a.db, source, options) // what failed is what is kept
	return query(t, a.db, "select SourceName, State, NewestSlice, strftime(AskedAt, '%d'), strftime(SucceededAt, '%d') from source_state") +
		query(t, a.db, "select Slice, Kind, Reason from source_failure order by Slice nulls first")
}

func TestWhatASourceCameToIsKept(t *testing.T) {
	runs := asked{db: open(t)}
	fails := func(bad ...string) func(context.Context, string) error {
		return func(_ context.Context, month string) error {
			if strings.Contains(strings.Join(bad, " "), month) {
				return fmt.Errorf("%w: access denied", ingest.ErrSource)
			}
			return nil
		}
	}
	unlisted := func(context.Context) error { return errors.New("no such folder") }
	months := []string{"2026-08", "2026-09", "2026-10"}
	for _, c := range []struct {
		about  string
		source scripted
		bound  string
		want   string
	}{
		{"never listed", scripted{list: unlisted}, "", "acme | failed |  | 03 | \n" +
			" | other | no such folder\n"},
		{"two months fail", scripted{months: months, fetch: fails("2026-09", "2026-10")}, "", "acme | failed | 2026-10 | 04 | \n" +
			"2026-09 | source | load acme 2026-09: source: access denied; the month that was loaded stays\n" +
			"2026-10 | source | load acme 2026-10: source: access denied; the month that was loaded stays\n"},
		{"one of them loads alone", scripted{months: months}, "2026-09", "acme | failed | 2026-10 | 05 | \n" +
			"2026-10 | source | load acme 2026-10: source: access denied; the month that was loaded stays\n"},
		{"not listed, so that the month may be failing still", scripted{list: unlisted}, "", "acme | failed | 2026-10 | 06 | \n" +
			" | other | no such folder\n" +
			"2026-10 | source | load acme 2026-10: source: access denied; the month that was loaded stays\n"},
		{"the month that failed is there no more", scripted{months: months[:2]}, "", "acme | ok | 2026-09 | 07 | 07\n"},
		{"fails again", scripted{list: unlisted}, "", "acme | failed | 2026-09 | 08 | 07\n" +
			" | other | no such folder\n"},
	} {
		c.source.name = "acme"
		if got := runs.after(t, &c.source, c.bound); got != c.want {
			t.Errorf("%s: got\n%swant\n%s", c.about, got, c.want)
		}
	}
}

func TestAMonthThatDoesNotReconcileIsKeptAsSuch(t *testing.T) {
	runs := asked{db: open(t)}
	source := &scripted{name: "acme", months: []string{"2026-10"}, cost: func(string) string { return "a lot" }}
	if got := runs.after(t, source, ""); !strings.HasPrefix(got, "acme | failed | 2026-10 | 03 | \n2026-10 | reconciliation | load acme 2026-10: reconciliation: ") {
		t.Errorf("got %s", got)
	}
}

func TestADryRunKeepsNothing(t *testing.T) {
	db, options := open(t), optionsOf(t)
	options.DryRun = true
	if _, err := ingest.Run(t.Context(), db, &scripted{name: "acme", months: []string{"2026-10"}}, options); err != nil {
		t.Fatal(err)
	}
	if got := query(t, db, "select count(*) from source_state"); got != "0\n" {
		t.Errorf("%s sources are told of", got)
	}
}

func TestSecretsAreNotKept(t *testing.T) {
	runs := asked{db: open(t)}
	for _, secret := range []string{
		"GET https://acmecosts.blob.core.windows.net/exports?comp=list&sv=2024-11-04&sig=not-to-be-told%2Fever: 403",
		"Get \"https://acme:not-to-be-told@store.acme.example/exports\": no such host",
		"Authorization: Bearer not-to-be-told.ever",
		"AccountName=acme;AccountKey=not-to-be-told;EndpointSuffix=core.windows.net",
		`{"client_secret": "not-to-be-told", "token":"not-to-be-told"}`,
		"X-Amz-Security-Token=not-to-be-told",
	} {
		source := &scripted{name: "acme", list: func(context.Context) error { return errors.New("list the months\n" + secret) }}
		got := runs.after(t, source, "")
		if strings.Contains(got, "not-to-be-told") || !strings.Contains(got, "list the months; ") {
			t.Errorf("%s\nis kept as\n%s", secret, got)
		}
	}
	plain := "read s3://acme-billing/exports/acme-00001.csv.gz: the key that the object is encrypted with cannot be used by anyone; " +
		"enable it in KMS (KMS.DisabledException, request 4442587FB7D0A2F9)"
	source := &scripted{name: "acme", list: func(context.Context) error { return errors.New(plain) }}
	if got := runs.after(t, source, ""); !strings.HasSuffix(got, "| "+plain+"\n") {
		t.Errorf("a message without secrets is kept as\n%s", got)
	}
}
