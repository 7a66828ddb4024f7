package aws

import (
	"path"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/model"
)

func FuzzManifest(f *testing.F) {
	for _, content := range []string{
		`{"columns":[{"name":"BilledCost","type":"double"}],"dataFiles":["s3://acme/x/acme-focus/data/billing_period=2026-10/a.csv"]}`,
		`{"dataFiles":["s3://b/exports/acme-focus/data/BILLING_PERIOD=2026-10/2026-11-01T23:48:02.356Z-1/a.snappy.parquet"]}`,
		`{"dataFiles":["s3://b/exports/acme-focus/data/billing_period=2026-10/../../../a.csv"]}`,
		`{"dataFiles":["s3://x/acme-focus/data/acme-focus/data/billing_period=2026-10//a.csv"]}`,
		`{"dataFiles":[null,1]}`, `{"dataFiles":{}}`, `{"reportKeys":["a"]}`, `[]`, `null`, ``,
	} {
		f.Add([]byte(content))
	}
	place := layout{bucket: "b", root: "exports/acme-focus/", export: "acme-focus"}
	month, err := model.ParsePeriod("2026-10")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := parseManifest(content, "manifest")
		if err != nil {
			return
		}
		keys, err := m.keys(place, month, "manifest")
		if err != nil {
			return
		}
		if len(keys) != len(m.DataFiles) {
			t.Errorf("%d keys of %d files", len(keys), len(m.DataFiles))
		}
		for _, key := range keys {
			inside := strings.HasPrefix(strings.ToLower(key), "exports/acme-focus/data/billing_period=2026-10/")
			if !inside || path.Clean(key) != key || strings.ContainsAny(key, "\\\x00\n") {
				t.Errorf("key %q leaves the month's folder", key)
			}
		}
	})
}

func FuzzReportManifest(f *testing.F) {
	const period = `"billingPeriod":{"start":"20261001T000000.000Z","end":"20261101T000000.000Z"}`
	for _, content := range []string{
		`{"assemblyId":"3f","bucket":"b","reportKeys":["exports/acme-cur/20261001-20261101/3f/a.csv.gz"],` + period + `}`,
		`{"assemblyId":"","bucket":"c","reportKeys":["x/acme-cur/20261001-20261101/a.zip"],` + period + `}`,
		`{"assemblyId":"../..","bucket":"c","reportKeys":["acme-cur/20261001-20261101/../../a.csv"],` + period + `}`,
		`{"bucket":"b","reportKeys":["exports/acme-cur/acme-cur/year=2026/month=10/a.parquet"],` + period + `}`,
		`{"reportKeys":[1]}`, `{"billingPeriod":[]}`, `[]`, `null`, ``,
	} {
		f.Add([]byte(content))
	}
	place := layout{bucket: "b", root: "exports/acme-cur/", export: "acme-cur"}
	month, err := model.ParsePeriod("2026-10")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := parseReport(content, month, "manifest")
		if err != nil {
			return
		}
		keys, err := r.keys(place, month, "manifest")
		if err != nil {
			return
		}
		if len(keys) != len(r.ReportKeys) {
			t.Errorf("%d keys of %d files", len(keys), len(r.ReportKeys))
		}
		for _, key := range keys {
			inside := strings.HasPrefix(key, "exports/acme-cur/20261001-20261101/") ||
				strings.HasPrefix(key, "exports/acme-cur/acme-cur/year=2026/month=10/")
			if !inside || path.Clean(key) != key || strings.ContainsAny(key, "\\\x00\n") {
				t.Errorf("key %q leaves the month's folder", key)
			}
		}
	})
}
