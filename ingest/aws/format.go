package aws

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

// onlyFocus12 are columns that FOCUS 1.2 has and 1.0 has not. An export's
// query may leave some of them out, so any one of them tells.
var onlyFocus12 = []string{
	"BillingAccountType", "CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity",
	"CommitmentDiscountUnit", "InvoiceId", "PricingCurrency", "PricingCurrencyContractedUnitPrice",
	"PricingCurrencyEffectiveCost", "PricingCurrencyListUnitPrice", "ServiceSubcategory", "SkuMeter",
	"SkuPriceDetails", "SubAccountType",
}

// formatOf recognises an export by the columns that its manifest names.
func formatOf(columns []string, where string) (string, error) {
	has := func(column string) bool { return slices.Contains(columns, column) }
	switch {
	case has("line_item_line_item_type"), has("bill_payer_account_id"), has("line_item_unblended_cost"):
		return "aws_cur_2_0", nil
	case has("BilledCost") && slices.ContainsFunc(onlyFocus12, has):
		return "aws_focus_1_2", nil
	case has("BilledCost"):
		return "aws_focus_1_0", nil
	case has("recommendation_id"):
		return "", unwanted(where, "COST_OPTIMIZATION_RECOMMENDATIONS")
	case has("total_mbm_emissions_value"):
		return "", unwanted(where, "CARBON_EMISSIONS")
	case len(columns) == 0:
		return "", unreadable(where, "names no columns")
	}
	return "", unwanted(where, "a table with the columns "+strings.Join(columns[:min(len(columns), 5)], ", "))
}

// encodings are the encodings of files by the ends of their names.
type encodings map[string]string

var (
	exportFiles = encodings{".parquet": "parquet", ".csv.gz": "csv", ".csv": "csv"}
	reportFiles = encodings{".parquet": "parquet", ".csv.gz": "csv", ".zip": "csv", ".csv": "csv"}
)

// encodingOf recognises how files are written by their names. Its error goes
// on after the manifest or the folder that they are from.
func encodingOf(keys []string, known encodings) (string, error) {
	first := ""
	for _, key := range keys {
		encoding := known.of(key)
		if encoding == "" {
			return "", fmt.Errorf("names %s; want %s files", path.Base(key), known)
		}
		if first == "" {
			first = encoding
		}
		if encoding != first {
			return "", fmt.Errorf("names both Parquet and CSV files, such as %s and %s; one month has one of them",
				path.Base(keys[0]), path.Base(key))
		}
	}
	return first, nil
}

func (e encodings) of(key string) string {
	for end, encoding := range e {
		if strings.HasSuffix(strings.ToLower(key), end) {
			return encoding
		}
	}
	return ""
}

func (e encodings) String() string {
	ends := slices.Sorted(maps.Keys(e))
	slices.Reverse(ends)
	return strings.Join(ends[:len(ends)-1], ", ") + " or " + ends[len(ends)-1]
}
