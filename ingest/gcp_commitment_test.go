package ingest_test

import (
	"strings"
	"testing"
)

// Google's two worked examples of spend-based commitments, for one hour of a machine with 8 vCPU, in the shape of
// before and after January 2026 ("Spend-based CUD program improvements", Cloud Billing documentation).
const (
	ramFee   = `"sku": {"id": "F61D-4D51-AAFC", "description": "Commitment - dollar based v1: GCE Flex for 1 year"}, "subscription": {"instance_id": "subscriptions/s1"}, "labels": [{"key": "goog-originating-sku-id", "value": "RAM"}]`
	coreFee  = `"sku": {"id": "F61D-4D51-AAFC", "description": "Commitment - dollar based v1: GCE Flex for 1 year"}, "subscription": {"instance_id": "subscriptions/s1"}, "labels": [{"key": "goog-originating-sku-id", "value": "CORE"}]`
	spareFee = `"sku": {"id": "F61D-4D51-AAFC", "description": "Commitment - dollar based v1: GCE Flex for 1 year"}, "subscription": {"instance_id": "subscriptions/s1"}`

	ram  = `"sku": {"id": "RAM", "description": "N2 Instance Ram running in Frankfurt"}`
	core = `"sku": {"id": "CORE", "description": "N2 Instance Core running in Frankfurt"}`

	newFee    = `"consumption_model": {"id": "7754-699E-0EBF", "description": "Default"}, "price": {"effective_price": "1"}, "subscription": {"instance_id": "subscriptions/s1"}`
	flex      = `"consumption_model": {"id": "D97B-0795-975B", "description": "Compute Flexible CUD - 1 Year"}, "subscription": {"instance_id": "subscriptions/s1"}`
	byDefault = `"consumption_model": {"id": "7754-699E-0EBF", "description": "Default"}`
)

func legacyCredit(amount string) string {
	return `, "credits": [{"type": "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE", "name": "Committed Usage Discount - Dollar Based: GCP Compute Flexible", "amount": ` + amount + `}]`
}

func offset(amount string) string {
	return `, "credits": [{"type": "FEE_UTILIZATION_OFFSET", "name": "Fee utilization offset", "amount": ` + amount + `}]`
}

var workedExamples = map[string]struct {
	rows []string
	want string // ChargeCategory CommitmentDiscountStatus SkuId BilledCost EffectiveCost
	net  string
}{
	"over-used, old": {
		[]string{
			ramFee + `, "cost": 0.046868`,
			coreFee + `, "cost": 0.025132`,
			ram + `, "cost": 0.174496` + legacyCredit("-0.065095"),
			core + `, "cost": 0.093568` + legacyCredit("-0.034905"),
		},
		// Each fee is spent by the usage of its SKU; what the credit leaves of the usage is 0.174496 - 0.065095 and
		// 0.093568 - 0.034905.
		`Purchase | - | F61D-4D51-AAFC | 0.025132 | 0
Purchase | - | F61D-4D51-AAFC | 0.046868 | 0
Usage | - | CORE | 0.058663 | 0.058663
Usage | - | RAM | 0.109401 | 0.109401
Usage | Used | CORE | 0 | 0.025132
Usage | Used | RAM | 0 | 0.046868
`, "0.240064",
	},
	"over-used, new": {
		[]string{
			newFee + `, "sku": {"id": "5515-81A8-03A2", "description": "Compute Flexible CUD fee"}, "labels": [{"key": "goog-originating-sku-id", "value": "RAM"}], "cost": 0.046868` + offset("-0.046868"),
			newFee + `, "sku": {"id": "5515-81A8-03A2", "description": "Compute Flexible CUD fee"}, "labels": [{"key": "goog-originating-sku-id", "value": "CORE"}], "cost": 0.025132` + offset("-0.025132"),
			byDefault + "," + ram + `, "cost": 0.109398`,
			flex + "," + ram + `, "cost": 0.046868`,
			byDefault + "," + core + `, "cost": 0.058648`,
			flex + "," + core + `, "cost": 0.025132`,
		},
		`Purchase | - | 5515-81A8-03A2 | 0.025132 | 0
Purchase | - | 5515-81A8-03A2 | 0.046868 | 0
Usage | - | CORE | 0.058648 | 0.058648
Usage | - | RAM | 0.109398 | 0.109398
Usage | Used | CORE | 0 | 0.025132
Usage | Used | RAM | 0 | 0.046868
`, "0.240046",
	},
	"under-used, old": {
		[]string{
			spareFee + `, "cost": 0.022994`,
			ramFee + `, "cost": 0.125637`,
			coreFee + `, "cost": 0.067369`,
			ram + `, "cost": 0.174496` + legacyCredit("-0.174496"),
			core + `, "cost": 0.093568` + legacyCredit("-0.093568"),
		},
		`Purchase | - | F61D-4D51-AAFC | 0.022994 | 0
Purchase | - | F61D-4D51-AAFC | 0.067369 | 0
Purchase | - | F61D-4D51-AAFC | 0.125637 | 0
Usage | Unused | F61D-4D51-AAFC | 0 | 0.022994
Usage | Used | CORE | 0 | 0.067369
Usage | Used | RAM | 0 | 0.125637
`, "0.216",
	},
	// The offsets, 0.1929929, are less than the covered usage, 0.193006: the 0.0000131 between stays with the largest fee
	// of the day. Unused are 0.022994, 0.125637 - 0.1256348 and 0.067369 - 0.0673581.
	"under-used, new": {
		[]string{
			newFee + `, "sku": {"id": "ANOTHER", "description": "A fee of a SKU that no list knows"}, "cost": 0.022994`,
			newFee + `, "sku": {"id": "5515-81A8-03A2", "description": "Compute Flexible CUD fee"}, "cost": 0.125637` + offset("-0.1256348"),
			newFee + `, "sku": {"id": "5515-81A8-03A2", "description": "Compute Flexible CUD fee"}, "cost": 0.067369` + offset("-0.0673581"),
			flex + "," + ram + `, "cost": 0.125637`,
			flex + "," + core + `, "cost": 0.067369`,
		},
		`Purchase | - | 5515-81A8-03A2 | 0.067369 | 0
Purchase | - | 5515-81A8-03A2 | 0.1256501 | 0
Purchase | - | ANOTHER | 0.022994 | 0
Usage | Unused | 5515-81A8-03A2 | 0 | 0.0000022
Usage | Unused | 5515-81A8-03A2 | 0 | 0.0000109
Usage | Unused | ANOTHER | 0 | 0.022994
Usage | Used | CORE | 0 | 0.067369
Usage | Used | RAM | 0 | 0.125637
`, "0.2160131",
	},
}

func TestGoogleWorkedExamplesOfCommitments(t *testing.T) {
	for name, example := range workedExamples {
		t.Run(name, func(t *testing.T) {
			db := loadRows(t, "gcp_detailed", example.rows)
			got := query(t, db, `select ChargeCategory, coalesce(CommitmentDiscountStatus, '-'), SkuId, `+plain("BilledCost EffectiveCost")+
				` from cost order by ChargeCategory, CommitmentDiscountStatus nulls first, SkuId, BilledCost, EffectiveCost`)
			if got != example.want {
				t.Errorf("got\n%swant\n%s", got, example.want)
			}
			sums := query(t, db, "select "+plain("sum(BilledCost) sum(EffectiveCost)")+" from cost")
			if sums != example.net+" | "+example.net+"\n" {
				t.Errorf("billed and effective come to %s; want %s", sums, example.net)
			}
			tie := query(t, db, `select CommitmentDiscountId, sum(BilledCost) = sum(EffectiveCost)
				from cost where CommitmentDiscountId is not null group by all`)
			if tie != "subscriptions/s1 | true\n" {
				t.Errorf("purchase and use of commitments: %s", strings.TrimSpace(tie))
			}
		})
	}
}

const (
	coreHours   = `"sku": {"id": "CORE", "description": "N2 Instance Core running in Frankfurt"}, "cost_at_list": 0.2`
	resourceFee = `"sku": {"id": "FEE", "description": "Commitment v1: N2 Cpu in Frankfurt for 1 Year"}, "subscription": {"instance_id": "subscriptions/r1"}`
)

// used is a row's usage in hours of cores.
func used(hours string) string {
	return `, "usage": {"amount": 0, "unit": "seconds", "amount_in_pricing_units": ` + hours + `, "pricing_unit": "hour"}`
}

func resourceCredit(amount string) string {
	return `, "credits": [{"type": "COMMITTED_USAGE_DISCOUNT", "name": "Committed Usage Discount: CPU", "amount": ` + amount + `}]`
}

func onDay(day string) string {
	return `, "usage_start_time": "2026-10-` + day + `T10:00:00Z", "usage_end_time": "2026-10-` + day + `T11:00:00Z"`
}

func TestCommitmentsBeyondTheWorkedExamples(t *testing.T) {
	for _, test := range []struct {
		name string
		rows []string
		// Day ChargeCategory CommitmentDiscountStatus CommitmentDiscountId BilledCost EffectiveCost ListCost PricingQuantity CommitmentDiscountQuantity
		want string
	}{
		// 2 core hours are committed at 0.06. The credit of 0.03 covers a quarter of 4 core hours: half of what is committed.
		{"a resource-based commitment half used", []string{
			resourceFee + `, "cost": 0.06` + used("2"),
			coreHours + `, "cost": 0.12` + used("4") + resourceCredit("-0.03"),
		}, `5 Purchase - subscriptions/r1 0.06 0 0.06 2 2
5 Usage - - 0.09 0.09 0.15 3 -
5 Usage Unused subscriptions/r1 0 0.03 0 - 1
5 Usage Used subscriptions/r1 0 0.03 0.05 1 1
`},
		// A third of 0.1 has no end: what is over goes to the largest credit, or the first of equal ones.
		{"fees that do not divide", []string{
			resourceFee + `, "cost": 0.1` + used("3"),
			coreHours + `, "cost": 0.03` + used("1") + resourceCredit("-0.03"),
			coreHours + `, "cost": 0.03` + used("1") + resourceCredit("-0.03"),
			coreHours + `, "cost": 0.03` + used("1") + resourceCredit("-0.03"),
		}, `5 Purchase - subscriptions/r1 0.1 0 0.1 3 3
5 Usage Used subscriptions/r1 0 0.03333333333 0.2 1 1
5 Usage Used subscriptions/r1 0 0.03333333333 0.2 1 1
5 Usage Used subscriptions/r1 0 0.03333333334 0.2 1 1
`},
		{"a day without credits leaves its fee unused", []string{
			resourceFee + `, "cost": 0.06` + used("2"),
			ramFee + `, "cost": 0.05`,
			resourceFee + `, "cost": 0.06` + used("2") + onDay("06"),
			coreHours + `, "cost": 0.06` + used("2") + resourceCredit("-0.06") + onDay("06"),
		}, `5 Purchase - subscriptions/r1 0.06 0 0.06 2 2
5 Purchase - subscriptions/s1 0.05 0 0.05 - 0.05
5 Usage Unused subscriptions/r1 0 0.06 0 - 2
5 Usage Unused subscriptions/s1 0 0.05 0 - 0.05
6 Purchase - subscriptions/r1 0.06 0 0.06 2 2
6 Usage Used subscriptions/r1 0 0.06 0.2 2 2
`},
		{"credits without a fee cost nothing", []string{
			coreHours + `, "cost": 0.06` + used("2") + resourceCredit("-0.06"),
		}, `5 Usage Used Resource-based CUD europe-west3 hour 0 0 0.2 2 2
`},
		// 0.04 of 0.1 is covered by cores, 0.05 by dollars; 0.01 is left to pay.
		{"two kinds of commitments cover one row", []string{
			resourceFee + `, "cost": 0.02` + used("4"),
			coreFee + `, "cost": 0.03`,
			coreHours + `, "cost": 0.1` + used("10") + `, "credits": [{"type": "COMMITTED_USAGE_DISCOUNT", "amount": -0.04},
				{"type": "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE", "amount": -0.05}]`,
		}, `5 Purchase - subscriptions/r1 0.02 0 0.02 4 4
5 Purchase - subscriptions/s1 0.03 0 0.03 - 0.03
5 Usage - - 0.01 0.01 0.02 1 -
5 Usage Used subscriptions/r1 0 0.02 0.08 4 4
5 Usage Used subscriptions/s1 0 0.03 0.1 5 0.03
`},
		{"two subscriptions of one pool are one commitment", []string{
			resourceFee + `, "cost": 0.06` + used("2"),
			strings.Replace(resourceFee, "r1", "r2", 1) + `, "cost": 0.04` + used("2"),
			coreHours + `, "cost": 0.16` + used("4") + resourceCredit("-0.16"),
		}, `5 Purchase - Resource-based CUD europe-west3 hour 0.04 0 0.04 2 2
5 Purchase - Resource-based CUD europe-west3 hour 0.06 0 0.06 2 2
5 Usage Used Resource-based CUD europe-west3 hour 0 0.1 0.2 4 4
`},
		// The fee of the 5th came late, into the next invoice: the usage is billed as it stands here.
		{"usage at a commitment's price without the fee", []string{
			flex + "," + core + `, "cost": 0.025, "cost_at_list": 0.03`,
			newFee + `, "sku": {"id": "5515-81A8-03A2", "description": "CUD fee"}, "cost": 0.07` + offset("-0.07") + onDay("06"),
			flex + "," + core + `, "cost": 0.07, "cost_at_list": 0.09` + onDay("06"),
		}, `5 Adjustment - subscriptions/s1 0.025 0 0.025 - -
5 Usage Used subscriptions/s1 0 0.025 0.03 - 0.025
6 Purchase - subscriptions/s1 0.07 0 0.07 - 0.07
6 Usage Used subscriptions/s1 0 0.07 0.09 - 0.07
`},
		{"a fee that was wrong is negated and charged again", []string{
			newFee + `, "sku": {"id": "5515-81A8-03A2", "description": "CUD fee"}, "cost": -0.07` + offset("0.06") + `, "adjustment_info": {"type": "PRICE_CORRECTION"}`,
			newFee + `, "sku": {"id": "5515-81A8-03A2", "description": "CUD fee"}, "cost": 0.08` + offset("-0.06") + `, "adjustment_info": {"type": "PRICE_CORRECTION"}`,
		}, `5 Purchase - subscriptions/s1 -0.07 0 -0.07 - -0.07
5 Purchase - subscriptions/s1 0.08 0 0.08 - 0.08
5 Usage Unused subscriptions/s1 0 -0.01 0 - -0.01
5 Usage Unused subscriptions/s1 0 0.02 0 - 0.02
`},
		{"a discounted consumption model that is no commitment", []string{
			`"consumption_model": {"id": "N-1", "description": "Flex-start"}, "cost": 0.5, "cost_at_list": 0.9`,
		}, `5 Usage - - 0.5 0.5 0.9 - -
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			db := loadRows(t, "gcp_detailed", test.rows)
			got := query(t, db, `select array_to_string([cast(day(ChargePeriodStart) as varchar), ChargeCategory, coalesce(CommitmentDiscountStatus, '-'),
				coalesce(CommitmentDiscountId, '-'), `+plain("BilledCost EffectiveCost ListCost PricingQuantity CommitmentDiscountQuantity")+`], ' ')
				from cost order by day(ChargePeriodStart), ChargeCategory, CommitmentDiscountStatus nulls first, CommitmentDiscountId, BilledCost, EffectiveCost`)
			if got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			if ties := query(t, db, "select CheckName, Subject, Expected, Found from import_check where CheckName in ('commitment', 'effective_cost') and Difference <> 0"); ties != "" {
				t.Errorf("does not tie: %s", ties)
			}
		})
	}
}
