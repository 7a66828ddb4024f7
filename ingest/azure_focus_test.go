package ingest_test

import (
	"strings"
	"testing"
)

const (
	subscription    = "/subscriptions/11111111-2222-3333-4444-555555555555"
	virtualMachine  = subscription + "/resourceGroups/RG-Shop/providers/Microsoft.Compute/virtualMachines/Web-1"
	azureReserve    = "/providers/Microsoft.Capacity/reservationOrders/0000aaaa/reservations/0000bbbb"
	azurePlan       = "/providers/Microsoft.BillingBenefits/savingsPlanOrders/0000cccc/savingsPlans/0000dddd"
	enrollment      = "/providers/Microsoft.Billing/billingAccounts/8611537"
	focusAzureMonth = `BillingAccountId=` + enrollment + `;BillingAccountName=Acme;BillingAccountType=Billing Account;BillingCurrency=EUR;PricingCurrency=EUR;` +
		`BillingPeriodStart=2026-10-01T00:00:00Z;BillingPeriodEnd=2026-11-01T00:00:00Z;ChargePeriodStart=2026-10-07T00:00:00Z;ChargePeriodEnd=2026-10-08T00:00:00Z;` +
		`ChargeCategory=Usage;ChargeFrequency=Usage-Based;PricingCategory=Standard;InvoiceIssuerName=Microsoft;ProviderName=Microsoft;PublisherName=Microsoft;` +
		`x_PublisherCategory=Cloud Provider;ServiceCategory=Compute;ServiceName=Virtual Machines;ServiceSubcategory=Virtual Machines;` +
		`SubAccountId=` + subscription + `;SubAccountName=Shop;SubAccountType=Subscription;RegionId=westeurope;RegionName=West Europe;` +
		`x_BillingExchangeRate=1;x_PricingBlockSize=1;PricingUnit=Hours;ConsumedUnit=Hours;PricingQuantity=1;ConsumedQuantity=1;` +
		`SkuMeter=D2 v3/D2s v3;x_SkuMeterId=6A3F;x_SkuOfferId=MS-AZR-0017P;x_SkuMeterCategory=Virtual Machines;x_SkuMeterSubcategory=Dv3/DSv3 Series;` +
		`x_CostCenter=4711;x_InvoiceSectionName=Retail`
)

// azureLine is a line of a FOCUS export, and what it must become. What is
// expected follows from the defects and rules that Microsoft and its users have
// published, worked out by hand.
type azureLine struct {
	name string
	line string
	// ChargeCategory ChargeClass ChargeFrequency PricingCategory CommitmentDiscountStatus
	// BilledCost EffectiveCost ListCost ContractedCost PricingQuantity ConsumedQuantity; - is null
	want    string
	changes string
}

var focusAzureLines = []azureLine{
	{"usage", "BilledCost=2.4;EffectiveCost=2.4;ListCost=2.88;ContractedCost=2.4;ListUnitPrice=0.12;ContractedUnitPrice=0.1;PricingQuantity=24;ConsumedQuantity=24",
		"Usage - Usage-Based Standard - 2.4 2.4 2.88 2.4 24 24", ""},
	// The published sample: 8 hours at a negotiated 0.146, of which the reservation makes 0.061644.
	{"reservation used, without a list price", "PricingCategory=Committed;CommitmentDiscountId=" + azureReserve + ";CommitmentDiscountStatus=Used;BilledCost=0;EffectiveCost=0.493152;ListCost=0;ListUnitPrice=0;ContractedCost=1.168;ContractedUnitPrice=0.146;PricingQuantity=8;ConsumedQuantity=8",
		"Usage - Usage-Based Committed Used 0 0.493152 1.168 1.168 8 8", "[MissingListCost]"},
	{"reservation used, without any price", "PricingCategory=Committed;CommitmentDiscountId=" + azureReserve + ";CommitmentDiscountStatus=Used;BilledCost=0;EffectiveCost=0.493152;ListCost=0;ContractedCost=0;ContractedUnitPrice=0",
		"Usage - Usage-Based Committed Used 0 0.493152 0.493152 0.493152 1 1", "[MissingContractedCost, MissingListCost]"},
	{"reservation used, marked standard, without a status", "CommitmentDiscountId=" + azureReserve + ";BilledCost=0;EffectiveCost=0.5;ListCost=0.7;ContractedCost=0.6",
		"Usage - Usage-Based Committed Used 0 0.5 0.7 0.6 1 1", "[MissingCommitmentDiscountStatus, PricingCategoryShouldBeCommitted]"},
	{"reservation unused", "PricingCategory=Committed;CommitmentDiscountId=" + azureReserve + ";CommitmentDiscountStatus=Unused;BilledCost=0;EffectiveCost=0.25;ListCost=0;ContractedCost=0;SubAccountId=/subscriptions/00000000-0000-0000-0000-000000000000;SubAccountName=Unassigned;PublisherName=;ConsumedQuantity=",
		"Usage - Usage-Based Committed Unused 0 0.25 0 0 1 -", "[MissingPublisherName, MissingResourceId]"},
	{"plan purchase that spends", "ChargeCategory=Purchase;CommitmentDiscountId=" + azurePlan + ";BilledCost=100;EffectiveCost=100;ListCost=100;ContractedCost=100;x_SkuTerm=1Year",
		"Purchase - Recurring Standard - 100 0 100 100 1 1", "[InvalidChargeFrequency, InvalidEffectiveCost, MissingResourceId, SkuTermShouldBeAnInteger]"},
	{"marketplace", "ChargeCategory=Purchase;ChargeFrequency=Recurring;x_PublisherCategory=Vendor;PublisherName=Contoso;ServiceName=;ServiceCategory=;BilledCost=49;EffectiveCost=49;ListCost=0;ContractedCost=0",
		"Purchase - Recurring Standard - 49 49 49 49 1 1", "[MissingContractedCost, MissingListCost, MissingServiceCategory, MissingServiceName]"},
	{"refund of an earlier purchase", "ChargeCategory=Purchase;ChargeFrequency=One-Time;ChargeClass=Correction;CommitmentDiscountId=" + azureReserve + ";ResourceId=" + azureReserve + ";BilledCost=-20;EffectiveCost=0;ListCost=-20;ContractedCost=-20",
		"Purchase Correction One-Time Standard - -20 0 -20 -20 1 1", ""},
	{"refund of what was bought this month", "ChargeCategory=Purchase;ChargeFrequency=One-Time;ChargeClass=Correction;CommitmentDiscountId=" + azurePlan + ";ResourceId=" + azurePlan + ";BilledCost=-100;EffectiveCost=0;ListCost=-100;ContractedCost=-100",
		"Purchase - One-Time Standard - -100 0 -100 -100 1 1", "[RefundIsNoCorrection]"},
	{"refund with prices of the other sign", "ChargeCategory=Purchase;ChargeFrequency=One-Time;ChargeClass=Correction;BilledCost=-12;EffectiveCost=-12;ListCost=15;ContractedCost=12",
		"Purchase Correction One-Time Standard - -12 -12 -15 -12 1 1", "[MisSignedContractedCost, MisSignedListCost]"},
	{"refund that charges", "ChargeCategory=Purchase;ChargeFrequency=One-Time;ChargeClass=Correction;BilledCost=12;EffectiveCost=12;ListCost=12;ContractedCost=12",
		"Purchase Correction One-Time Standard - 12 12 12 12 1 1", "[PositiveRefund]"},
	{"rounding", "ChargeCategory=Adjustment;ChargeFrequency=One-Time;PricingCategory=;SubAccountId=;SubAccountName=;BilledCost=-0.004;EffectiveCost=-0.004;ListCost=0;ContractedCost=0;PricingQuantity=;ConsumedQuantity=",
		"Adjustment - One-Time - - -0.004 -0.004 0 0 - -", ""},
	// 40 requests at 0.1 for each 10,000: the pricing quantity was divided twice, and the contracted cost with it.
	{"block divided once too often", "x_PricingBlockSize=10000;PricingUnit=Units;BilledCost=0.4;EffectiveCost=0.4;x_BilledUnitPrice=0.1;ContractedUnitPrice=0.1;ListUnitPrice=0.12;PricingQuantity=0.0004;ConsumedQuantity=4;ContractedCost=0.00004;ListCost=0.000048",
		"Usage - Usage-Based Standard - 0.4 0.4 0.48 0.4 4 40000", "[InvalidPricingQuantity]"},
	{"block divided, consumption right", "x_PricingBlockSize=100;PricingUnit=Units;BilledCost=0.6;EffectiveCost=0.6;ContractedUnitPrice=0.3;ListUnitPrice=0.4;PricingQuantity=0.02;ConsumedQuantity=200;ContractedCost=0.6;ListCost=0.8",
		"Usage - Usage-Based Standard - 0.6 0.6 0.8 0.6 2 200", "[InvalidPricingQuantity]"},
	{"block as it should be", "x_PricingBlockSize=10000;PricingUnit=Units;BilledCost=0.4;EffectiveCost=0.4;ContractedUnitPrice=0.1;ListUnitPrice=0.12;PricingQuantity=4;ConsumedQuantity=40000;ContractedCost=0.4;ListCost=0.48",
		"Usage - Usage-Based Standard - 0.4 0.4 0.48 0.4 4 40000", ""},
	{"block that nothing explains", "x_PricingBlockSize=10;PricingUnit=Units;BilledCost=0.7;EffectiveCost=0.7;ContractedUnitPrice=0.1;ListUnitPrice=0.12;PricingQuantity=4;ConsumedQuantity=40;ContractedCost=0.4;ListCost=0.48",
		"Usage - Usage-Based Standard - 0.7 0.7 0.48 0.4 4 40", "[UnexplainedPricingQuantity]"},
	{"list price zero beside a list cost", "BilledCost=1;EffectiveCost=1;ListCost=2;ContractedCost=1;ListUnitPrice=0;ContractedUnitPrice=1",
		"Usage - Usage-Based Standard - 1 1 2 1 1 1", "[MissingListUnitPrice]"},
	{"free usage keeps its zeros", "BilledCost=0;EffectiveCost=0;ListCost=0;ContractedCost=0;ListUnitPrice=0;ContractedUnitPrice=0",
		"Usage - Usage-Based Standard - 0 0 0 0 1 1", ""},
	{"tag names that differ in casing", `BilledCost=1;EffectiveCost=1;ListCost=1;ContractedCost=1;Tags={"Env":""," env":"prod","team":"a"}`,
		"Usage - Usage-Based Standard - 1 1 1 1 1 1", "[TagKeysFolded]"},
	{"tags that cannot be read", `BilledCost=1;EffectiveCost=1;ListCost=1;ContractedCost=1;Tags={"Env":`,
		"Usage - Usage-Based Standard - 1 1 1 1 1 1", "[UnreadableTags]"},
}

const azureRow = `select
	concat_ws(' ', ChargeCategory, coalesce(ChargeClass, '-'), coalesce(ChargeFrequency, '-'), coalesce(PricingCategory, '-'), coalesce(CommitmentDiscountStatus, '-')),
	rtrim(rtrim(cast(BilledCost as varchar), '0'), '.'), rtrim(rtrim(cast(EffectiveCost as varchar), '0'), '.'),
	rtrim(rtrim(cast(ListCost as varchar), '0'), '.'), rtrim(rtrim(cast(ContractedCost as varchar), '0'), '.'),
	coalesce(rtrim(rtrim(cast(PricingQuantity as varchar), '0'), '.'), '-'), coalesce(rtrim(rtrim(cast(ConsumedQuantity as varchar), '0'), '.'), '-'),
	coalesce(cast(list_sort(x_Changes) as varchar), '')
	from cost where ChargeDescription = `

func focusAzureBill(t *testing.T) string {
	t.Helper()
	var lines []string
	for _, line := range focusAzureLines {
		lines = append(lines, line.line+";ChargeDescription="+line.name)
	}
	return sheet(t, focusAzureMonth, lines...)
}

func TestAzureFOCUSLinesAreRepairedAndSaySo(t *testing.T) {
	db := open(t)
	if _, err := run(t, db, focus("azure_focus_1_2", focusAzureBill(t))); err != nil {
		t.Fatal(err)
	}
	for _, line := range focusAzureLines {
		t.Run(line.name, func(t *testing.T) {
			got := strings.TrimSpace(strings.ReplaceAll(query(t, db, azureRow+"'"+line.name+"'"), " | ", " "))
			if want := strings.TrimSpace(line.want + " " + line.changes); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestAzureTagsAreFoldedAndKept(t *testing.T) {
	db := open(t)
	if _, err := run(t, db, focus("azure_focus_1_2", focusAzureBill(t))); err != nil {
		t.Fatal(err)
	}
	// Of Env without a value and env with one, the one with a value stays; blanks around a key do not count.
	const want = `{"env":"prod","team":"a"}
{"x_UnreadTags":"{\"Env\":"}
`
	if got := query(t, db, "select distinct Tags from cost where Tags is not null order by all"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestAzureChangesAreCounted(t *testing.T) {
	db := open(t)
	outcome, err := run(t, db, focus("azure_focus_1_2", focusAzureBill(t)))
	if err != nil {
		t.Fatal(err)
	}
	// Three rows lack a contracted cost and a list cost or only a list cost: the reservations and the Marketplace.
	const want = `MissingContractedCost | EUR | 2 | 49.000000 | 49.493152
MissingListCost | EUR | 3 | 49.000000 | 49.986304
`
	const counted = `select ChangeCode, BillingCurrency, CostRows, BilledCost::decimal(12,6), EffectiveCost::decimal(12,6)
		from import_change where ChangeCode in ('MissingListCost', 'MissingContractedCost') order by all`
	if got := query(t, db, counted); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if !strings.Contains(outcome.Note, "repaired or noticed in rows: InvalidChargeFrequency 1, InvalidEffectiveCost 1, InvalidPricingQuantity 2,") {
		t.Errorf("the note says %q", outcome.Note)
	}
}

// Columns under which each version keeps what 1.2 has; empty where it has none.
var azureVersions = map[string]map[string]string{
	"azure_focus_1_2_preview": {},
	"azure_focus_1_0":         {"InvoiceId": "x_InvoiceId", "PricingCurrency": "x_PricingCurrency", "SkuMeter": "x_SkuMeterName", "ServiceSubcategory": ""},
	"azure_focus_1_0_preview": {"InvoiceId": "x_InvoiceId", "PricingCurrency": "x_PricingCurrency", "SkuMeter": "x_SkuMeterName", "ServiceSubcategory": "",
		"ConsumedQuantity": "UsageQuantity", "ConsumedUnit": "UsageUnit", "RegionId": "Region", "RegionName": "",
		"ContractedCost": "x_OnDemandCost", "ContractedUnitPrice": "x_OnDemandUnitPrice",
		"ChargeClass": "", "CommitmentDiscountStatus": "ChargeSubcategory"},
}

func TestOneAzureBillIsTheSameInEveryVersionOfFOCUS(t *testing.T) {
	const rows = "select * exclude (ServiceSubcategory, x_SourceName, x_ImportId) from cost order by all"
	text := focusAzureBill(t)
	db := open(t)
	if _, err := run(t, db, focus("azure_focus_1_2", text)); err != nil {
		t.Fatal(err)
	}
	want := query(t, db, rows)
	for format, names := range azureVersions {
		t.Run(format, func(t *testing.T) {
			old := renamedColumns(t, text, names)
			if format == "azure_focus_1_0" { // 1.0 has no seconds, 1.0r2 has
				old = strings.ReplaceAll(old, "T00:00:00Z", "T00:00Z")
			}
			if format == "azure_focus_1_0_preview" {
				old = inPreviewWords(t, text, names)
			}
			db := open(t)
			if _, err := run(t, db, focus(format, old)); err != nil {
				t.Fatal(err)
			}
			if got := query(t, db, rows); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// inPreviewWords writes a bill in the words of FOCUS 1.0-preview: one column
// says of usage whether it is on demand or a commitment's, and of a refund
// that it is one.
func inPreviewWords(t *testing.T, text string, names map[string]string) string {
	t.Helper()
	rows := lines(t, text)
	for _, row := range rows {
		switch {
		case row["ChargeClass"] == "Correction":
			row["CommitmentDiscountStatus"], row["ChargeCategory"] = "Refund", "Adjustment"
		case row["CommitmentDiscountStatus"] != "":
			row["CommitmentDiscountStatus"] += " Commitment"
		case row["ChargeCategory"] == "Usage" && row["CommitmentDiscountId"] == "":
			row["CommitmentDiscountStatus"] = "On-Demand"
		}
		switch row["PricingCategory"] {
		case "Standard":
			row["PricingCategory"] = "On-Demand"
		case "Committed":
			row["PricingCategory"] = "Commitment-Based"
		}
	}
	return renamedColumns(t, table(t, rows), names)
}

func TestAzureFOCUSParquetIsTheSameAsCSV(t *testing.T) {
	const rows = "select * exclude (x_SourceName, x_ImportId) from cost order by all"
	text := focusAzureBill(t)
	db := open(t)
	if _, err := run(t, db, focus("azure_focus_1_2", text)); err != nil {
		t.Fatal(err)
	}
	want := query(t, db, rows)
	// The scales of decimals differ by column; dates are times in some versions and texts in others.
	typed := typedParquet(t, text, `replace (
		cast(BilledCost as decimal(38, 10)) as BilledCost, cast(EffectiveCost as double) as EffectiveCost,
		cast(ListCost as decimal(38, 18)) as ListCost, cast(PricingQuantity as decimal(38, 6)) as PricingQuantity,
		cast(x_PricingBlockSize as decimal(38, 0)) as x_PricingBlockSize,
		cast(ChargePeriodStart as timestamp) as ChargePeriodStart, cast(ChargePeriodEnd as timestamptz) as ChargePeriodEnd)`)
	db = open(t)
	delivery := &bill{"azure_focus_1_2", "parquet", "v1", []billFile{{name: "part_0_0001.snappy.parquet", text: typed}}}
	if _, err := run(t, db, delivery); err != nil {
		t.Fatal(err)
	}
	if got := query(t, db, rows); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestAzureSubscriptionsAreWrittenInOneWay(t *testing.T) {
	db := open(t)
	text := sheet(t, focusAzureMonth, "BilledCost=1;EffectiveCost=1;ListCost=1;ContractedCost=1;x_SkuTerm=99999999999;x_SkuDetails={\"RINormalizationRatio\":\"much\"};"+
		"SubAccountId=/subscriptions/00000000-0000-0000-0000-000000000000;SubAccountName=Unassigned", "BilledCost=2;EffectiveCost=2;ListCost=2;ContractedCost=2;SubAccountId=ABCD-1")
	if _, err := run(t, db, focus("azure_focus_1_2", text)); err != nil {
		t.Fatal(err)
	}
	const want = " |  |  |  | {\"RINormalizationRatio\":\"much\"}\n/subscriptions/abcd-1 | Shop | Subscription |  | \n"
	if got := query(t, db, "select SubAccountId, SubAccountName, SubAccountType, x_SkuTerm, x_SkuDetails from cost order by BilledCost"); got != want {
		t.Errorf("got %swant %s", got, want)
	}
}
