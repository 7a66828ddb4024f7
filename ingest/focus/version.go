package focus

import (
	"fmt"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// versions of FOCUS whose files are read, the oldest first.
var versions = []string{"1.0", "1.1", "1.2", "1.3", "1.4"}

// marks are columns that came with a version (specification, CHANGELOG.md); any
// one of them tells, since a producer may leave out what it has no use for.
var marks = []struct {
	version string
	columns []string
}{
	{"1.4", []string{"CommitmentProgramEligibilityDetails", "InvoiceDetailId"}},
	{"1.3", []string{"ServiceProviderName", "HostProviderName", "AllocatedMethodId", "AllocatedMethodDetails",
		"AllocatedResourceId", "AllocatedResourceName", "AllocatedTags", "ContractApplied"}},
	{"1.2", []string{"InvoiceId", "BillingAccountType", "SubAccountType", "PricingCurrency",
		"PricingCurrencyContractedUnitPrice", "PricingCurrencyEffectiveCost", "PricingCurrencyListUnitPrice"}},
	{"1.1", []string{"CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity",
		"CommitmentDiscountUnit", "ServiceSubcategory", "SkuMeter", "SkuPriceDetails"}},
}

// recognise tells the version of FOCUS by the columns of a file, and by which
// of them. What has no mark of a later version is 1.0.
func recognise(columns []string) (version, mark string) {
	has := func(name string) bool { return holds(columns, name) }
	if has("ServiceProviderName") && !has("ProviderName") {
		return "1.4", "ServiceProviderName without ProviderName"
	}
	for _, later := range marks {
		if i := slices.IndexFunc(later.columns, has); i >= 0 {
			return later.version, later.columns[i]
		}
	}
	return "1.0", ""
}

// formatOf names the mapping of files with columns, and says which version of
// FOCUS they are taken for, and why.
func formatOf(columns []string, declared string) (format, note string) {
	version, mark := recognise(columns)
	switch {
	case declared == version:
		note = "as declared"
	case declared != "":
		note = fmt.Sprintf("as declared, though its columns are those of %s%s", version, by(mark))
		version = declared
	default:
		note = "recognised by its columns" + by(mark)
	}
	return "focus_" + strings.ReplaceAll(version, ".", "_"), fmt.Sprintf("FOCUS %s, %s", version, note)
}

func by(mark string) string {
	if mark == "" {
		return ""
	}
	return ", such as " + mark
}

// refuseOther refuses files that are no FOCUS at all, and those that do not
// say whose bill they are in either of the ways that versions have for it.
func refuseOther(columns []string, object string) error {
	switch {
	case !holds(columns, "BilledCost") && !holds(columns, "ChargeCategory"):
		return bucket.Fault(fmt.Errorf("%s is no FOCUS file: it has the columns %s; docs/connect-focus.md shows how to make one of any invoice "+
			"with one query", object, strings.Join(columns[:min(len(columns), 5)], ", ")))
	case !holds(columns, "ProviderName") && !holds(columns, "ServiceProviderName"):
		return bucket.Fault(fmt.Errorf("%s has neither a column ProviderName, as FOCUS 1.0 to 1.3 ask for, nor ServiceProviderName, "+
			"as 1.3 and 1.4 do; add one of them", object))
	}
	return nil
}

// holds reports whether columns hold name, however it is spelled: whether the
// spelling passes is for the load to say.
func holds(columns []string, name string) bool {
	return slices.ContainsFunc(columns, func(c string) bool { return strings.EqualFold(strings.TrimSpace(c), name) })
}
