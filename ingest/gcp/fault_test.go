package gcp_test

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// What a request asks for, as the server notes it.
const (
	getTable  = "GET /projects/acme-billing/datasets/billing/tables/"
	dryRun    = "POST /projects/acme-billing/jobs "
	anyQuery  = "POST /projects/acme-billing/queries "
	nextPage  = "GET /projects/acme-billing/queries/job"
	rowsOf1st = "POST /projects/acme-billing/queries  select invoice.month as month, unix_micros(export_time) as newest, to_json_string"
)

// wide is a table whose October needs several pages.
func wide(t *testing.T) (d *desk, october string) {
	t.Helper()
	d = newDesk(t)
	d.table.Rows = nil
	var all []string
	for i := range 10 {
		line := fmt.Sprintf(`{"cost":%d}`, i)
		all = append(all, line)
		d.table.Append(row("20261015", "202610", i, line))
	}
	d.server.PageRows = 4
	return d, strings.Join(all, " ")
}

func TestFaultsThatPassAreTriedAgain(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault sourcetest.Fault
	}{
		{"503 of the table", sourcetest.Fault{In: getTable, Times: 1, Happen: bigquerytest.Refuse(503, "backendError", "try again")}},
		{"503 of the dry run", sourcetest.Fault{In: dryRun, Times: 1, Happen: bigquerytest.Refuse(503, "backendError", "try again")}},
		{"503 of the query", sourcetest.Fault{In: anyQuery, Times: 1, Happen: bigquerytest.Refuse(503, "backendError", "try again")}},
		{"throttled", sourcetest.Fault{In: anyQuery, Times: 1, Happen: bigquerytest.Refuse(403, "rateLimitExceeded", "slow down")}},
		{"503 of a page", sourcetest.Fault{In: nextPage, Times: 1, Happen: bigquerytest.Refuse(503, "backendError", "try again")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, october := wide(t)
			d.server.Arrange(&c.fault)
			wantFetched(t, d.run(t, map[string]string{}), map[string]string{"2026-10": october})
			if c.fault.Times > 0 {
				t.Error("the fault did not happen")
			}
		})
	}
}

func TestFaultsThatStayAreToldInTime(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault sourcetest.Fault
		want  string
	}{
		{"no table", sourcetest.Fault{In: getTable, Happen: bigquerytest.Refuse(404, "notFound", "Not found: Table x")},
			"look at table " + detailedTable + ": no such table, or it lies elsewhere; check table, and grant roles/bigquery.dataViewer on its dataset: Not found: Table x (404 notFound)"},
		{"no permission", sourcetest.Fault{In: dryRun, Happen: bigquerytest.Refuse(403, "accessDenied", "User does not have bigquery.jobs.create")},
			"access denied; grant roles/bigquery.dataViewer on the dataset and roles/bigquery.jobUser on the project that runs the queries (job_project): " +
				"User does not have bigquery.jobs.create (403 accessDenied)"},
		{"quota", sourcetest.Fault{In: anyQuery, Happen: bigquerytest.Refuse(403, "quotaExceeded", "Custom quota exceeded")},
			"a quota of the project that runs the queries is used up; raise it, or set job_project to another project"},
		{"credentials", sourcetest.Fault{In: getTable, Happen: bigquerytest.Refuse(401, "authError", "Invalid Credentials")},
			"the credentials are expired or not valid: Invalid Credentials (401 authError)"},
		{"more bytes than estimated", sourcetest.Fault{In: rowsOf1st, Happen: bigquerytest.Refuse(400, "bytesBilledLimitExceeded", "Query exceeded limit")},
			"read partition 20261015: it would read more than the run may; raise max_bytes_billed"},
		{"down for good", sourcetest.Fault{In: anyQuery, Happen: bigquerytest.Refuse(503, "backendError", "try again")}, "no answer from BigQuery"},
		{"throttled for good", sourcetest.Fault{In: nextPage, Happen: bigquerytest.Refuse(429, "rateLimitExceeded", "slow down")}, "no answer from BigQuery"},
		{"silence about the table", sourcetest.Fault{In: getTable, Happen: sourcetest.Silence}, "look at table " + detailedTable + ": no answer from BigQuery"},
		{"silence about the estimate", sourcetest.Fault{In: dryRun, Happen: sourcetest.Silence}, "estimate list of partitions: no answer from BigQuery"},
		{"silence about the query", sourcetest.Fault{In: rowsOf1st, Happen: sourcetest.Silence}, "read partition 20261015: no answer from BigQuery"},
		{"silence in mid-answer", sourcetest.Fault{In: nextPage, Happen: sourcetest.Silence}, "read partition 20261015: no answer from BigQuery"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d, _ := wide(t)
			c.fault.Times = 999
			d.server.Arrange(&c.fault)
			source := d.source(t)
			gcp.Hasten(source, 1500*time.Millisecond)
			began := time.Now()
			_, err := d.try(t, source, map[string]string{})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if !errors.Is(err, ingest.ErrSource) {
				t.Errorf("%v is no ErrSource", err)
			}
			if took := time.Since(began); took > 15*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
}

func TestAnEndpointThatDoesNotAnswer(t *testing.T) {
	d := newDesk(t)
	d.config.Endpoint = "http://127.0.0.1:1"
	source := d.source(t)
	gcp.Hasten(source, time.Second)
	if _, err := source.Exports(t.Context()); err == nil || !errors.Is(err, ingest.ErrSource) {
		t.Errorf("got %v, want an ErrSource", err)
	}
}

func TestRowsThatArriveBetweenCountAndReadAreDelivered(t *testing.T) {
	d, october := wide(t)
	late := row("20261015", "202610", 60, `{"late":1}`)
	d.server.Arrange(&sourcetest.Fault{In: rowsOf1st, Times: 1, Before: func() { d.server.Change(func() { d.table.Append(late) }) }})
	known := map[string]string{}
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": october + ` {"late":1}`})
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": october + ` {"late":1}`}) // under its own version
	wantFetched(t, d.run(t, known), map[string]string{})
}

func TestRowsThatArriveBetweenTwoPagesComeWithTheNextRun(t *testing.T) {
	d, october := wide(t)
	late := row("20261015", "202610", 60, `{"late":1}`)
	d.server.Arrange(&sourcetest.Fault{In: nextPage, Times: 1, Before: func() { d.server.Change(func() { d.table.Append(late) }) }})
	known := map[string]string{}
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": october})
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": october + ` {"late":1}`})
}

func TestAPartitionThatKeepsChangingIsGivenUp(t *testing.T) {
	d, _ := wide(t)
	minutes := 100
	d.server.Arrange(&sourcetest.Fault{In: "count(*)", Times: 999, Before: func() {
		d.server.Change(func() { minutes++; d.table.Append(row("20261015", "202610", minutes, `{"cost":1}`)) })
	}}, &sourcetest.Fault{In: rowsOf1st, Times: 999, Before: func() {
		d.server.Change(func() { minutes++; d.table.Append(row("20261015", "202610", minutes, `{"cost":1}`)) })
	}})
	_, err := d.try(t, d.source(t), map[string]string{})
	if err == nil || !strings.Contains(err.Error(), ", each time; run again later") {
		t.Errorf("got %v, want: each time; run again later", err)
	}
	if got := d.readPartitions(); got != "20261015 20261015 20261015" {
		t.Errorf("read %s, want three tries", got)
	}
}

func TestAWrongRegionIsToldWithTheRightOne(t *testing.T) {
	d := newDesk(t)
	d.config.Region = "US"
	_, err := d.source(t).Exports(t.Context())
	if want := "table " + detailedTable + ": lies in EU, and region says US; set region: EU"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if queries := d.server.Asked(dryRun); len(queries) > 0 {
		t.Errorf("asked %q", queries)
	}
}

func TestAColumnMoreIsReadFromTheNextChangeOn(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	d.run(t, known)
	d.server.Change(func() { d.table.Columns = append(d.table.Columns, usage("price")...) })
	wantFetched(t, d.run(t, known), map[string]string{}) // rows did not change
	d.table.Append(row("20261102", "202611", 99, `{"cost":6}`))
	d.server.Arrange()
	d.run(t, known)
	if got := d.readPartitions(); got != "20261101 20261102" {
		t.Errorf("read %s; want all of the month that is loaded again, with the new column", got)
	}
	if queries := d.server.Queries(); !strings.Contains(queries[len(queries)-1].Text, "`price`") {
		t.Errorf("the new column is not read: %s", queries[len(queries)-1].Text)
	}
}

func TestAColumnLessIsNotAskedFor(t *testing.T) {
	d := newDesk(t)
	d.table.Columns = usage("billing_account_id", "invoice", "cost", "currency", "export_time")
	wantFetched(t, d.run(t, map[string]string{}), map[string]string{"2026-10": octoberRows, "2026-11": novemberRows})
	d.table.Columns = usage("billing_account_id", "invoice", "cost", "currency")
	_, err := d.source(t).Exports(t.Context())
	if err == nil || !strings.Contains(err.Error(), "has no column export_time, without which it is no bill") {
		t.Errorf("got %v, want: has no column export_time", err)
	}
}

// without renames a member of the answer, so that it is as if it were not there.
func without(member string) sourcetest.Happening {
	return sourcetest.Put(regexp.MustCompile(`"`+member+`"`), `"unknown"`)
}
