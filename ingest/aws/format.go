package aws

import (
	"fmt"
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

// encodingOf recognises how an export's files are written by their names.
func encodingOf(keys []string, where string) (string, error) {
	first := ""
	for _, key := range keys {
		encoding := encodings[extension(key)]
		if encoding == "" {
			return "", unreadable(where, fmt.Sprintf("names %s; want .parquet, .csv.gz or .csv files", path.Base(key)))
		}
		if first == "" {
			first = encoding
		}
		if encoding != first {
			return "", unreadable(where, fmt.Sprintf("names both Parquet and CSV files, such as %s and %s; one month has one of them",
				path.Base(keys[0]), path.Base(key)))
		}
	}
	return first, nil
}

var encodings = map[string]string{".parquet": "parquet", ".csv.gz": "csv", ".csv": "csv"}

func extension(key string) string {
	key = strings.ToLower(key)
	for extension := range encodings {
		if strings.HasSuffix(key, extension) {
			return extension
		}
	}
	return ""
}
