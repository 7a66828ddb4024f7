package ingest_test

import (
	"strings"
	"testing"
)

// usualFocus is what a row of Google's FOCUS export has where a test does not
// say otherwise. Its billing period is the month on the clock in California.
const usualFocus = `{"BillingAccountId": "012345-6789AB-CDEF01", "BillingCurrency": "USD", "BillingPeriodStart": "2026-10-01T07:00:00.000000Z",
	"BillingPeriodEnd": "2026-11-01T07:00:00.000000Z", "ChargeCategory": "Usage", "ChargePeriodStart": "2026-10-05T10:00:00.000000Z",
	"ChargePeriodEnd": "2026-10-05T11:00:00.000000Z", "ServiceName": "Compute Engine", "x_ServiceId": "6F81-5844-456A", "SubAccountId": "shop",
	"PricingCategory": "Standard", "x_CostType": "regular", "SkuId": "CORE", "ChargeDescription": "N2 Instance Core running in Frankfurt"}`

func TestGooglesFOCUSExportIsTakenAsItStandsAndFilledUp(t *testing.T) {
	lines := []string{
		overlay(t, usualFocus, `"BilledCost": "3.210000001", "EffectiveCost": "3.2", "ListCost": "5", "ContractedCost": "4", "PublisherName": "Google Cloud",
			"x_Labels": [{"Key": "team", "Value": "search"}], "x_Tags": [{"Key": "team", "Value": "x", "x_Inherited": true, "x_Namespace": "1"}],
			"x_ProjectLabels": [{"Key": "env", "Value": "prod"}], "x_SystemLabels": [{"Key": "compute.googleapis.com/machine_spec", "Value": "n2-standard-8"}],
			"x_Project": {"Id": "shop", "Number": "1001", "Ancestors": [{"ResourceName": "projects/1001", "DisplayName": "Shop"}, {"ResourceName": "organizations/1", "DisplayName": "acme.com"}]},
			"x_Credits": [{"Name": "free", "Amount": "-0.5", "Type": "FREE_TIER"}], "ResourceId": "//compute.googleapis.com/projects/shop/zones/z/instances/42"`),
		overlay(t, usualFocus, `"BilledCost": 0.07, "ChargeDescription": "Compute Flexible CUDs - 1 Year", "SkuId": "5515-81A8-03A2", "ListCost": 0.07, "x_SubscriptionInstanceId": "subscriptions/s1"`),
		overlay(t, usualFocus, `"BilledCost": 0.025, "ListCost": 0.03, "x_SubscriptionInstanceId": "subscriptions/s1", "x_ConsumptionModelDescription": "Compute Flexible CUDs - 1 Year"`),
		overlay(t, usualFocus, `"BilledCost": 1, "ChargeDescription": "Spot Preemptible N2 Instance Core", "ChargeClass": "Correction"`),
		overlay(t, usualFocus, `"BilledCost": 0.19, "ChargeCategory": "Tax", "x_CostType": "tax", "SubAccountId": null, "PricingCategory": null, "ServiceName": "Invoice", "x_ServiceId": null, "ListCost": 0.19`),
	}
	db := open(t)
	if _, err := run(t, db, rows("gcp_focus", lines)); err != nil {
		t.Fatal(err)
	}
	got := query(t, db, `select ChargeCategory, coalesce(ChargeClass, '-'), ChargeFrequency, coalesce(PricingCategory, '-'), ServiceCategory,
		coalesce(CommitmentDiscountId, '-'), coalesce(CommitmentDiscountStatus, '-'), `+plain("BilledCost EffectiveCost ListCost ContractedCost")+`,
		coalesce(cast(x_Changes as varchar), '-') from cost order by BilledCost`)
	const want = `Usage | - | Usage-Based | Committed | Compute | subscriptions/s1 | Used | 0.025 | 0.025 | 0.03 | 0.025 | -
Purchase | - | Recurring | Standard | Compute | subscriptions/s1 | - | 0.07 | 0.07 | 0.07 | 0.07 | [ChargeCategoryShouldBePurchase]
Tax | - | One-Time | - | Management and Governance | - | - | 0.19 | 0.19 | 0.19 | 0.19 | -
Usage | Correction | Usage-Based | Dynamic | Compute | - | - | 1 | 1 | 1 | 1 | [MissingListCost]
Usage | - | Usage-Based | Standard | Compute | - | - | 3.210000001 | 3.2 | 5 | 4 | [RepeatedTagKey]
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	filled := strings.TrimSpace(query(t, db, `select Tags, x_ProjectNumber, x_ProjectFolders, x_InstanceType, ResourceType, x_Discounts,
		BillingPeriodStart, BillingPeriodEnd, ProviderName, InvoiceIssuerName from cost where BilledCost > 3`))
	const wantFilled = `{"env":"prod","team":"search"} | 1001 | acme.com | n2-standard-8 | instance | {"FREE_TIER":-0.5}` +
		` | 2026-10-01 00:00:00 | 2026-11-01 00:00:00 | Google Cloud | Google Cloud`
	if filled != wantFilled {
		t.Errorf("got %s; want %s", filled, wantFilled)
	}
	const check = "select CheckName, Subject, cast(Found as double) from import_check where CheckName <> 'previous_delivery'"
	if got, want := query(t, db, check), "commitment_purchase | subscriptions/s1 | 0.07\n"; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
}

func TestTheSampleFOCUSExportIsBilledTheSame(t *testing.T) {
	db, truth := loadSample(t, "focus")
	want := map[string]string{}
	for _, total := range truth.Totals {
		want[total.Month+" "+total.BillingCurrency] = total.Costs.BilledCost.String()
	}
	for line := range strings.Lines(query(t, db, "select strftime(BillingPeriodStart, '%Y-%m') || ' ' || BillingCurrency, "+plain("sum(BilledCost)")+" from cost group by all")) {
		month, billed, _ := strings.Cut(strings.TrimSpace(line), " | ")
		if want[month] != billed {
			t.Errorf("%s is billed %s; want %s", month, billed, want[month])
		}
		delete(want, month)
	}
	if len(want) > 0 {
		t.Errorf("nothing is loaded of %v", want)
	}
}
