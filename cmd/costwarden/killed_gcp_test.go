package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

const billingTable = "acme-billing.billing.gcp_billing_export_resource_v1_012345_6789AB_CDEF01"

// billingRows are charges of two invoice months in three partitions.
func billingRows() []bigquerytest.Row {
	var rows []bigquerytest.Row
	for i, day := range []string{"20260330", "20260331", "20260401", "20260401"} {
		month := "202603"
		if i == 3 {
			month = "202604"
		}
		at := day[:4] + "-" + day[4:6] + "-" + day[6:]
		rows = append(rows, bigquerytest.Row{Partition: day, Month: month, Exported: int64(1774828800000000 + i), Line: fmt.Sprintf(
			`{"billing_account_id":"012345-6789AB-CDEF01","invoice":{"month":"%s"},"cost_type":"regular","currency":"USD",`+
				`"service":{"id":"6F81-5844-456A","description":"Compute Engine"},"sku":{"id":"CORE","description":"N2 Instance Core"},`+
				`"usage_start_time":"%sT10:00:00Z","usage_end_time":"%sT11:00:00Z","project":{"id":"shop","number":"1001","name":"Shop"},`+
				`"location":{"location":"europe-west3","region":"europe-west3"},"cost":%d.25,"credits":[],"export_time":"%sT12:00:00Z"}`,
			month, at, at, i, at)})
	}
	return rows
}

func billingServer(t *testing.T) *bigquerytest.Server {
	t.Helper()
	column := func(name, sqlType string) bigquerytest.Column { return bigquerytest.Column{Name: name, Type: sqlType} }
	server := bigquerytest.NewServer(&bigquerytest.Table{Name: billingTable, Location: "EU", Rows: billingRows(), Columns: []bigquerytest.Column{
		column("billing_account_id", "STRING"), column("invoice", "RECORD"), column("cost", "FLOAT"), column("currency", "STRING"),
		column("credits", "RECORD"), column("resource", "RECORD"), column("export_time", "TIMESTAMP"),
	}})
	t.Cleanup(server.Close)
	return server
}

// subscribeGoogle lets the next runs read the table that server holds.
func (s *site) subscribeGoogle(t *testing.T, server *bigquerytest.Server) {
	t.Helper()
	text := fmt.Sprintf(`organization: Acme
sources:
  - name: google
    gcp: { table: %s, endpoint: "%s" }
notify:
  - name: finops
    webhook: { url_env: FINOPS_WEBHOOK_URL }
`, billingTable, server.URL)
	if err := os.WriteFile(s.config(), []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
}

// TestKilledWhileBigQueryAnswers ends runs with SIGKILL while they wait for
// BigQuery, and runs again: tables, workbooks and landed partitions are those of
// an uninterrupted run.
func TestKilledWhileBigQueryAnswers(t *testing.T) {
	server := billingServer(t)
	whole := newSite(t)
	whole.subscribeGoogle(t, server)
	log := strings.Join(whole.run(t, asOf), "\n")
	want := whole.left(t)
	if !strings.HasPrefix(want["table cost"], "4 rows") || want["file data/landing/google/partitions/20260401/landed.json"] == "" {
		t.Fatalf("cost holds %s, and there are %d files; want 4 rows and the landed partitions\n%s", want["table cost"], len(want), log)
	}
	for name, request := range map[string]string{
		"while partitions are counted":     "count(*)",
		"while a partition is read":        "_PARTITIONTIME < timestamp '2026-04-01 00:00:00'",
		"while the last partition is read": "_PARTITIONTIME >= timestamp '2026-04-01 00:00:00'",
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.subscribeGoogle(t, server)
			asked, killed := make(chan struct{}), make(chan struct{})
			server.Arrange(&sourcetest.Fault{In: request, Times: 1, Before: func() { close(asked); <-killed }})
			cmd := s.command(t, asOf)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-asked
			if !kill(t, cmd) {
				t.Error("the run came to its end before it was killed")
			}
			close(killed)
			server.Arrange()
			s.run(t, asOf)
			wantLeft(t, s.left(t), want)
		})
	}
}
