package gcp_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
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
		name   string
		fault  bigquerytest.Fault
		slower bool
	}{
		{"503 of the table", bigquerytest.Fault{In: getTable, Times: 1, Happen: bigquerytest.Refuse(503, "backendError", "try again")}, true},
		{"503 of the dry run", bigquerytest.Fault{In: dryRun, Times: 1, Happen: bigquerytest.Refuse(503, "backendError", "try again")}, true},
		{"503 of the query", bigquerytest.Fault{In: anyQuery, Times: 1, Happen: bigquerytest.Refuse(503, "backendError", "try again")}, true},
		{"throttled", bigquerytest.Fault{In: anyQuery, Times: 1, Happen: bigquerytest.Refuse(403, "rateLimitExceeded", "slow down")}, true},
		{"503 of a page", bigquerytest.Fault{In: nextPage, Times: 1, Happen: bigquerytest.Refuse(503, "backendError", "try again")}, true},
		{"a page cut short", bigquerytest.Fault{In: nextPage, Times: 1, Happen: shorten}, true},
		{"a page reset", bigquerytest.Fault{In: nextPage, Times: 1, Happen: cut}, true},
		{"an answer cut short", bigquerytest.Fault{In: rowsOf1st, Times: 1, Happen: shorten}, true},
		{"the table cut short", bigquerytest.Fault{In: getTable, Times: 1, Happen: shorten}, true},
		{"a page that lost its rows", bigquerytest.Fault{In: nextPage, Times: 1, Happen: without(`"rows"`)}, false},
		{"pages that lost their successors", bigquerytest.Fault{In: rowsOf1st, Times: 1, Happen: without(`"pageToken"`)}, false},
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
		fault bigquerytest.Fault
		want  string
	}{
		{"no table", bigquerytest.Fault{In: getTable, Happen: bigquerytest.Refuse(404, "notFound", "Not found: Table x")},
			"look at table " + detailedTable + ": no such table, or it lies elsewhere; check table, and grant roles/bigquery.dataViewer on its dataset: Not found: Table x (404 notFound)"},
		{"no permission", bigquerytest.Fault{In: dryRun, Happen: bigquerytest.Refuse(403, "accessDenied", "User does not have bigquery.jobs.create")},
			"access denied; grant roles/bigquery.dataViewer on the dataset and roles/bigquery.jobUser on the project that runs the queries (job_project): " +
				"User does not have bigquery.jobs.create (403 accessDenied)"},
		{"quota", bigquerytest.Fault{In: anyQuery, Happen: bigquerytest.Refuse(403, "quotaExceeded", "Custom quota exceeded")},
			"a quota of the project that runs the queries is used up; raise it, or set job_project to another project"},
		{"credentials", bigquerytest.Fault{In: getTable, Happen: bigquerytest.Refuse(401, "authError", "Invalid Credentials")},
			"the credentials are expired or not valid: Invalid Credentials (401 authError)"},
		{"more bytes than estimated", bigquerytest.Fault{In: rowsOf1st, Happen: bigquerytest.Refuse(400, "bytesBilledLimitExceeded", "Query exceeded limit")},
			"read partition 20261015: it would read more than the run may; raise max_bytes_billed"},
		{"down for good", bigquerytest.Fault{In: anyQuery, Happen: bigquerytest.Refuse(503, "backendError", "try again")}, "no answer from BigQuery"},
		{"throttled for good", bigquerytest.Fault{In: nextPage, Happen: bigquerytest.Refuse(429, "rateLimitExceeded", "slow down")}, "no answer from BigQuery"},
		{"a page cut short each time", bigquerytest.Fault{In: nextPage, Happen: shorten},
			"BigQuery's answer broke off 3 times: unexpected end of JSON input; check the network, or run again later"},
		{"silence about the table", bigquerytest.Fault{In: getTable, Happen: silence}, "look at table " + detailedTable + ": no answer from BigQuery"},
		{"silence about the estimate", bigquerytest.Fault{In: dryRun, Happen: silence}, "estimate list of partitions: no answer from BigQuery"},
		{"silence about the query", bigquerytest.Fault{In: rowsOf1st, Happen: silence}, "read partition 20261015: no answer from BigQuery"},
		{"silence in mid-answer", bigquerytest.Fault{In: nextPage, Happen: silence}, "read partition 20261015: no answer from BigQuery"},
		{"pages that lose their rows each time", bigquerytest.Fault{In: nextPage, Happen: without(`"rows"`)},
			"partition 20261015: changed while it was read: 10 rows of 202610 were counted and 4 read, each time; run again later"},
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
	d.server.Arrange(&bigquerytest.Fault{In: rowsOf1st, Times: 1, Before: func() { d.server.Change(func() { d.table.Append(late) }) }})
	known := map[string]string{}
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": october + ` {"late":1}`})
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": october + ` {"late":1}`}) // under its own version
	wantFetched(t, d.run(t, known), map[string]string{})
}

func TestRowsThatArriveBetweenTwoPagesComeWithTheNextRun(t *testing.T) {
	d, october := wide(t)
	late := row("20261015", "202610", 60, `{"late":1}`)
	d.server.Arrange(&bigquerytest.Fault{In: nextPage, Times: 1, Before: func() { d.server.Change(func() { d.table.Append(late) }) }})
	known := map[string]string{}
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": october})
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": october + ` {"late":1}`})
}

func TestAPartitionThatKeepsChangingIsGivenUp(t *testing.T) {
	d, _ := wide(t)
	minutes := 100
	d.server.Arrange(&bigquerytest.Fault{In: "count(*)", Times: 999, Before: func() {
		d.server.Change(func() { minutes++; d.table.Append(row("20261015", "202610", minutes, `{"cost":1}`)) })
	}}, &bigquerytest.Fault{In: rowsOf1st, Times: 999, Before: func() {
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

// shorten sends half of the body as if it were all.
func shorten(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	body := answer.Body.Bytes()
	bigquerytest.Replay(w, answer, body[:len(body)/2])
}

// without renames a member of the answer, so that it is as if it were not there.
func without(member string) func(http.ResponseWriter, *httptest.ResponseRecorder) {
	return func(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
		bigquerytest.Replay(w, answer, []byte(strings.ReplaceAll(answer.Body.String(), member, `"unknown"`)))
	}
}

// cut sends half of the body it has announced and resets the connection.
func cut(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	body := answer.Body.Bytes()
	answer.Header().Set("Content-Length", fmt.Sprint(len(body)))
	bigquerytest.Replay(w, answer, body[:len(body)/2])
	w.(http.Flusher).Flush()
	connection, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	_ = connection.(*net.TCPConn).SetLinger(0)
	_ = connection.Close()
}

// silence sends nothing for longer than any reader of a test waits.
func silence(http.ResponseWriter, *httptest.ResponseRecorder) { time.Sleep(2500 * time.Millisecond) }
