package ingest_test

import (
	"fmt"
	"strings"
	"testing"
)

// rowCase is one row of the table, the fields that matter for it, and the
// charges it must become. The expectations are worked out by hand from Google's
// documentation of the export and FOCUS 1.2.
type rowCase struct {
	name string
	row  string // without a SKU: its description is the name of the case
	// ChargeCategory ChargeClass ChargeFrequency PricingCategory
	// BilledCost EffectiveCost ListCost ContractedCost PricingQuantity SubAccountId x_Changes; - is null
	want []string
}

// credited is a row's credits: type and amount in turns.
func credited(credits ...string) string {
	var list []string
	for i := 0; i < len(credits); i += 2 {
		list = append(list, fmt.Sprintf(`{"type": %q, "name": %q, "amount": %s}`, credits[i], strings.ToLower(credits[i]), credits[i+1]))
	}
	return `, "credits": [` + strings.Join(list, ", ") + `]`
}

const (
	hours  = `, "usage": {"amount": 7200, "unit": "seconds", "amount_in_pricing_units": 2, "pricing_unit": "hour"}`
	listed = `, "cost_at_list": 12, "cost_at_effective_price_default": "11"`
)

// adjusted is a row of September that stands in October's invoice.
func adjusted(kind string) string {
	return `"cost": -4, "cost_at_list": -5, "cost_at_effective_price_default": "-4", "usage_start_time": "2026-09-17T10:00:00Z", "usage_end_time": "2026-09-17T11:00:00Z",
		"adjustment_info": {"id": "a1", "type": "` + kind + `", "mode": "PARTIAL_CORRECTION", "description": "because"}`
}

var rowCases = []rowCase{
	{"usage", `"cost": 10` + listed + hours,
		[]string{"Usage - Usage-Based Standard 10 10 12 11 2 shop -"}},
	{"a list cost that is missing is the contracted one", `"cost": 10, "cost_at_effective_price_default": "11"` + hours,
		[]string{"Usage - Usage-Based Standard 10 10 11 11 2 shop [MissingListCost]"}},
	{"before July 2025 the cost is the contracted one", `"cost": 10, "cost_at_list": 12` + hours,
		[]string{"Usage - Usage-Based Standard 10 10 12 10 2 shop -"}},
	{"free usage misses no list cost", `"cost": 0`,
		[]string{"Usage - Usage-Based Standard 0 0 0 0 - shop -"}},
	{"four credits count the row once", `"cost": 10` + listed + hours + credited("SUSTAINED_USAGE_DISCOUNT", "-1", "DISCOUNT", "-2", "FREE_TIER", "-3", "SUBSCRIPTION_BENEFIT", "-0.5"),
		[]string{"Usage - Usage-Based Standard 3.5 3.5 12 11 2 shop -"}},
	{"two credits of one type", `"cost": 10` + listed + hours + credited("FREE_TIER", "-1", "FREE_TIER", "-2"),
		[]string{"Usage - Usage-Based Standard 7 7 12 11 2 shop -"}},
	{"a credit of a type nobody knows is a discount", `"cost": 10` + listed + hours + credited("SPENDING_BASED_DISCOUNT", "-1"),
		[]string{"Usage - Usage-Based Standard 9 9 12 11 2 shop -"}},
	{"a credit that is taken back", `"cost": -5, "cost_at_list": -6` + credited("SUSTAINED_USAGE_DISCOUNT", "1"),
		[]string{"Usage - Usage-Based Standard -4 -4 -6 -5 - shop -"}},
	{"promotions pay", `"cost": 5, "cost_at_list": 5` + hours + credited("PROMOTION", "-2", "FREE_TIER", "-1", "PROMOTION", "-1"),
		[]string{"Credit - One-Time Other -3 -3 -3 -3 - shop -", "Usage - Usage-Based Standard 4 4 5 5 2 shop -"}},
	{"a promotion that pays all", `"cost": 5, "cost_at_list": 5` + credited("PROMOTION", "-5"),
		[]string{"Credit - One-Time Other -5 -5 -5 -5 - shop -", "Usage - Usage-Based Standard 5 5 5 5 - shop -"}},
	{"the margin of a reseller belongs to no project", `"cost": 5, "cost_at_list": 5` + credited("RESELLER_MARGIN", "-1"),
		[]string{"Credit - One-Time Other -1 -1 -1 -1 - - -", "Usage - Usage-Based Standard 5 5 5 5 - shop -"}},
	{"tax has no quantity", `"cost_type": "tax", "cost": 1.9, "usage": {"amount_in_pricing_units": 4, "pricing_unit": "count"}`,
		[]string{"Tax - One-Time - 1.9 1.9 1.9 1.9 - shop -"}},
	{"tax on no project", `"cost_type": "tax", "cost": 0.19, "project": null`,
		[]string{"Tax - One-Time - 0.19 0.19 0.19 0.19 - - -"}},
	{"rounding of the invoice", `"cost_type": "rounding_error", "cost": -0.004321, "project": null`,
		[]string{"Adjustment - One-Time - -0.004321 -0.004321 -0.004321 -0.004321 - - -"}},
	{"an adjustment with a promotion", `"cost_type": "adjustment", "cost": -7` + credited("PROMOTION", "2"),
		[]string{"Adjustment - One-Time - -7 -7 -7 -7 - shop -", "Credit - One-Time Other 2 2 2 2 - shop -"}},
	{"a cost type nobody knows is kept", `"cost_type": "surcharge", "cost": 3`,
		[]string{"Adjustment - One-Time - 3 3 3 3 - shop -"}},
	{"an export without cost types is regular", `"cost_type": null, "cost": 3, "cost_at_list": 3`,
		[]string{"Usage - Usage-Based Standard 3 3 3 3 - shop -"}},
	{"USAGE_CORRECTION of a month before", adjusted("USAGE_CORRECTION"), []string{"Usage Correction Usage-Based Standard -4 -4 -5 -4 - shop -"}},
	{"PRICE_CORRECTION of a month before", adjusted("PRICE_CORRECTION"), []string{"Usage Correction Usage-Based Standard -4 -4 -5 -4 - shop -"}},
	{"METADATA_CORRECTION of a month before", adjusted("METADATA_CORRECTION"), []string{"Usage Correction Usage-Based Standard -4 -4 -5 -4 - shop -"}},
	{"GOODWILL corrects nothing", adjusted("GOODWILL"), []string{"Usage - Usage-Based Standard -4 -4 -5 -4 - shop -"}},
	{"SALES_BASED_GOODWILL corrects nothing", adjusted("SALES_BASED_GOODWILL"), []string{"Usage - Usage-Based Standard -4 -4 -5 -4 - shop -"}},
	{"SLA_VIOLATION corrects nothing", adjusted("SLA_VIOLATION"), []string{"Usage - Usage-Based Standard -4 -4 -5 -4 - shop -"}},
	{"BALANCE_TRANSFER corrects nothing", adjusted("BALANCE_TRANSFER"), []string{"Usage - Usage-Based Standard -4 -4 -5 -4 - shop -"}},
	{"ACCOUNT_CLOSURE corrects nothing", adjusted("ACCOUNT_CLOSURE"), []string{"Usage - Usage-Based Standard -4 -4 -5 -4 - shop -"}},
	{"GENERAL_ADJUSTMENT corrects nothing", adjusted("GENERAL_ADJUSTMENT"), []string{"Usage - Usage-Based Standard -4 -4 -5 -4 - shop -"}},
	// October begins at 07:00 UTC in California.
	{"a correction of the last hour of September", strings.ReplaceAll(strings.ReplaceAll(adjusted("USAGE_CORRECTION"), "2026-09-17T10", "2026-10-01T06"), "2026-09-17T11", "2026-10-01T07"),
		[]string{"Usage Correction Usage-Based Standard -4 -4 -5 -4 - shop -"}},
	{"a correction of the first hour of October", strings.ReplaceAll(strings.ReplaceAll(adjusted("USAGE_CORRECTION"), "2026-09-17T10", "2026-10-01T07"), "2026-09-17T11", "2026-10-01T08"),
		[]string{"Usage - Usage-Based Standard -4 -4 -5 -4 - shop -"}},
	{"late usage corrects nothing", `"cost": 1, "cost_at_list": 1, "usage_start_time": "2026-09-28T10:00:00Z", "usage_end_time": "2026-09-28T11:00:00Z"`,
		[]string{"Usage - Usage-Based Standard 1 1 1 1 - shop -"}},
	{"usage of the month's last hour", `"cost": 1, "cost_at_list": 1, "usage_start_time": "2026-11-01 06:00:00 UTC", "usage_end_time": 1793516400000000`,
		[]string{"Usage - Usage-Based Standard 1 1 1 1 - shop -"}},
	{"a charge without length has an hour", `"cost": 1, "cost_at_list": 1, "usage_end_time": "2026-10-05T10:00:00Z"`,
		[]string{"Usage - Usage-Based Standard 1 1 1 1 - shop [InvalidChargePeriodEnd]"}},
	{"Spot Preemptible N2 Instance Core", `"cost": 1, "cost_at_list": 1`,
		[]string{"Usage - Usage-Based Dynamic 1 1 1 1 - shop -"}},
	{"support of the account", `"cost": 100, "cost_at_list": 100, "project": null, "service": {"id": "2062-016F-44A2", "description": "Support"}`,
		[]string{"Usage - Usage-Based Standard 100 100 100 100 - - -"}},
}

func TestEachKindOfRowOfGoogle(t *testing.T) {
	var fields []string
	for _, c := range rowCases {
		fields = append(fields, fmt.Sprintf(`%s, "sku": {"id": "0000-0000-0000", "description": %q}`, c.row, c.name))
	}
	db := loadRows(t, "gcp_detailed", fields)
	charges := map[string][]string{}
	text := query(t, db, `select array_to_string([
		ChargeCategory, coalesce(ChargeClass, '-'), ChargeFrequency, coalesce(PricingCategory, '-'), `+
		plain("BilledCost EffectiveCost ListCost ContractedCost PricingQuantity")+`,
		coalesce(SubAccountId, '-'), coalesce(cast(x_Changes as varchar), '-')], ' '), ChargeDescription
		from cost order by ChargeCategory, ChargeDescription`)
	for line := range strings.Lines(text) {
		charge, name, _ := strings.Cut(strings.TrimSpace(line), " | ")
		name, _, _ = strings.Cut(name, ":")
		charges[name] = append(charges[name], charge)
	}
	for _, c := range rowCases {
		if got, want := strings.Join(charges[c.name], "\n"), strings.Join(c.want, "\n"); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, want)
		}
	}
	if got := query(t, db, "select distinct BillingPeriodStart, BillingPeriodEnd from cost"); got != "2026-10-01 00:00:00 | 2026-11-01 00:00:00\n" {
		t.Errorf("billing period %s", got)
	}
	const hour = "select ChargePeriodStart, ChargePeriodEnd from cost where ChargeDescription = 'usage of the month''s last hour'"
	if got := query(t, db, hour); got != "2026-11-01 06:00:00 | 2026-11-01 07:00:00\n" {
		t.Errorf("charge period %s", got)
	}
	const checks = `select CheckName, Subject, cast(Found as double) from import_check where CheckName like 'unknown%' order by all`
	if got, want := query(t, db, checks), "unknown_cost_type | surcharge | 3.0\nunknown_credit_type | SPENDING_BASED_DISCOUNT | -1.0\n"; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
	const note = "select Note from import"
	if got := query(t, db, note); !strings.Contains(got, "rows of the unknown cost type surcharge are kept as Adjustment: 1, 3 USD") {
		t.Errorf("the note says %s", got)
	}
}

func TestWhatGoogleTellsOfACharge(t *testing.T) {
	const machine = `"cost": 2, "cost_at_list": 3, "currency": "EUR", "currency_conversion_rate": 0.8,
		"sku": {"id": "CORE", "description": "N2 Instance Core running in Frankfurt"},
		"project": {"id": "shop", "number": "1001", "name": "Shop", "labels": [{"key": "team", "value": "sales"}, {"key": "env", "value": "prod"}],
			"ancestors": [{"resource_name": "projects/1001", "display_name": "Shop"}, {"resource_name": "folders/7", "display_name": "Retail"}, {"resource_name": "organizations/1", "display_name": "acme.com"}]},
		"labels": [{"key": "team", "value": "search"}, {"key": "k8s-namespace", "value": ""}, {"key": "app", "value": "web \"1\""}],
		"tags": [{"key": "env", "value": "inherited", "inherited": true, "namespace": "1"}, {"key": "env", "value": "test", "inherited": false, "namespace": "2"}],
		"system_labels": [{"key": "compute.googleapis.com/machine_spec", "value": "n2-standard-8"}, {"key": "compute.googleapis.com/cores", "value": "8"},
			{"key": "compute.googleapis.com/memory", "value": "32768"}, {"key": "compute.googleapis.com/reservation_name", "value": "web"}, {"key": "compute.googleapis.com/reservation_project_id", "value": "pool"}],
		"location": {"location": "europe-west3-a", "country": "DE", "region": "europe-west3", "zone": "europe-west3-a"},
		"resource": {"name": "projects/1001/instances/web-1", "global_name": "//compute.googleapis.com/projects/shop/zones/europe-west3-a/instances/42"},
		"usage": {"amount": 14400, "unit": "seconds", "amount_in_pricing_units": 4, "pricing_unit": "hour"},
		"price": {"effective_price": "0.5", "list_price": "0.75", "pricing_unit_quantity": "1", "tier_start_amount": "0"},
		"consumption_model": {"id": "7754-699E-0EBF", "description": "Default"}, "export_time": "2026-10-06T01:02:03.456789Z",
		"credits": [{"type": "SUSTAINED_USAGE_DISCOUNT", "amount": -0.4}]`
	const market = `"cost": 20, "cost_at_list": 20, "sku": {"id": "M", "description": "A seat"}, "invoice": {"month": "202610", "publisher_type": "PARTNER"}, "location": null,
		"service": {"id": "X", "description": "Kestrel Cloud"}, "seller_name": "Kestrel Ltd", "transaction_type": null, "price": {"list_price": "40", "pricing_unit_quantity": 2},
		"currency_conversion_rate": 1, "system_labels": [{"key": "compute.googleapis.com/is_unused_reservation", "value": "true"}], "resource": {"global_name": "//storage.googleapis.com/projects/_/buckets/b"}`
	db := loadRows(t, "gcp_detailed", []string{machine, market})
	for _, test := range []struct{ columns, machine, market string }{
		{"Tags", `{"app":"web \"1\"","env":"test","k8s-namespace":"","team":"search"}`, ""},
		{"x_Changes", "[RepeatedTagKey]", ""},
		{"RegionId, RegionName, AvailabilityZone", "europe-west3 | Frankfurt | europe-west3-a", " |  | "},
		{"ResourceId, ResourceName, ResourceType", "//compute.googleapis.com/projects/shop/zones/europe-west3-a/instances/42 | web-1 | instance", "//storage.googleapis.com/projects/_/buckets/b | b | bucket"},
		{"ServiceName, ServiceCategory, ServiceSubcategory, x_ServiceCode", "Compute Engine | Compute | Virtual Machines | 6F81-5844-456A", "Kestrel Cloud | Other | Other (Other) | X"},
		{"SkuId, SkuMeter, SkuPriceId", "CORE | N2 Instance Core running in Frankfurt | CORE/0/7754-699E-0EBF", "M | A seat | M/0"},
		{"SkuPriceDetails, x_InstanceType", `{"InstanceType":"n2-standard-8","InstanceSeries":"n2","CoreCount":8,"MemorySize":32768} | n2-standard-8`, " | "},
		{"CapacityReservationId, CapacityReservationStatus", "pool/web | Used", "//storage.googleapis.com/projects/_/buckets/b | Unused"},
		{plain("PricingQuantity ConsumedQuantity ContractedUnitPrice ListUnitPrice") + ", PricingUnit, ConsumedUnit", "4 | 14400 | 0.5 | 0.75 | hour | seconds", "- | - | - | 20 |  | "},
		{"PricingCurrency, " + plain("PricingCurrencyListUnitPrice PricingCurrencyContractedUnitPrice PricingCurrencyEffectiveCost"), "USD | 0.9375 | 0.625 | 2", "USD | 20 | - | 20"},
		{"x_ProjectNumber, x_ProjectFolders, x_ExportTime", "1001 | acme.com/Retail | 2026-10-06 01:02:03.456789", "1001 |  | "},
		{"ProviderName, PublisherName, InvoiceIssuerName, BillingAccountType, SubAccountType", "Google Cloud | Google Cloud | Google Cloud | Billing Account | Project", "Google Cloud | Kestrel Ltd | Google Cloud | Billing Account | Project"},
		{"x_Discounts, x_LineItemType", `{"SUSTAINED_USAGE_DISCOUNT":-0.4} | regular`, " | regular"},
	} {
		got := strings.TrimSuffix(query(t, db, "select "+test.columns+" from cost where SkuId = 'CORE'"), "\n")
		if got != test.machine {
			t.Errorf("%s of the machine: got %s; want %s", test.columns, got, test.machine)
		}
		got = strings.TrimSuffix(query(t, db, "select "+test.columns+" from cost where SkuId = 'M'"), "\n")
		if got != test.market {
			t.Errorf("%s of the seat: got %s; want %s", test.columns, got, test.market)
		}
	}
}
