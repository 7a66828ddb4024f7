package ingest_test

import "testing"

const checks = `select CheckName, Subject, ChargeDate, BillingCurrency, Expected::decimal(12,4), Found::decimal(12,4), Difference::decimal(12,4)
	from import_check where CheckName <> 'previous_delivery' order by all nulls first`

func loadLines(t *testing.T, lines []curLine) string {
	t.Helper()
	db := open(t)
	if _, err := run(t, db, csv("aws_cur_2_0", "v1", curFile(lines))); err != nil {
		t.Fatal(err)
	}
	return query(t, db, checks)
}

// A month of one payer: 10 of usage; a plan of 3 an hour, 1 of it paid upfront; a reservation with a fee of 60, 40 of
// its upfront payment spread over the month; and 500 paid upfront for another.
var commitments = []curLine{
	{line: "type=Usage cost=10 amount=1"},
	{line: "type=SavingsPlanCoveredUsage cost=4 amount=2 speffective=2.9 sp=" + plan},
	{line: "type=SavingsPlanNegation cost=-4 amount=2 sp=" + plan},
	{line: "type=SavingsPlanRecurringFee cost=2 amount=1 sptotal=3 spused=2.9 sprecurring=2 spupfront=1 sp=" + plan},
	{line: "type=DiscountedUsage cost=0 amount=500 rieffective=70 ri=" + reservation},
	{line: "type=RIFee cost=60 amount=720 riunusedup=12 riunusedrec=18 riupfront=40 ri=" + reservation},
	{line: "type=Fee cost=500 amount=1 ri=" + reservation + "-new"},
}

func TestCommitmentsTieOut(t *testing.T) {
	// Bridge: billed 10 + 2 + 60 + 500 = 572, less 500, plus 1 + 40 is 113; effective 10 + 2.9 + 0.1 + 70 + 30.
	const want = `accrual_bridge | 000111222333 |  | USD | 113.0000 | 113.0000 | 0.0000
reservation | ` + reservation + ` |  | USD | 100.0000 | 100.0000 | 0.0000
savings_plan_commitment | ` + plan + ` |  | USD | 3.0000 | 3.0000 | 0.0000
savings_plan_negation | ` + plan + ` |  | USD | 0.0000 | 0.0000 | 0.0000
`
	if got := loadLines(t, commitments); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestWhatDoesNotTieIsLoadedAndKeptWithItsDifference(t *testing.T) {
	lines := append([]curLine{}, commitments...)
	lines[1].line = "type=SavingsPlanCoveredUsage cost=4.5 amount=2 speffective=2.4 sp=" + plan
	lines[4].line = "type=DiscountedUsage cost=0 amount=500 rieffective=65 ri=" + reservation
	// Covered usage exceeds its negation by 0.5, which is charged; the plan spent 2.4 + 0.1 of 3, the reservation 65 + 30
	// of 100. Bridge: 113 + 0.5 expected, 113 - 0.5 - 5 + 0.5 found.
	const want = `accrual_bridge | 000111222333 |  | USD | 113.5000 | 108.0000 | -5.5000
reservation | ` + reservation + ` |  | USD | 100.0000 | 95.0000 | -5.0000
savings_plan_commitment | ` + plan + ` |  | USD | 3.0000 | 2.5000 | -0.5000
savings_plan_commitment | ` + plan + ` | 2026-10-31 | USD | 3.0000 | 2.5000 | -0.5000
savings_plan_negation | ` + plan + ` |  | USD | 0.0000 | 0.5000 | 0.5000
savings_plan_negation | ` + plan + ` | 2026-10-31 | USD | 0.0000 | 0.5000 | 0.5000
`
	if got := loadLines(t, lines); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestDaysThatCancelOutAreListed(t *testing.T) {
	lines := []curLine{
		{line: "type=SavingsPlanCoveredUsage cost=4 amount=1 speffective=3 sp=" + plan + " start=2026-10-02T00:00:00Z end=2026-10-02T01:00:00Z"},
		{line: "type=SavingsPlanNegation cost=-4 amount=1 sp=" + plan + " start=2026-10-03T00:00:00Z end=2026-10-03T01:00:00Z"},
	}
	const want = `accrual_bridge | 000111222333 |  | USD | 0.0000 | 3.0000 | 3.0000
savings_plan_negation | ` + plan + ` |  | USD | 0.0000 | 0.0000 | 0.0000
savings_plan_negation | ` + plan + ` | 2026-10-02 | USD | 0.0000 | 4.0000 | 4.0000
savings_plan_negation | ` + plan + ` | 2026-10-03 | USD | 0.0000 | -4.0000 | -4.0000
`
	if got := loadLines(t, lines); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestAFeeWithoutItsUpfrontShareIsNotCompared(t *testing.T) {
	lines := []curLine{{line: "type=RIFee cost=60 amount=720 riunusedup=12 riunusedrec=18 ri=" + reservation}}
	if got := loadLines(t, lines); got != "" {
		t.Errorf("got\n%s", got)
	}
}

func TestLineTypesStandBesideThePreviousDelivery(t *testing.T) {
	db := open(t)
	for _, delivery := range []*folder{
		csv("aws_cur_2_0", "v1", curFile([]curLine{{line: "type=Usage cost=10 amount=1"}, {line: "type=Credit cost=-4 amount=1"}})),
		csv("aws_cur_2_0", "v2", curFile([]curLine{{line: "type=Usage cost=11 amount=1"}, {line: "type=Tax cost=2 amount=1"}})),
	} {
		if _, err := run(t, db, delivery); err != nil {
			t.Fatal(err)
		}
	}
	const types = `select Subject, Expected::integer, Found::integer, Difference::integer from import_check
		where CheckName = 'previous_delivery' order by all`
	if got, want := query(t, db, types), "Credit | -4 | 0 | 4\nTax | 0 | 2 | 2\nUsage | 10 | 11 | 1\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestFOCUSCommitmentsTieOut(t *testing.T) {
	db := open(t)
	const header = "BillingAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ProviderName," +
		"ServiceCategory,ServiceName,BilledCost,EffectiveCost,ListCost,ContractedCost,InvoiceId,Tags,CommitmentDiscountId,CommitmentDiscountStatus\n"
	const month = "000111222333,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,"
	const day = ",2026-10-07T00:00:00Z,2026-10-08T00:00:00Z,AWS,Compute,EC2,"
	text := header +
		month + "Purchase" + day + "100,1.5,100,100,,{},sp-1,\n" + // the purchase spends 1.5, which it must not
		month + "Usage" + day + "0,60,80,70,,{},sp-1,Used\n" +
		month + "Usage" + day + "0.25,40,0,0,,{},sp-1,Unused\n" // what is unused bills 0.25, which it must not
	if _, err := run(t, db, csv("aws_focus_1_2", "v1", text)); err != nil {
		t.Fatal(err)
	}
	const want = `commitment_purchase | sp-1 |  | USD | 0.0000 | 1.5000 | 1.5000
commitment_usage | sp-1 |  | USD | 0.0000 | 0.2500 | 0.2500
`
	if got := query(t, db, checks); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
