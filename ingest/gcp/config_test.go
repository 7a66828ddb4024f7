package gcp_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest/gcp"
)

const (
	detailedTable = "acme-billing.billing.gcp_billing_export_resource_v1_012345_6789AB_CDEF01"
	standardTable = "acme-billing.billing.gcp_billing_export_v1_012345_6789AB_CDEF01"
	focusTable    = "acme-billing.gcp_billing_immutable_012345_6789AB_CDEF01_eu.gcp_billing_export_focus_012345_6789AB_CDEF01"
)

func TestConfigurationsThatAreGood(t *testing.T) {
	for _, config := range []gcp.Config{
		{Table: detailedTable},
		{Table: standardTable, Region: "EU", JobProject: "acme-jobs", JobLabel: "finops", MaxBytesBilled: "1.5TiB"},
		{Table: focusTable, MaxBytesBilled: "10485760"},
		{Table: "example.com:acme.billing.everything", PartitionColumn: "day", StorageReadAPI: true},
		{Location: "gs://acme-billing/gcp"},
		{Location: "file:./gcp", Table: detailedTable},
		{Table: detailedTable, Endpoint: "https://bigquery-acme.p.googleapis.com/bigquery/v2/"},
	} {
		if problems := config.Validate(); len(problems) > 0 {
			t.Errorf("%+v: %v", config, problems)
		}
	}
}

func TestConfigurationsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		config gcp.Config
		want   string
	}{
		{gcp.Config{}, "table is missing; set project.dataset.table, or location where the export lies as files"},
		{gcp.Config{Table: "billing.gcp_billing_export_v1"}, `table "billing.gcp_billing_export_v1": want project.dataset.table`},
		{gcp.Config{Table: "p-1.d.gcp_billing_export_*"}, `table "p-1.d.gcp_billing_export_*": want the plain name of one table, project.dataset.table, without quotes, * or $`},
		{gcp.Config{Table: "p-1.d.t$20261001"}, `table "p-1.d.t$20261001": want the plain name of one table, project.dataset.table, without quotes, * or $`},
		{gcp.Config{Table: "p-1.d.t` where true; drop table `x"}, "want the plain name of one table"},
		{gcp.Config{Table: "acme-1.resale.reseller_billing_detailed_export_v1"},
			"table acme-1.resale.reseller_billing_detailed_export_v1: the reseller's export holds the bills of all customers' accounts in one table, " +
				"at the reseller's cost and at the customers'; ask for the ordinary export of the account that is to be read; set table to gcp_billing_export_resource_v1_<account>"},
		{gcp.Config{Table: "acme-1.b.cloud_pricing_export"}, "prices only"},
		{gcp.Config{Table: detailedTable, MaxBytesBilled: "50 gigs"}, `max_bytes_billed "50 gigs": want a size such as 50GiB`},
		{gcp.Config{Table: detailedTable, MaxBytesBilled: "1MiB"}, `max_bytes_billed "1MiB": want 10MiB at least, which BigQuery bills for the smallest query`},
		{gcp.Config{Table: detailedTable, MaxBytesBilled: "99999PiB"}, "want 10MiB at least"},
		{gcp.Config{Table: detailedTable, JobLabel: "Fin Ops"}, `job_label "Fin Ops": want small letters, digits, dash or underscore, 63 at most`},
		{gcp.Config{Table: detailedTable, PartitionColumn: "a.b"}, `partition_column "a.b": want the name of a column of the table or view`},
		{gcp.Config{Table: detailedTable, Endpoint: "bigquery"}, `endpoint "bigquery": want an address such as`},
		{gcp.Config{Table: detailedTable, Endpoint: "https://user:secret@example.com"}, "endpoint: holds a user or password; credentials belong into credentials_file or the environment"},
		{gcp.Config{Location: "s3://acme"}, `location "s3://acme": want gs://bucket/prefix or file:./folder`},
		{gcp.Config{Location: "gs://acme", Region: "EU", JobLabel: "x"}, "job_label, region: for BigQuery only, and location reads files; leave one of the two out"},
	} {
		got := errors.Join(c.config.Validate()...)
		if got == nil || !strings.Contains(got.Error(), c.want) {
			t.Errorf("%+v\ngot  %v\nwant %s", c.config, got, c.want)
		}
	}
}

func TestNoSecretIsRepeated(t *testing.T) {
	config := gcp.Config{Table: detailedTable, Endpoint: "https://user:secret@example.com"}
	if err := errors.Join(config.Validate()...); strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want no secret in it", err)
	}
}
