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
