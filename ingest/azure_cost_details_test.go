package ingest_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
)

// nativeLine is a charge of an agreement as the two native files tell it, and
// what it must become: worked out by hand from what Microsoft documents of
// ChargeType and PricingModel.
type nativeLine struct {
	name      string
	both      string // in both files
	actual    string // in the actual cost alone
	amortized string // in the amortized cost alone
	want      string // as of azureLine
	changes   string
}

// eaMonth is what an ordinary row of an enterprise agreement holds: most names
// are those of real files, which Microsoft's pages spell otherwise.
const eaMonth = `BillingAccountId=8611537;BillingAccountName=Acme;BillingProfileId=8611537;BillingProfileName=Acme;BillingCurrency=EUR;` +
	`BillingPeriodStartDate=10/01/2026;BillingPeriodEndDate=10/31/2026;Date=10/07/2026;ChargeType=Usage;Frequency=UsageBased;PricingModel=OnDemand;` +
	`SubscriptionId=11111111-2222-3333-4444-555555555555;SubscriptionName=Shop;ResourceGroup=RG-Shop;ResourceLocation=EU West;` +
	`ResourceId=` + virtualMachine + `;ResourceName=Web-1;ConsumedService=Microsoft.Compute;MeterCategory=Virtual Machines;MeterSubCategory=Dv3/DSv3 Series;` +
	`MeterId=6A3F;MeterName=D2 v3/D2s v3;Product=Virtual Machines Dv3 Series - D2 v3;UnitOfMeasure=1 Hour;Quantity=1;` +
	`CostCenter=4711;InvoiceSection=Retail;OfferId=MS-AZR-0017P;PublisherType=Azure;PublisherName=Microsoft;Tags="env": "prod","team": "a"`

var eaLines = []nativeLine{
	{name: "usage", both: "Cost=2.4;UnitPrice=0.1;PayGPrice=0.12;EffectivePrice=0.1;Quantity=24",
		want: "Usage - Usage-Based Standard - 2.4 2.4 2.88 2.4 24 24"},
	{name: "spot", both: "Cost=0.3;UnitPrice=0.03;PayGPrice=0.12;Quantity=10;PricingModel=Spot",
		want: "Usage - Usage-Based Dynamic - 0.3 0.3 1.2 0.3 10 10"},
	// The published sample: 8 hours at a negotiated 0.146, of which the reservation makes 0.061644; no retail price.
	{name: "reservation used",
		actual:    "Cost=0;UnitPrice=0.146;PayGPrice=0;EffectivePrice=0;Quantity=8;PricingModel=Reservation;benefitId=" + azureReserve + ";benefitName=VM_RI",
		amortized: "Cost=0.493152;UnitPrice=0.146;PayGPrice=0;EffectivePrice=0.061644;Quantity=8;PricingModel=Reservation;benefitId=" + azureReserve + ";benefitName=VM_RI",
		want:      "Usage - Usage-Based Committed Used 0 0.493152 1.168 1.168 8 8", changes: "[MissingListCost]"},
	{name: "plan used",
		actual:    "Cost=0;UnitPrice=0.0416;PayGPrice=0.0416;EffectivePrice=0;PricingModel=SavingsPlan;benefitId=" + azurePlan + ";benefitName=Plan",
		amortized: "Cost=0.0187;UnitPrice=0.0416;PayGPrice=0.0416;EffectivePrice=0.0187;PricingModel=SavingsPlan;benefitId=" + azurePlan + ";benefitName=Plan",
		want:      "Usage - Usage-Based Committed Used 0 0.0187 0.0416 0.0416 1 1"},
	{name: "reservation unused",
		amortized: "ChargeType=UnusedReservation;Cost=0.25;UnitPrice=0.146;PayGPrice=0;Quantity=4;PricingModel=Reservation;benefitId=" + azureReserve + ";benefitName=VM_RI;SubscriptionId=00000000-0000-0000-0000-000000000000;SubscriptionName=Unassigned;ResourceId=;ResourceGroup=Others;ResourceName=;PublisherName=",
		want:      "Usage - Usage-Based Committed Unused 0 0.25 0 0 4 -"},
	{name: "plan unused",
		amortized: "ChargeType=UnusedSavingsPlan;Cost=0.75;Quantity=1;PricingModel=SavingsPlan;benefitId=" + azurePlan + ";benefitName=Plan;SubscriptionId=00000000-0000-0000-0000-000000000000;ResourceId=;ResourceGroup=;PublisherName=",
		want:      "Usage - Usage-Based Committed Unused 0 0.75 0 0 1 -"},
	{name: "plan bought",
		actual: "ChargeType=Purchase;Frequency=Recurring;Cost=100;UnitPrice=100;PricingModel=SavingsPlan;benefitId=" + azurePlan + ";benefitName=Plan;Term=1Year;ResourceId=;ResourceGroup=;ConsumedService=Microsoft.BillingBenefits",
		want:   "Purchase - Recurring Standard - 100 0 100 100 1 -", changes: "[MissingListCost]"},
	{name: "plan given back in the same month",
		actual: "ChargeType=Refund;Frequency=OneTime;Cost=-100;UnitPrice=100;Quantity=-1;PricingModel=SavingsPlan;benefitId=" + azurePlan + ";benefitName=Plan;ResourceId=;ResourceGroup=;ConsumedService=Microsoft.BillingBenefits",
		want:   "Purchase - One-Time Standard - -100 0 -100 -100 -1 -", changes: "[MissingListCost, RefundIsNoCorrection]"},
	{name: "reservation given back that was bought before",
		actual: "ChargeType=Refund;Frequency=OneTime;Cost=-20;UnitPrice=20;Quantity=-1;PricingModel=Reservation;benefitId=" + azureReserve + ";benefitName=VM_RI;ResourceId=;ResourceGroup=;ConsumedService=Microsoft.Capacity",
		want:   "Purchase Correction One-Time Standard - -20 0 -20 -20 -1 -", changes: "[MissingListCost]"},
	{name: "marketplace",
		both: "ChargeType=Purchase;Frequency=Recurring;Cost=49;UnitPrice=;PayGPrice=;PricingModel=;PublisherType=Marketplace;PublisherName=Contoso;ConsumedService=Microsoft.SaaS;ResourceId=;MeterCategory=Marketplace;MeterSubCategory=Unassigned",
		want: "Purchase - Recurring - - 49 49 49 49 1 -", changes: "[MissingContractedCost, MissingListCost]"},
	{name: "refund with the quantity of a purchase", both: "ChargeType=Refund;Frequency=OneTime;Cost=-12;UnitPrice=12;PayGPrice=15;Quantity=1",
		want: "Purchase Correction One-Time Standard - -12 -12 -15 -12 1 -", changes: "[MisSignedContractedCost, MisSignedListCost]"},
	{name: "refund that charges", both: "ChargeType=Refund;Frequency=OneTime;Cost=12;UnitPrice=12;PayGPrice=12;Quantity=1",
		want: "Purchase Correction One-Time Standard - 12 12 12 12 1 -", changes: "[PositiveRefund]"},
	{name: "rounding", both: "ChargeType=RoundingAdjustment;Frequency=OneTime;Cost=-0.004;PricingModel=;Quantity=;UnitOfMeasure=;SubscriptionId=00000000-0000-0000-0000-000000000000;ResourceId=;ResourceGroup=;Tags=",
		want: "Adjustment - One-Time - - -0.004 -0.004 -0.004 -0.004 - -"},
	{name: "a type nobody knows yet", both: "ChargeType=BrandNew;Cost=3;PricingModel=",
		want: "Adjustment - Usage-Based - - 3 3 3 3 1 -", changes: "[UnknownChargeType]"},
	// Real rows: 0.0004 blocks of 10,000 at 0.1 cost 0.00004, and are 4 operations.
	{name: "block", both: "Cost=0.00004;UnitPrice=0.1;PayGPrice=0.2;Quantity=0.0004;UnitOfMeasure=10K;ConsumedService=Microsoft.Storage;ResourceId=" + subscription + "/resourceGroups/RG-SHOP/providers/Microsoft.Storage/storageAccounts/Shop",
		want: "Usage - Usage-Based Standard - 0.00004 0.00004 0.00008 0.00004 0.0004 4"},
	{name: "a unit and a service nobody knows", both: "Cost=1;UnitPrice=1;PayGPrice=1;UnitOfMeasure=7 Parsecs;ConsumedService=Microsoft.Starship;MeterCategory=Starships;MeterSubCategory=;ResourceId=" + subscription + "/resourceGroups/rg/providers/Microsoft.Starship/hulls/a",
		want: "Usage - Usage-Based Standard - 1 1 1 1 1 1", changes: "[UnknownPricingUnit, UnknownService]"},
	{name: "free", both: "Cost=0;UnitPrice=0;PayGPrice=0", want: "Usage - Usage-Based Standard - 0 0 0 0 1 1"},
}

// pair is a delivery of the two native files.
func pair(t *testing.T, month string, lines []nativeLine) *bill {
	t.Helper()
	var actual, amortized []string
	for _, line := range lines {
		name := ";Product=" + line.name
		for _, text := range []string{line.both, line.actual} {
			if text != "" {
				actual = append(actual, text+name)
			}
		}
		for _, text := range []string{line.both, line.amortized} {
			if text != "" {
				amortized = append(amortized, text+name)
			}
		}
	}
	return &bill{"azure_cost_details", "csv", "v1", []billFile{
		{"ActualCost", "actual/part_0_0001.csv", sheet(t, month, actual...)},
		{"AmortizedCost", "amortized/part_0_0001.csv", sheet(t, month, amortized...)},
	}}
}

func TestAzureNativeLinesOfAnEnterpriseAgreement(t *testing.T) {
	db := open(t)
	outcome, err := run(t, db, pair(t, eaMonth, eaLines))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range eaLines {
		t.Run(line.name, func(t *testing.T) {
			got := strings.TrimSpace(strings.ReplaceAll(query(t, db, azureRow+"'"+line.name+"'"), " | ", " "))
			if want := strings.TrimSpace(line.want + " " + line.changes); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
	if !strings.Contains(outcome.Note, "rows of the unknown ChargeType BrandNew are kept as Adjustment: 1") {
		t.Errorf("the note says %q", outcome.Note)
	}
	// Actual: 2.4 + 0.3 + 100 - 100 - 20 + 49 - 12 + 12 - 0.004 + 3 + 0.00004 + 1. Amortized: 2.4 + 0.3 + 0.493152 + 0.0187
	// + 0.25 + 0.75 + 49 - 12 + 12 - 0.004 + 3 + 0.00004 + 1.
	const totals = "select BillingAccountId, BillingCurrency, InvoiceId, SourceCost::decimal(12,6), BilledCost::decimal(12,6), EffectiveCost::decimal(12,6) from import_total"
	const want = "/providers/microsoft.billing/billingaccounts/8611537 | EUR |  | 35.696040 | 35.696040 | 57.207892\n"
	if got := query(t, db, totals); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
	// Of 57.207892 the amortized cost, 55.696040 stands in both: 35.696040 less 100 - 100 - 20.
	const tied = `amortized_cost | /providers/microsoft.billing/billingaccounts/8611537 |  | EUR | 57.2079 | 57.2079 | 0.0000
both_files | /providers/microsoft.billing/billingaccounts/8611537 |  | EUR | 55.6960 | 55.6960 | 0.0000
commitment_purchase | ` + "/providers/microsoft.billingbenefits/savingsplanorders/0000cccc/savingsplans/0000dddd" + ` |  | EUR | 0.0000 | 0.0000 | 0.0000
commitment_purchase | ` + "/providers/microsoft.capacity/reservationorders/0000aaaa/reservations/0000bbbb" + ` |  | EUR | 0.0000 | 0.0000 | 0.0000
commitment_usage | ` + "/providers/microsoft.billingbenefits/savingsplanorders/0000cccc/savingsplans/0000dddd" + ` |  | EUR | 0.0000 | 0.0000 | 0.0000
commitment_usage | ` + "/providers/microsoft.capacity/reservationorders/0000aaaa/reservations/0000bbbb" + ` |  | EUR | 0.0000 | 0.0000 | 0.0000
`
	if got := query(t, db, checks); got != tied {
		t.Errorf("got\n%swant\n%s", got, tied)
	}
}

func TestAzureNativeNamesAndKeys(t *testing.T) {
	db := open(t)
	if _, err := run(t, db, pair(t, eaMonth, eaLines)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"usage": "2026-10-07 | /subscriptions/11111111-2222-3333-4444-555555555555 | Shop | rg-shop | " + strings.ToLower(virtualMachine) +
			" | Web-1 | Virtual machine | microsoft.compute/virtualmachines | Virtual Machines | Compute | westeurope | West Europe | Hours | 4711 | Retail | {\"env\":\"prod\",\"team\":\"a\"}",
		"reservation unused": "2026-10-07 |  |  |  | /providers/microsoft.capacity/reservationorders/0000aaaa/reservations/0000bbbb" +
			" | VM_RI | Reservation | microsoft.capacity/reservationorders/reservations | Virtual Machines | Compute | westeurope | West Europe | Hours | 4711 | Retail | {\"env\":\"prod\",\"team\":\"a\"}",
		"block": "2026-10-07 | /subscriptions/11111111-2222-3333-4444-555555555555 | Shop | rg-shop | " + strings.ToLower(subscription) +
			"/resourcegroups/rg-shop/providers/microsoft.storage/storageaccounts/shop | Web-1 | Storage account | microsoft.storage/storageaccounts | Storage Accounts | Storage | westeurope | West Europe | Units | 4711 | Retail | {\"env\":\"prod\",\"team\":\"a\"}",
		"marketplace": "2026-10-07 | /subscriptions/11111111-2222-3333-4444-555555555555 | Shop | rg-shop |  | Web-1 |  |  | Contoso | Other | westeurope | West Europe | Hours | 4711 | Retail | {\"env\":\"prod\",\"team\":\"a\"}",
	} {
		got := query(t, db, `select ChargePeriodStart::date, SubAccountId, SubAccountName, x_ResourceGroupName, ResourceId, ResourceName, ResourceType, x_ResourceType,
			ServiceName, ServiceCategory, RegionId, RegionName, PricingUnit, x_CostCenter, x_InvoiceSectionName, Tags from cost where ChargeDescription = '`+name+"'")
		if got != want+"\n" {
			t.Errorf("%s:\ngot  %swant %s", name, got, want)
		}
	}
}

func TestAzureFilesOfDifferentHoursTieWithTheDifferenceNamed(t *testing.T) {
	late := []nativeLine{
		{name: "usage", both: "Cost=2.4;UnitPrice=0.1;PayGPrice=0.12;Quantity=24"},
		{name: "later", actual: "Cost=0.6;UnitPrice=0.1;PayGPrice=0.12;Quantity=6"},
	}
	db := open(t)
	outcome, err := run(t, db, pair(t, eaMonth, late))
	if err != nil {
		t.Fatal(err)
	}
	const want = `Adjustment | in the actual cost and not in the amortized cost | 0.6000 | 0.0000 | [FilesDiffer]
Usage | usage | 2.4000 | 2.4000 | 
`
	if got := query(t, db, "select ChargeCategory, ChargeDescription, BilledCost::decimal(12,4), EffectiveCost::decimal(12,4), x_Changes from cost order by all"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if !strings.Contains(outcome.Note, "the actual cost has 0.6 EUR more than the amortized cost") {
		t.Errorf("the note says %q", outcome.Note)
	}
	if got := query(t, db, "select Difference::decimal(12,4) from import_check where CheckName = 'both_files'"); got != "-0.6000\n" {
		t.Errorf("both_files differs by %s; want -0.6", got)
	}
}

func TestHalfAPairOfAzureIsRefused(t *testing.T) {
	for _, missing := range []string{"ActualCost", "AmortizedCost"} {
		half := pair(t, eaMonth, eaLines[:1])
		for i, file := range half.files {
			if file.part == missing {
				header, _, _ := strings.Cut(file.text, "\n")
				half.files[i].text = header + "\n"
			}
		}
		_, err := run(t, open(t), half)
		if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), "no row of "+missing) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}

// mcaMonth is an ordinary row of a customer agreement: priced in dollars,
// billed in euros at 0.9, each name in the casing of real files.
const mcaMonth = `billingAccountId=7c05:ab_2019-05-31;billingAccountName=Acme;billingProfileId=PROF-1;billingProfileName=Acme EU;billingCurrency=EUR;pricingCurrency=USD;` +
	`exchangeRatePricingToBilling=0.9;billingPeriodStartDate=;billingPeriodEndDate=;date=10/07/2026;chargeType=Usage;frequency=UsageBased;pricingModel=OnDemand;` +
	`SubscriptionId=11111111-2222-3333-4444-555555555555;subscriptionName=Shop;resourceGroupName=RG-Shop;resourceLocation=westeurope;location=EU West;` +
	`ResourceId=` + virtualMachine + `;consumedService=Microsoft.Compute;meterCategory=Virtual Machines;meterSubCategory=Dv3/DSv3 Series;` +
	`meterId=6a3f;meterName=D2 v3/D2s v3;ProductId=DZH318Z0BPS6;ProductName=D2;unitOfMeasure=1 Hour;quantity=10;invoiceId=G000000001;` +
	`publisherType=Microsoft;publisherName=Microsoft;tags={"env":"prod"};provider=Azure`

func TestAzureCustomerAgreementIsPricedInItsOwnCurrency(t *testing.T) {
	lines := []nativeLine{
		{name: "usage", both: "costInBillingCurrency=0.9;costInPricingCurrency=1;unitPrice=0.1;PayGPrice=0.12;paygCostInBillingCurrency=1.08;effectivePrice=0.1"},
		{name: "covered", actual: "costInBillingCurrency=0;costInPricingCurrency=0;unitPrice=;PayGPrice=;paygCostInBillingCurrency=0;pricingModel=Reservation;benefitId=" + azureReserve,
			amortized: "costInBillingCurrency=0.45;costInPricingCurrency=0.5;unitPrice=;PayGPrice=;paygCostInBillingCurrency=0;pricingModel=Reservation;benefitId=" + azureReserve},
	}
	db := open(t)
	if _, err := run(t, db, pair(t, mcaMonth, renameProduct(lines))); err != nil {
		t.Fatal(err)
	}
	const profile = "/providers/microsoft.billing/billingaccounts/7c05:ab_2019-05-31/billingprofiles/prof-1"
	const want = `covered | ` + profile + ` | Billing Profile | Acme EU | G000000001 | 0.0000 | 0.4500 | 0.4500 | 0.4500 |  |  |  | 0.5000 | USD | [MissingContractedCost, MissingListCost]
usage | ` + profile + ` | Billing Profile | Acme EU | G000000001 | 0.9000 | 0.9000 | 1.0800 | 0.9000 | 0.0900 | 0.1080 | 0.1000 | 1.0000 | USD | 
`
	if got := query(t, db, `select ChargeDescription, BillingAccountId, BillingAccountType, BillingAccountName, InvoiceId, BilledCost::decimal(12,4),
		EffectiveCost::decimal(12,4), ListCost::decimal(12,4), ContractedCost::decimal(12,4), ContractedUnitPrice::decimal(12,4), ListUnitPrice::decimal(12,4),
		PricingCurrencyContractedUnitPrice::decimal(12,4), PricingCurrencyEffectiveCost::decimal(12,4), PricingCurrency, list_sort(x_Changes) from cost order by all`); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := query(t, db, "select distinct BillingPeriodStart, BillingPeriodEnd from cost"); got != "2026-10-01 00:00:00 | 2026-11-01 00:00:00\n" {
		t.Errorf("the period is %s", got)
	}
}

// renameProduct gives lines their name in the column of a customer agreement.
func renameProduct(lines []nativeLine) []nativeLine {
	var renamed []nativeLine
	for _, line := range lines {
		name := ";ProductName=" + line.name
		for _, text := range []*string{&line.both, &line.actual, &line.amortized} {
			if *text != "" {
				*text += name
			}
		}
		line.name = ""
		renamed = append(renamed, line)
	}
	return renamed
}

func TestAzurePartnersAndSubscriptionsHaveAPayer(t *testing.T) {
	mca := cells(t, mcaMonth)
	partner := maps.Clone(mca)
	maps.Copy(partner, cells(t, "partnerTenantId=p-1;partnerName=Reseller;customerTenantId=C-1;customerName=Acme"))
	subscriptionScope := maps.Clone(partner)
	for _, name := range []string{"invoiceId", "billingAccountId", "billingProfileId", "billingProfileName"} {
		delete(subscriptionScope, name)
	}
	for name, test := range map[string]struct {
		row  map[string]string
		want string
	}{
		"partner agreement":      {partner, "/providers/microsoft.billing/billingaccounts/7c05:ab_2019-05-31/billingprofiles/prof-1 | Billing Profile | Reseller | G000000001\n"},
		"partner's subscription": {subscriptionScope, "/customers/c-1 | Customer | Reseller | \n"},
	} {
		t.Run(name, func(t *testing.T) {
			maps.Copy(test.row, cells(t, "costInBillingCurrency=0.9;unitPrice=0.1;PayGPrice=0.12"))
			text := table(t, []map[string]string{test.row})
			db := open(t)
			_, err := run(t, db, &bill{"azure_cost_details", "csv", "v1", []billFile{{"ActualCost", "a.csv", text}, {"AmortizedCost", "b.csv", text}}})
			if err != nil {
				t.Fatal(err)
			}
			if got := query(t, db, "select BillingAccountId, BillingAccountType, InvoiceIssuerName, InvoiceId from cost"); got != test.want {
				t.Errorf("got  %swant %s", got, test.want)
			}
		})
	}
}

func TestAzurePayAsYouGoUsage(t *testing.T) {
	text := sheet(t, `SubscriptionGuid=11111111-2222-3333-4444-555555555555;ResourceGroup=rg-shop;ResourceLocation=westeurope;UsageDateTime=2026-10-07;`+
		`MeterCategory=Virtual Machines;MeterSubcategory=Dv3;MeterId=6a3f;MeterName=D2;UsageQuantity=10;ResourceRate=0.1;PreTaxCost=1;ConsumedService=Microsoft.Compute;`+
		`ResourceType=Microsoft.Compute/virtualMachines;InstanceId=`+virtualMachine+`;Tags="env": "prod";OfferId=MS-AZR-0003P;Currency=EUR;UnitOfMeasure=1 Hour`, "")
	db := open(t)
	if _, err := run(t, db, focus("azure_usage", text)); err != nil {
		t.Fatal(err)
	}
	const want = "/subscriptions/11111111-2222-3333-4444-555555555555 | Subscription | Usage | 1.0000 | 1.0000 | 10.0000 | 10.0000 | Virtual Machines | microsoft.compute/virtualmachines | prod | EUR | [MissingContractedCost, MissingListCost]\n"
	if got := query(t, db, `select BillingAccountId, BillingAccountType, ChargeCategory, BilledCost::decimal(12,4), EffectiveCost::decimal(12,4), PricingQuantity::decimal(12,4),
		ConsumedQuantity::decimal(12,4), ServiceName, x_ResourceType, Tags ->> 'env', BillingCurrency, list_sort(x_Changes) from cost`); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestAzureDaysToComeCountInTheTotalAndNotAsFresh(t *testing.T) {
	lines := []nativeLine{
		{name: "usage", both: "Cost=2.4;UnitPrice=0.1;PayGPrice=0.12;Quantity=24"},
		{name: "today", amortized: "ChargeType=UnusedSavingsPlan;Cost=0.75;PricingModel=SavingsPlan;benefitId=" + azurePlan + ";Date=10/10/2026"},
		{name: "to come", amortized: "ChargeType=UnusedSavingsPlan;Cost=0.75;PricingModel=SavingsPlan;benefitId=" + azurePlan + ";Date=10/11/2026"},
		{name: "to come", amortized: "ChargeType=UnusedSavingsPlan;Cost=0.75;PricingModel=SavingsPlan;benefitId=" + azurePlan + ";Date=10/31/2026"},
	}
	db := open(t)
	now := time.Date(2026, 10, 10, 6, 30, 0, 0, time.UTC)
	if _, err := ingest.Run(t.Context(), db, pair(t, eaMonth, lines), ingest.Options{Landing: t.TempDir(), Now: now}); err != nil {
		t.Fatal(err)
	}
	if got := query(t, db, "select EffectiveCost::decimal(12,4) from import_total"); got != "4.6500\n" {
		t.Errorf("the month's effective cost is %s; want 2.4 + 3 x 0.75", got)
	}
	if got := query(t, db, "select LastCharge from import"); got != "2026-10-08 00:00:00\n" {
		t.Errorf("the delivery reaches to %s; want the end of its newest usage", got)
	}
	const plan = "/providers/microsoft.billingbenefits/savingsplanorders/0000cccc/savingsplans/0000dddd"
	if got := query(t, db, "select Subject, Found::decimal(12,4) from import_check where CheckName = 'future_dated'"); got != plan+" | 1.5000\n" {
		t.Errorf("future_dated is %s; want 2 x 0.75 of the plan", got)
	}
	if got := query(t, db, "select sum(EffectiveCost)::decimal(12,4) from budgeted_cost"); got != "3.1500\n" {
		t.Errorf("against budgets count %s; want 2.4 + 0.75", got)
	}
}

func TestWhatIsNoResourceOfAzureCannotBeTagged(t *testing.T) {
	lines := []nativeLine{
		{name: "resource", both: "Cost=2.4;UnitPrice=0.1;Quantity=24"},
		{name: "software as a service", both: "Cost=1;UnitPrice=1;ResourceId=;ResourceGroup="},
		{name: "unused", amortized: "ChargeType=UnusedSavingsPlan;Cost=0.75;PricingModel=SavingsPlan;ResourceId=;benefitId=" + azurePlan},
	}
	db := open(t)
	if _, err := run(t, db, pair(t, eaMonth, lines)); err != nil {
		t.Fatal(err)
	}
	const want = "0.7500 | false\n1.0000 | false\n2.4000 | true\n"
	if got := query(t, db, "select EffectiveCost::decimal(12,4), x_Taggable from owned_cost order by all"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestEveryChangeOfAzureIsExplained(t *testing.T) {
	db := open(t)
	if _, err := run(t, db, pair(t, eaMonth, eaLines)); err != nil {
		t.Fatal(err)
	}
	export := focus("azure_focus_1_2", focusAzureBill(t))
	export.version = "v2"
	if _, err := run(t, db, export); err != nil {
		t.Fatal(err)
	}
	if got := query(t, db, "select count(distinct ChangeCode) > 20 from import_change"); got != "true\n" {
		t.Error("the bills show too few changes")
	}
	if got := query(t, db, "select distinct ChangeCode from import_change anti join change_code using (ChangeCode)"); got != "" {
		t.Errorf("without a meaning: %s", got)
	}
}
