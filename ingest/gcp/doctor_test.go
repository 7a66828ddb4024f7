package gcp_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// examine tries a source as doctor does, writing nothing, and returns a line
// for each step.
func examine(t *testing.T, d *desk) (steps string, e ingest.Examination) {
	t.Helper()
	var lines []string
	source := open(t, d.config, ingest.Place{Folder: d.folder, ReadOnly: true, Log: slog.New(slog.DiscardHandler)})
	e = source.(ingest.Examiner).Examine(t.Context(), func(step ingest.Step) {
		switch {
		case step.Err != nil:
			lines = append(lines, step.Name+" fails: "+step.Err.Error())
		case step.Warning != nil:
			lines = append(lines, step.Name+" warns: "+step.Warning.Error())
		default:
			lines = append(lines, step.Name+": "+step.Found)
		}
	})
	return strings.Join(lines, "\n"), e
}

func wantStep(t *testing.T, steps, want string) {
	t.Helper()
	if !strings.Contains(steps, want) {
		t.Errorf("no step %q in\n%s", want, steps)
	}
}

// The prices are worked by hand: 5 rows of 64 MiB are 320 MiB, and counting
// them 10 MiB, the least that is billed: 330 / 1048576 TiB at 6.25 USD are
// 0.00197 USD, rounded up.
func TestExaminingATableSaysWhatTheNextRunCosts(t *testing.T) {
	d := newDesk(t)
	d.table.BytesPerRow = 64 << 20
	steps, e := examine(t, d)
	wantStep(t, steps, "table: is gcp_detailed in EU, ")
	wantStep(t, steps, "query: allowed in project acme-billing as "+bigquerytest.User)
	wantStep(t, steps, "partitions: 4, 20261030 to 20261102; 4 changed since they were read last")
	wantStep(t, steps, "next run: reads 330.0MiB, about 0.01 USD at the on-demand price of 6.25 USD per TiB; max_bytes_billed 50.0GiB allows it")
	wantStep(t, steps, "months: 1 month, 2026-11")
	if !e.Daily || len(e.Bill) != 20 || !strings.HasSuffix(detailedTable, e.Bill) || len(e.Exports) != 1 || e.Exports[0].Version != "" {
		t.Errorf("got %+v", e)
	}
	if _, err := os.Stat(d.folder); err == nil {
		t.Error("the landing folder is there; want nothing written")
	}
	for _, query := range d.server.Queries() {
		if query.Bytes > 10<<20 {
			t.Errorf("paid for %d bytes: %s", query.Bytes, query.Text)
		}
	}
}

func TestExaminingATableThatIsReadAlready(t *testing.T) {
	d := newDesk(t)
	d.run(t, map[string]string{})
	steps, e := examine(t, d)
	wantStep(t, steps, "4, 20261030 to 20261102; 0 changed since they were read last")
	wantStep(t, steps, "next run: reads the list of partitions alone, 10.0MiB")
	wantStep(t, steps, "months: 2 months, 2026-10 to 2026-11")
	exports, err := d.source(t).Exports(t.Context())
	if err != nil || !slices.Equal(exports, e.Exports) {
		t.Errorf("examined %+v, a run sees %+v: %v", e.Exports, exports, err)
	}
}

func TestExaminingATableTellsWhatARunMayNot(t *testing.T) {
	d := newDesk(t)
	d.table.BytesPerRow = 64 << 20
	d.config.MaxBytesBilled = "100MiB"
	steps, _ := examine(t, d)
	wantStep(t, steps, "next run warns: reads 330.0MiB, about 0.01 USD at the on-demand price of 6.25 USD per TiB, "+
		"which is more than max_bytes_billed, 100.0MiB; raise it to 330.0MiB")
}

func TestExaminingATableWithoutAPermission(t *testing.T) {
	refused := func(what string) *sourcetest.Fault {
		return &sourcetest.Fault{In: what, Times: 9, Happen: bigquerytest.Refuse(http.StatusForbidden, "accessDenied", "Access Denied")}
	}
	for what, want := range map[string]string{
		"GET /projects/":  "table fails: look at table " + detailedTable + ": access denied; grant roles/bigquery.dataViewer on the dataset",
		"POST /projects/": "query fails: try a query of " + detailedTable + ": access denied; grant roles/bigquery.dataViewer on the dataset and roles/bigquery.jobUser",
		"INFORMATION_SCHEMA.PARTITIONS": "partitions warns: BigQuery shows no list of them, so that each run counts them all; " +
			"grant roles/bigquery.dataViewer on the dataset",
	} {
		d := newDesk(t)
		d.server.Arrange(refused(what))
		steps, _ := examine(t, d)
		wantStep(t, steps, want)
	}
}

// permissions are those that BigQuery's reference asks for each call.
var permissions = []struct{ call, permission string }{
	{`^GET /projects/[^/]+/datasets/[^/]+/tables/`, "bigquery.tables.get"},
	{`^POST /projects/[^/]+/(queries|jobs) .*INFORMATION_SCHEMA.PARTITIONS`, "bigquery.tables.list"},
	{`^POST /projects/[^/]+/(queries|jobs) .*from`, "bigquery.tables.getData"},
	{`^POST /projects/[^/]+/(queries|jobs) `, "bigquery.jobs.create"},
	{`^GET /projects/[^/]+/queries/job`, ""}, // the pages of an answer, which are for him who asked
}

func TestDocumentedPermissionsAreThoseThatAreUsed(t *testing.T) {
	d := newDesk(t)
	d.server.Arrange()
	examine(t, d)
	d.run(t, map[string]string{})
	used := map[string]bool{}
	for _, call := range d.server.Asked("") {
		call, known := strings.ReplaceAll(call, "\n", " "), false
		for _, p := range permissions {
			if regexp.MustCompile(p.call).MatchString(call) {
				known, used[p.permission] = true, true
			}
		}
		if !known {
			t.Errorf("%s: which permission that needs is not known here", call)
		}
	}
	delete(used, "")
	page, err := os.ReadFile("../../docs/connect-gcp.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, match := range regexp.MustCompile("(?m)^\\| `(bigquery\\.[a-z]+\\.[A-Za-z]+)` \\|").FindAllStringSubmatch(string(page), -1) {
		if !strings.Contains(match[1], "readsessions") {
			documented[match[1]] = true
		}
	}
	if got, want := fmt.Sprint(documented), fmt.Sprint(used); got != want {
		t.Errorf("docs/connect-gcp.md documents %s, and the calls need %s", got, want)
	}
}
