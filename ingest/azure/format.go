package azure

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// encodings are the encodings of files by the ends of their names.
var encodings = []struct{ end, encoding string }{
	{".parquet", "parquet"}, {".csv", "csv"}, {".csv.gz", "csv"},
}

// encoding is how the files of costs are written. A price sheet may be written
// otherwise.
func (m month) encoding() (string, error) {
	first := ""
	for _, r := range m.runs {
		for _, object := range r.objects() {
			encoding := encodingOf(object.Key)
			switch {
			case encoding == "":
				return "", r.unreadable("names %s; want .parquet, .csv or .csv.gz files", path.Base(object.Key))
			case first == "":
				first = encoding
			case first != encoding && r.dataset.isCost():
				return "", r.unreadable("names %s, and other files of the month are %s; export both in one format", path.Base(object.Key), first)
			}
		}
	}
	return first, nil
}

func encodingOf(key string) string {
	for _, known := range encodings {
		if strings.HasSuffix(strings.ToLower(key), known.end) {
			return known.encoding
		}
	}
	return ""
}

// focusFormats are the mappings by the version of the schema. A revision, such
// as 1.0r2, has the same columns.
var focusFormats = map[string]string{
	"1.0-preview(v1)": "azure_focus_1_0_preview",
	"1.0":             "azure_focus_1_0",
	"1.2-preview":     "azure_focus_1_2_preview",
	"1.2":             "azure_focus_1_2",
}

var revision = regexp.MustCompile(`r[0-9]+$`)

// format names the mapping of the month, by the columns of the files in
// delivery where the manifest is too old to tell.
func (m month) format(ctx context.Context, delivery ingest.Delivery) (string, error) {
	r := m.runs[0]
	switch {
	case r.dataset == actualCost:
		return "azure_cost_details", nil
	case r.dataset == focusCost && r.version != "":
		format, known := focusFormats[revision.ReplaceAllString(strings.ToLower(r.version), "")]
		if !known {
			return "", r.unreadable("has the dataVersion %q of FocusCost; want 1.0-preview(v1), 1.0, 1.0r2, 1.2-preview or 1.2", r.version)
		}
		return format, nil
	}
	delivery.Files = slices.Clone(delivery.Files[:len(r.parts)])
	columns, err := ingest.Columns(ctx, delivery)
	if err != nil {
		return "", err
	}
	return formatOf(columns, r)
}

// formatOf recognises a dataset by its columns.
func formatOf(columns []string, r run) (string, error) {
	has := func(names ...string) bool {
		return slices.ContainsFunc(columns, func(column string) bool { return slices.Contains(names, plainColumn(column)) })
	}
	switch {
	case has("billedcost") && has("chargesubcategory", "usagequantity", "region"):
		return "azure_focus_1_0_preview", nil
	case has("billedcost") && has("invoiceid", "skumeter", "pricingcurrency") && has("x_skudetails"):
		return "azure_focus_1_2_preview", nil
	case has("billedcost") && has("invoiceid", "skumeter", "pricingcurrency"):
		return "azure_focus_1_2", nil
	case has("billedcost"):
		return "azure_focus_1_0", nil
	case has("usagedatetime", "resourcerate") && has("pretaxcost"):
		return "azure_usage", nil
	case has("costinbillingcurrency", "cost", "pretaxcost") && r.dataset == usage:
		return "", bucket.Fault(fmt.Errorf("%s: the dataset Usage of this account lacks its purchases; "+
			"export FocusCost, or both ActualCost and AmortizedCost", r.where))
	case has("costinbillingcurrency", "cost", "pretaxcost"):
		return "", bucket.Fault(fmt.Errorf("neither the manifest %s nor the name of its export tells whether this is actual or amortized cost; "+
			"create the export anew, its manifests then tell it", r.where))
	}
	return "", r.unreadable("is of files with the columns %s; want an export of FocusCost, or of ActualCost and AmortizedCost",
		strings.Join(columns[:min(len(columns), 5)], ", "))
}

// plainColumn is a column's name as names are compared: in small letters
// without blanks, and without the translation that files for readers of other
// languages put before it, "Ressourcengruppe (ResourceGroup)".
func plainColumn(name string) string {
	if _, inside, localised := strings.Cut(name, "("); localised {
		name = strings.TrimSuffix(strings.TrimSpace(inside), ")")
	}
	return strings.ToLower(strings.ReplaceAll(name, " ", ""))
}
