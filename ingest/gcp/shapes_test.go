package gcp_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// become gives the table another name, kind and columns.
func (d *desk) become(name string, columns []bigquerytest.Column) {
	d.server.Change(func() {
		d.table.Name, d.table.Columns = name, columns
	})
	d.server.Hold(d.table)
	d.config.Table = name
}

func TestAViewDemandsAColumnOfDays(t *testing.T) {
	d := newDesk(t)
	d.table.View = true
	_, err := d.source(t).Exports(t.Context())
	if err == nil || !errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(),
		"is a view or a copy without partitions, so that each query would read all of it; set table to Google's own export, or set partition_column") {
		t.Errorf("got %v, want partition_column demanded", err)
	}
	for column, want := range map[string]string{
		"day":  "has no column day; set partition_column to the column that holds the day",
		"cost": "the column cost is a FLOAT; want a TIMESTAMP, DATE or DATETIME that holds the day",
	} {
		d.config.PartitionColumn = column
		if _, err := d.source(t).Exports(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestAViewIsReadByItsColumnOfDays(t *testing.T) {
	for sqlType, literal := range map[string]string{"TIMESTAMP": "timestamp '2026-10-30 00:00:00'", "DATE": "date '2026-10-30'", "DATETIME": "datetime '2026-10-30 00:00:00'"} {
		t.Run(sqlType, func(t *testing.T) {
			d, known := newDesk(t), map[string]string{}
			d.table.View, d.config.PartitionColumn = true, "Day"
			d.table.Columns = append(d.table.Columns, bigquerytest.Column{Name: "day", Type: sqlType})
			wantFetched(t, d.run(t, known), map[string]string{"2026-10": octoberRows, "2026-11": novemberRows})
			if asked := d.server.Asked("`day` >= " + literal + " and `day` < "); len(asked) == 0 {
				t.Errorf("no filter on the column in %q", d.server.Asked("POST"))
			}
			d.server.Arrange()
			wantFetched(t, d.run(t, known), map[string]string{})
			if queries := d.server.Queries(); len(queries) != 1 || !strings.Contains(queries[0].Text, "count(*)") {
				t.Errorf("asked %+v; want the counts alone", queries)
			}
			d.table.Append(row("20261030", "202610", 70, `{"cost":8}`))
			wantFetched(t, d.run(t, known), map[string]string{"2026-10": octoberRows + ` {"cost":8}`})
		})
	}
}

func TestATableThatIsPartitionedByAColumn(t *testing.T) {
	d := newDesk(t)
	d.table.Field = "export_time"
	wantFetched(t, d.run(t, map[string]string{}), map[string]string{"2026-10": octoberRows, "2026-11": novemberRows})
	for _, query := range d.server.Queries()[1:] {
		if !strings.Contains(query.Text, "where `export_time` >= timestamp '2026-") {
			t.Errorf("no filter on export_time in\n%s", query.Text)
		}
	}
	d.config.PartitionColumn = "usage_start_time"
	_, err := d.source(t).Exports(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is partitioned by export_time, and partition_column says usage_start_time; leave partition_column out") {
		t.Errorf("got %v, want partition_column refused", err)
	}
}

func TestWithoutAListOfPartitionsAllAreCounted(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	d.table.Unlisted = true
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": octoberRows, "2026-11": novemberRows})
	if !strings.Contains(d.log.String(), "BigQuery shows no list of the partitions; all are counted") {
		t.Errorf("the log does not tell: %s", d.log.String())
	}
	d.table.Rebuild("20261031")
	d.server.Arrange()
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": `{"cost":1} {"cost":3}`})
	for _, query := range d.server.Queries() {
		if !strings.Contains(query.Text, "\nwhere _PARTITIONTIME >= ") {
			t.Errorf("no filter in\n%s", query.Text)
		}
	}
	d.table.Unlisted = false // the permission came
	wantFetched(t, d.run(t, known), map[string]string{})
}

func TestRowsOfTheStreamingBufferAreRead(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	streamed := row("20261102", "202611", 120, `{"cost":9}`)
	streamed.Partition = "__UNPARTITIONED__"
	d.table.Append(streamed)
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": octoberRows, "2026-11": novemberRows + ` {"cost":9}`})
	streamed.Partition = "20261102"
	d.table.Rebuild("__UNPARTITIONED__")
	d.table.Append(streamed)
	wantFetched(t, d.run(t, known), map[string]string{"2026-11": novemberRows + ` {"cost":9}`})
}

func TestKindsAreToldByNameAndColumns(t *testing.T) {
	focusColumns := usage("BillingAccountId", "BilledCost", "BillingCurrency", "x_ExportTime", "BillingPeriodStart", "Tags")
	standardColumns := usage("billing_account_id", "invoice", "cost", "currency", "credits", "export_time")
	for _, c := range []struct {
		name    string
		columns []bigquerytest.Column
		format  string
		month   string
	}{
		{detailedTable, usage(usageNames...), "gcp_detailed", "select invoice.month as month"},
		{standardTable, standardColumns, "gcp_standard", "select invoice.month as month"},
		{focusTable, focusColumns, "gcp_focus", "select format_timestamp('%Y%m', timestamp_add(BillingPeriodStart, interval 12 hour)) as month"},
		{"acme-billing.finance.copy_of_bill", usage(usageNames...), "gcp_detailed", "invoice.month"},
		{"acme-billing.finance.copy_of_bill", standardColumns, "gcp_standard", "invoice.month"},
		{"acme-billing.finance.copy_of_bill", focusColumns, "gcp_focus", "BillingPeriodStart"},
	} {
		t.Run(c.name+" "+c.format, func(t *testing.T) {
			d := newDesk(t)
			d.become(c.name, c.columns)
			source := d.source(t)
			exports, err := source.Exports(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			delivery, err := source.Fetch(t.Context(), exports[0], t.TempDir(), nil)
			if err != nil || delivery.Format != c.format || lines(t, delivery) != octoberRows {
				t.Errorf("got %+v, %v; want %s", delivery, err, c.format)
			}
			if asked := d.server.Asked(c.month); len(asked) == 0 {
				t.Errorf("no query with %s", c.month)
			}
		})
	}
}

func TestTablesThatAreNoBill(t *testing.T) {
	for want, columns := range map[string][]bigquerytest.Column{
		"is no billing export: it has neither the columns invoice, cost and credits nor BilledCost and x_ExportTime": usage("id", "name"),
		"the reseller's export holds the bills of all customers' accounts":                                           append(usage(usageNames...), usage("payer_billing_account_id")...),
	} {
		d := newDesk(t)
		d.become("acme-billing.finance.something", columns)
		_, err := d.source(t).Exports(t.Context())
		if err == nil || !errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestRowsWithoutAnInvoiceMonth(t *testing.T) {
	d := newDesk(t)
	d.table.Append(row("20180405", "", 60, `{"cost":100}`))
	wantFetched(t, d.run(t, map[string]string{}), map[string]string{"2026-10": octoberRows, "2026-11": novemberRows})
	if !strings.Contains(d.log.String(), "rows without an invoice month are not loaded: they are older than June 2018") {
		t.Error("the log does not tell of the rows that are not loaded")
	}
	d.table.Append(row("20261031", "", 60, `{"cost":100}`), row("20261031", "", 61, `{"cost":100}`))
	_, err := d.source(t).Exports(t.Context())
	if err == nil || !strings.Contains(err.Error(), "2 rows of the partition 20261031 have no invoice month and belong to no bill") {
		t.Errorf("got %v, want the rows counted", err)
	}
}

func TestAMonthThatIsNone(t *testing.T) {
	d := newDesk(t)
	d.table.Append(row("20261031", "2026-10", 60, `{"cost":100}`))
	_, err := d.source(t).Exports(t.Context())
	if err == nil || !strings.Contains(err.Error(), `has rows of the invoice month "2026-10"; want one such as 202610`) {
		t.Errorf("got %v, want the month refused", err)
	}
}

func TestWhatBigQueryDropsByItsAgeStays(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	d.table.Expiration, d.table.Modified = 96*time.Hour, time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": octoberRows, "2026-11": novemberRows})

	d.table.Rebuild("20261030")
	d.table.Modified = time.Date(2026, 11, 3, 12, 0, 0, 0, time.UTC)
	wantFetched(t, d.run(t, known), map[string]string{})

	d.table.Append(row("20261102", "202610", 70, `{"cost":8}`))
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": octoberRows + ` {"cost":8}`})

	if err := os.RemoveAll(d.folder); err != nil {
		t.Fatal(err)
	}
	d.table.Append(row("20261102", "202611", 80, `{"cost":9}`))
	wantFetched(t, d.run(t, known), map[string]string{"2026-11": novemberRows + ` {"cost":9}`}) // October is not whole any more
	if !strings.Contains(d.log.String(), "BigQuery has dropped a part of the month by its age; it stays as it is loaded") {
		t.Error("the log does not tell of the month that stays")
	}
}

func TestAPartitionIDThatIsNoTimeIsRefused(t *testing.T) {
	d := newDesk(t)
	d.table.Append(bigquerytest.Row{Partition: "../../../etc", Month: "202610", Line: "{}"})
	_, err := d.source(t).Exports(t.Context())
	if err == nil || !strings.Contains(err.Error(), `the partition "../../../etc" has an id that is no time`) {
		t.Errorf("got %v, want the id refused", err)
	}
}

func TestAnInvoiceMonthNeverLeavesTheFolder(t *testing.T) {
	d := newDesk(t)
	d.server.Arrange(&sourcetest.Fault{In: rowsOf1st, Times: 1, Before: func() {
		d.server.Change(func() { d.table.Append(row("20261030", "../../x", 60, "{}")) })
	}})
	source := d.source(t)
	_, err := d.try(t, source, map[string]string{})
	if want := fmt.Sprintf("has rows of the invoice month %q", "../../x"); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestALandingThatCannotBeWrittenIsNoFaultOfTheSource(t *testing.T) {
	d := newDesk(t)
	if err := os.WriteFile(d.folder, []byte("a file where the folder should be"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := d.try(t, d.source(t), map[string]string{})
	if err == nil || errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(), "write to landing folder "+d.folder) {
		t.Errorf("got %v, want the landing folder named", err)
	}
}

func TestAnotherTableNeverTakesWhatIsLandedOfTheFirst(t *testing.T) {
	d, known := newDesk(t), map[string]string{}
	d.run(t, known)
	other := *d.table
	other.Name = strings.ReplaceAll(detailedTable, "billing.gcp", "copies.gcp")
	other.Rows = nil
	for _, r := range d.table.Rows { // as many rows, as old
		r.Line = strings.ReplaceAll(r.Line, "cost", "other")
		other.Rows = append(other.Rows, r)
	}
	d.server.Hold(&other)
	d.config.Table = other.Name
	wantFetched(t, d.run(t, known), map[string]string{"2026-10": strings.ReplaceAll(octoberRows, "cost", "other"), "2026-11": strings.ReplaceAll(novemberRows, "cost", "other")})
}
