package azure_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

func TestFormatsByTheVersionInTheManifest(t *testing.T) {
	for version, want := range map[string]string{
		"1.0-preview(v1)": "azure_focus_1_0_preview",
		"1.0":             "azure_focus_1_0",
		"1.0r2":           "azure_focus_1_0",
		"1.2-preview":     "azure_focus_1_2_preview",
		"1.2":             "azure_focus_1_2",
	} {
		store := newFolderStore(t)
		deliver(t, store, delivery{version: version, files: []string{"a"}})
		if got := fetchOnly(t, store.source(t, below)).Format; got != want {
			t.Errorf("%s: got %s, want %s", version, got, want)
		}
	}
}

// unversioned leaves out of a manifest which version the dataset has.
func unversioned(m object) { delete(m["exportConfig"].(object), "dataVersion") }

// TestFormatsByColumns has the columns that tell the versions apart; the files
// are gzip or have a byte order mark where those of Microsoft have.
func TestFormatsByColumns(t *testing.T) {
	for _, c := range []struct{ dataset, header, want string }{
		{"FocusCost", "\ufeffBilledCost,ChargeSubcategory,Region,UsageQuantity", "azure_focus_1_0_preview"},
		{"FocusCost", "BilledCost,ChargeClass,RegionId,x_InvoiceId,x_SkuMeterName", "azure_focus_1_0"},
		{"FocusCost", "BilledCost,InvoiceId,SkuMeter,PricingCurrency,x_SkuDetails", "azure_focus_1_2_preview"},
		{"FocusCost", "BilledCost,InvoiceId,SkuMeter,PricingCurrency", "azure_focus_1_2"},
		{"Usage", "SubscriptionGuid,UsageDateTime,PreTaxCost", "azure_usage"},
		{"Usage", "Abonnement (SubscriptionGuid),Datum (UsageDateTime),Kosten (PreTax Cost)", "azure_usage"},
	} {
		store := newFolderStore(t)
		deliver(t, store, delivery{dataset: c.dataset, files: []string{c.header + "\n"}, change: unversioned})
		if got := fetchOnly(t, store.source(t, below)).Format; got != c.want {
			t.Errorf("%s: got %s, want %s", c.header, got, c.want)
		}
	}
}

func TestFormatsThatAreRefused(t *testing.T) {
	for _, c := range []struct {
		d    delivery
		want string
	}{
		{delivery{version: "2.0"}, `has the dataVersion "2.0" of FocusCost; want 1.0-preview(v1), 1.0, 1.0r2, 1.2-preview or 1.2`},
		{delivery{files: []string{"sku,qty\n"}, change: unversioned},
			"is of files with the columns sku, qty; want an export of FocusCost, or of ActualCost and AmortizedCost"},
		{delivery{dataset: "Usage", files: []string{"Date,CostInBillingCurrency\n"}},
			"the dataset Usage of this account lacks its purchases; export FocusCost, or both ActualCost and AmortizedCost"},
		{delivery{names: []string{"part_0.json"}}, "names part_0.json; want .parquet, .csv or .csv.gz files"},
	} {
		store := newFolderStore(t)
		if c.d.files == nil {
			c.d.files = []string{"a"}
		}
		deliver(t, store, c.d)
		source := store.source(t, below)
		_, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
		if err == nil || !strings.HasSuffix(err.Error(), c.want) || !errors.Is(err, ingest.ErrSource) {
			t.Errorf("got  %v\nwant %s", err, c.want)
		}
	}
}

// oldForm is the manifest of exports of before 2023, which does not tell whose
// run it is, nor of what.
func oldForm(t *testing.T, store store, export, header string) {
	t.Helper()
	folder := "bills/" + export + "/20210901-20210930/5c1f5a2e-0000-4000-8000-000000000001"
	store.put(t, "exports/"+folder+"/000001.csv", header)
	store.put(t, "exports/"+folder+"/_manifest.json", `{"manifestVersion": "2021-01-01", "dataFormat": "csv", "blobCount": 1, "byteCount": `+
		length(header)+`, "dataRowCount": 1, "blobs": [{"blobName": "`+folder+`/000001.csv", "byteCount": `+length(header)+
		`, "dataRowCount": 1, "headerRowCount": 1, "contentMD5": ""}]}`)
}

func TestManifestsOfOldExports(t *testing.T) {
	eachStore(t, func(t *testing.T, store store) {
		native := "Date,CostInBillingCurrency\n"
		oldForm(t, store, "acme-actual-cost", native)
		oldForm(t, store, "acme-amortised-cost", native)
		got := fetchOnly(t, store.source(t, below))
		if got.Format != "azure_cost_details" || contents(t, got) != "ActualCost: "+native+" AmortizedCost: "+native {
			t.Errorf("got %s: %s; want the pair", got.Format, contents(t, got))
		}
		if month := onlyExport(t, store.source(t, below)).Slice; month != "2021-09" {
			t.Errorf("month %s, want that of the folder", month)
		}
	})
}

func TestAnOldExportThatDoesNotTellItsDataset(t *testing.T) {
	store := newFolderStore(t)
	oldForm(t, store, "acme", "UsageDateTime,PreTaxCost\n")
	if got := fetchOnly(t, store.source(t, below)).Format; got != "azure_usage" {
		t.Errorf("got %s, want azure_usage by the columns", got)
	}
	store = newFolderStore(t)
	oldForm(t, store, "acme", "Date,CostInBillingCurrency\n")
	source := store.source(t, below)
	_, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
	want := "tells whether this is actual or amortized cost; create the export anew, its manifests then tell it"
	if err == nil || !strings.HasSuffix(err.Error(), want) || !errors.Is(err, ingest.ErrSource) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestAnExportThatWasRenewed has months of the old form and of the new one
// under one name: they are of one scope.
func TestAnExportThatWasRenewed(t *testing.T) {
	store := newFolderStore(t)
	oldForm(t, store, "acme-actual", "a")
	oldForm(t, store, "acme-amortized", "b")
	deliver(t, store, half("ActualCost", "2026-11-01T06:10:00Z", "a"), half("AmortizedCost", "2026-11-01T06:10:00Z", "b"))
	exports, err := store.source(t, below).Exports(t.Context())
	if err != nil || sliceNames(exports) != "2021-09 2026-10" {
		t.Errorf("got %s, %v; want both months", sliceNames(exports), err)
	}
}
