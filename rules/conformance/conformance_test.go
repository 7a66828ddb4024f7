package conformance_test

import (
	"database/sql"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/rules/conformance"
	"github.com/google/go-cmp/cmp"
)

// conformant is a month that keeps every rule: usage, the purchase of a
// commitment with its used and unused part, a tax, a credit and a correction.
const conformant = `
insert into cost by name
with charge (x_SourceLineId, ChargeCategory, ChargeFrequency, PricingCategory, CommitmentDiscountStatus, IsOfCommitment, BilledCost, EffectiveCost, IsPriced) as (
    values
        ('usage',      'Usage',    'Usage-Based', 'Standard',  null,     false, 2, 2, true),
        ('purchase',   'Purchase', 'One-Time',    'Standard',  null,     true,  2, 0, true),
        ('used',       'Usage',    'Usage-Based', 'Committed', 'Used',   true,  0, 1, true),
        ('unused',     'Usage',    'Usage-Based', 'Committed', 'Unused', true,  0, 1, true),
        ('tax',        'Tax',      'One-Time',    null,        null,     false, 1, 1, false),
        ('credit',     'Credit',   'One-Time',    null,        null,     false, -1, -1, false)
)
select
    charge.* exclude (IsOfCommitment, IsPriced),
    2 as ListCost,
    2 as ContractedCost,
    if(IsPriced, 0.5, null) as ListUnitPrice,
    if(IsPriced, 0.5, null) as ContractedUnitPrice,
    if(IsPriced, 4, null) as PricingQuantity,
    if(IsPriced, 'Hours', null) as PricingUnit,
    if(x_SourceLineId in ('usage', 'used'), 4, null) as ConsumedQuantity,
    if(x_SourceLineId in ('usage', 'used'), 'Hours', null) as ConsumedUnit,
    if(IsPriced, 'sku', null) as SkuId,
    if(IsPriced, 'sku.price', null) as SkuPriceId,
    if(IsPriced, 'Hours of m5', null) as SkuMeter,
    if(IsPriced, '{"InstanceType": "m5.large", "x_Own": 1}', null) as SkuPriceDetails,
    if(IsOfCommitment, 'plan', null) as CommitmentDiscountId,
    if(IsOfCommitment, 'Plan', null) as CommitmentDiscountName,
    if(IsOfCommitment, 'Savings Plan', null) as CommitmentDiscountType,
    if(IsOfCommitment, 'Spend', null) as CommitmentDiscountCategory,
    if(IsOfCommitment, 2, null) as CommitmentDiscountQuantity,
    if(IsOfCommitment, 'USD', null) as CommitmentDiscountUnit,
    'payer' as BillingAccountId,
    'Billing' as BillingAccountType,
    'USD' as BillingCurrency,
    timestamp '2026-10-01' as BillingPeriodStart,
    timestamp '2026-11-01' as BillingPeriodEnd,
    timestamp '2026-10-02' as ChargePeriodStart,
    timestamp '2026-10-03' as ChargePeriodEnd,
    'A charge' as ChargeDescription,
    'Acme' as ProviderName,
    'Acme' as PublisherName,
    'Acme Inc.' as InvoiceIssuerName,
    'Compute' as ServiceCategory,
    'Virtual Machines' as ServiceSubcategory,
    'Machines' as ServiceName,
    'eu-1' as RegionId,
    'Europe' as RegionName,
    'i-1' as ResourceId,
    'machine' as ResourceName,
    'instance' as ResourceType,
    'team' as SubAccountId,
    'Team' as SubAccountName,
    'Account' as SubAccountType,
    '{"team": "search"}' as Tags,
    'vendor' as x_SourceName,
    '2026-10' as x_Slice,
    'vendor/2026-10' as x_ImportId
from charge`

func open(t *testing.T) *sql.DB {
	t.Helper()
	db, err := model.Open(t.Context(), "", model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if _, err := db.Exec(conformant); err != nil {
		t.Fatal(err)
	}
	return db
}

// breaks are changes to the conformant month, of the lines named or of all,
// and the rules that it then breaks.
var breaks = []struct {
	lines, set string
	want       []string
}{
	{"usage", "BilledCost = 2", nil},
	{"usage", "InvoiceIssuerName = null", []string{"InvoiceIssuerName is empty"}},
	{"usage", "PublisherName = null, ChargeDescription = null", []string{"ChargeDescription is empty", "PublisherName is empty"}},
	{"usage", "ChargeFrequency = null", []string{"ChargeFrequency is empty"}},
	{"", "ChargeFrequency = null", nil}, // not supplied
	{"usage", "ServiceSubcategory = null", []string{"ServiceSubcategory is empty"}},
	{"", "ServiceSubcategory = null", nil},
	{"usage", "ServiceSubcategory = 'Caching'", []string{"ServiceSubcategory is not one of its category"}},
	{"usage", "ServiceSubcategory = 'Other (Compute)'", nil},
	{"", "ServiceCategory = 'Computers'", []string{"ServiceCategory is not in its list"}},
	{"usage", "ServiceCategory = 'Storage', ServiceSubcategory = 'Block Storage'", []string{"a service in several categories"}},
	{"credit", "ChargeCategory = 'Refund'", []string{"ChargeCategory is not in its list"}},
	{"tax", "ChargeClass = 'correction'", []string{"ChargeClass is not in its list"}},
	{"tax", "ChargeFrequency = 'Monthly'", []string{"ChargeFrequency is not in its list"}},
	{"usage", "PricingCategory = 'On-Demand'", []string{"PricingCategory is not in its list"}},
	{"purchase", "CommitmentDiscountCategory = 'Money'", []string{"CommitmentDiscountCategory is not in its list"}},
	{"used", "CommitmentDiscountStatus = 'used'", []string{"CommitmentDiscountStatus is not in its list"}},
	{"", "CapacityReservationId = 'cr', CapacityReservationStatus = 'Reserved'", []string{"CapacityReservationStatus is not in its list"}},
	{"", "BillingCurrency = 'credits'", []string{"BillingCurrency is no ISO 4217 code"}},
	{"usage", "RegionName = null", []string{"RegionName without RegionId, or the other way"}},
	{"", "RegionName = null", nil},
	{"usage", "ResourceType = null", []string{"ResourceType without ResourceId, or the other way"}},
	{"usage", "SubAccountName = null", []string{"SubAccountName without SubAccountId, or the other way"}},
	{"usage", "SubAccountType = null", []string{"SubAccountType without SubAccountId, or the other way"}},
	{"usage", "BillingAccountType = null", []string{"BillingAccountType is empty"}},
	{"usage", "PricingUnit = null", []string{"PricingUnit without PricingQuantity, or the other way"}},
	{"usage", "ConsumedUnit = null", []string{"ConsumedUnit without ConsumedQuantity, or the other way"}},
	{"used", "CommitmentDiscountUnit = null", []string{"CommitmentDiscountUnit without CommitmentDiscountQuantity, or the other way"}},
	{"used", "CommitmentDiscountType = null", []string{"CommitmentDiscountType without CommitmentDiscountId, or the other way"}},
	{"usage", "ResourceId = null, ResourceType = null", []string{"ResourceName without ResourceId"}},
	{"tax", "SkuMeter = 'Hours'", []string{"SkuMeter without SkuId"}},
	{"tax", "SkuPriceDetails = '{}'", []string{"SkuPriceDetails without SkuPriceId"}},
	{"usage", "CommitmentDiscountName = 'Plan'", []string{"CommitmentDiscountName without CommitmentDiscountId"}},
	{"usage", "CommitmentDiscountCategory = 'Spend'", []string{"CommitmentDiscountCategory without CommitmentDiscountId"}},
	{"usage", "CommitmentDiscountStatus = 'Used'", []string{"CommitmentDiscountStatus without CommitmentDiscountId"}},
	{"purchase", "CommitmentDiscountCategory = null", []string{"CommitmentDiscountId without CommitmentDiscountCategory"}},
	{"usage", "CapacityReservationStatus = 'Used'", []string{"CapacityReservationStatus without CapacityReservationId"}},
	{"usage", "CapacityReservationId = 'cr'", []string{"usage with CapacityReservationId without CapacityReservationStatus"}},
	{"tax", "SkuId = 'vat'", []string{"a tax with SkuId"}},
	{"tax", "SkuPriceId = 'vat'", []string{"a tax with SkuPriceId"}},
	{"tax", "PricingCategory = 'Standard'", []string{"a tax with PricingCategory"}},
	{"tax", "PricingQuantity = 1, PricingUnit = 'Each'", []string{"a tax with PricingQuantity"}},
	{"tax", "ListUnitPrice = 1, ContractedUnitPrice = 1", []string{"a tax with ContractedUnitPrice", "a tax with ListUnitPrice"}},
	{"usage", "SkuId = null, SkuMeter = null", []string{"SkuId is empty"}},
	{"usage", "SkuPriceId = null, SkuPriceDetails = null", []string{"SkuPriceId is empty"}},
	{"usage", "PricingCategory = null", []string{"PricingCategory is empty"}},
	{"usage", "PricingQuantity = null, PricingUnit = null", []string{"PricingQuantity is empty"}},
	{"usage", "ListUnitPrice = null, ContractedUnitPrice = null", []string{"ContractedUnitPrice is empty", "ListUnitPrice is empty"}},
	{"usage", "ListUnitPrice = null, ContractedUnitPrice = null, ChargeClass = 'Correction'", nil},
	// 0.5 x 4 is 2; a thousandth of 2.002 is 0.002, which 2.003 exceeds.
	{"usage", "ListCost = 2.002, ContractedCost = 1.9981", nil},
	{"usage", "ListCost = 2.003", []string{"ListCost is not ListUnitPrice x PricingQuantity"}},
	{"usage", "ContractedCost = 1.9979", []string{"ContractedCost is not ContractedUnitPrice x PricingQuantity"}},
	{"usage", "ListCost = 5, ChargeClass = 'Correction'", nil},
	{"usage", "ListUnitPrice = -0.5, ListCost = -2", []string{"ListUnitPrice is negative"}},
	{"usage", "PricingCurrencyContractedUnitPrice = -1", []string{"PricingCurrencyContractedUnitPrice is negative"}},
	{"used", "CommitmentDiscountStatus = null", []string{"usage of a commitment that says neither Used nor Unused"}},
	{"purchase", "CommitmentDiscountStatus = 'Used'", []string{"CommitmentDiscountStatus of what is no usage"}},
	{"used", "BilledCost = 1", []string{"usage of a commitment that is billed again"}},
	{"purchase", "EffectiveCost = 2", []string{"a commitment's purchase with EffectiveCost"}},
	{"used", "PricingCategory = 'Standard'", []string{"usage of a commitment that is not priced as Committed"}},
	{"unused", "ConsumedQuantity = 1, ConsumedUnit = 'Hours'", []string{"what lay unused of a commitment with ConsumedQuantity"}},
	{"unused", "CommitmentDiscountQuantity = null, CommitmentDiscountUnit = null", []string{"CommitmentDiscountQuantity is empty"}},
	{"", "CommitmentDiscountQuantity = null, CommitmentDiscountUnit = null", nil},
	{"unused", "CommitmentDiscountUnit = 'Hours'", []string{"a commitment in several units"}},
	{"used", "SkuId = 'other'", []string{"SkuPriceId of several SKUs"}},
	{"usage", "ChargePeriodEnd = ChargePeriodStart", []string{"ChargePeriodEnd is not after ChargePeriodStart"}},
	{"usage", "ChargePeriodStart = timestamp '2026-11-01', ChargePeriodEnd = timestamp '2026-11-02'", []string{"a charge outside its billing period"}},
	{"purchase", "ChargePeriodEnd = timestamp '2027-10-01'", nil},
	{"", "BillingPeriodEnd = BillingPeriodStart, ChargeClass = 'Correction'", []string{"BillingPeriodEnd is not after BillingPeriodStart"}},
	{"purchase", "ChargeFrequency = 'Usage-Based'", []string{"a purchase that is Usage-Based"}},
	{"tax", "ConsumedQuantity = 1, ConsumedUnit = 'Each'", []string{"ConsumedQuantity of what is no usage"}},
	{"credit", "EffectiveCost = 0", []string{"a credit whose EffectiveCost is not its BilledCost"}},
	{"usage", `Tags = '{"team": {"name": "search"}}'`, []string{"Tags holds an object or a list"}},
	{"usage", `SkuPriceDetails = '{"CoreCount": 4, "Colour": "red"}'`, []string{"SkuPriceDetails has a key of its own without x_"}},
}

func TestEachRuleIsBrokenByWhatBreaksItAlone(t *testing.T) {
	db := open(t)
	checks, err := conformance.Checks()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range breaks {
		t.Run(b.lines+" "+b.set, func(t *testing.T) {
			if _, err := db.Exec("delete from cost; " + conformant); err != nil {
				t.Fatal(err)
			}
			if _, err := db.Exec("update cost set "+b.set+" where ? in ('', x_SourceLineId)", b.lines); err != nil {
				t.Fatal(err)
			}
			found, err := conformance.Run(t.Context(), db, checks, conformance.Scope{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, breach := range found {
				got = append(got, breach.Rule)
			}
			slices.Sort(got)
			if diff := cmp.Diff(b.want, slices.Compact(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestABreachTellsSourceMonthCurrencyAndMoney(t *testing.T) {
	db := open(t)
	if _, err := db.Exec("update cost set InvoiceIssuerName = null where x_SourceLineId in ('usage', 'tax')"); err != nil {
		t.Fatal(err)
	}
	checks, err := conformance.Checks()
	if err != nil {
		t.Fatal(err)
	}
	month := func(text string) model.Period {
		period, err := model.ParsePeriod(text)
		if err != nil {
			t.Fatal(err)
		}
		return period
	}
	for _, scope := range []conformance.Scope{{}, {Since: month("2026-10"), Until: month("2026-10"), Sources: []string{"vendor"}}} {
		found, err := conformance.Run(t.Context(), db, checks, scope)
		if err != nil || len(found) != 1 {
			t.Fatalf("got %v, %v; want one breach", found, err)
		}
		b := found[0]
		if b.Check != "required_values" || b.SourceName != "vendor" || b.Month.String() != "2026-10" || b.BillingCurrency != "USD" ||
			b.Charges != 2 || b.BilledCost.String() != "3" || b.Example != "Tax of Machines" {
			t.Errorf("got %+v", b)
		}
	}
	for _, scope := range []conformance.Scope{{Since: month("2026-11")}, {Until: month("2026-09")}, {Sources: []string{"other"}}} {
		if found, err := conformance.Run(t.Context(), db, checks, scope); err != nil || len(found) > 0 {
			t.Errorf("%+v: got %v, %v; want nothing", scope, found, err)
		}
	}
}

func TestEveryRuleOfTheChecksIsBrokenByATest(t *testing.T) {
	checks, err := conformance.Checks()
	if err != nil {
		t.Fatal(err)
	}
	var broken []string
	for _, b := range breaks {
		broken = append(broken, b.want...)
	}
	for _, check := range checks {
		if !slices.ContainsFunc(broken, func(rule string) bool { return strings.Contains(strings.ReplaceAll(check.SQL, "''", "'"), rule) }) {
			t.Errorf("no test breaks a rule of %s", check.Name)
		}
	}
}

func TestTheDocsListEveryCheck(t *testing.T) {
	text, err := os.ReadFile("../../docs/conformance.md")
	if err != nil {
		t.Fatal(err)
	}
	checks, err := conformance.Checks()
	if err != nil {
		t.Fatal(err)
	}
	for _, check := range checks {
		if !strings.Contains(string(text), "| `"+check.Name+"` |") {
			t.Errorf("docs/conformance.md does not list %s", check.Name)
		}
	}
}
