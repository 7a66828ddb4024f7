package ingest_test

import "testing"

// Two payers in one delivery: the first has its discounts in net columns, the
// second has none of these and its discount as a line.
var twoBases = []curLine{
	{name: "net", line: "payer=000111222333 type=Usage cost=10 net=9 amount=1 public=12"},
	{name: "net covered", line: "payer=000111222333 type=SavingsPlanCoveredUsage cost=4 net=3.6 amount=1 public=4 speffective=2 spnet=1.8 sp=" + plan},
	{name: "net negation", line: "payer=000111222333 type=SavingsPlanNegation cost=-4 net=-3.6 amount=1 sp=" + plan},
	{name: "net fee", line: "payer=000111222333 type=SavingsPlanRecurringFee cost=3 net=2.7 amount=1 sptotal=3 spused=2 sprecurring=3 spnetrecurring=2.7 spupfront=0 sp=" + plan},
	{name: "unblended", line: "payer=000777888999 type=Usage cost=20 amount=1 public=24"},
	{name: "unblended reserved", line: "payer=000777888999 type=DiscountedUsage cost=0 amount=1 public=0.2 rieffective=0.12 rinet=0.1 ri=" + reservation},
	{name: "unblended fee", line: "payer=000777888999 type=RIFee cost=0.12 amount=1 riupfront=0 ri=" + reservation},
	{name: "unblended discount", line: "payer=000777888999 type=EdpDiscount cost=-2 amount=1"},
}

func TestEachPayerHasItsOwnCostBasis(t *testing.T) {
	for format, text := range map[string]string{"aws_cur_2_0": curFile(twoBases), "aws_cur_legacy": legacyFile(twoBases)} {
		t.Run(format, func(t *testing.T) {
			db := openWithCost(t)
			outcome, err := run(t, db, csv(format, "v1", text))
			if err != nil {
				t.Fatal(err)
			}
			// Net: billed 9 + 2.7; effective 9 + 1.8 + 0.9, a third of the commitment being unused at nine tenths of its price.
			// Unblended: billed 20 + 0.12 - 2; effective 20 + 0.12 - 2.
			const totals = `select BillingAccountId, import_basis.CostBasis, cost(SourceCost), cost(BilledCost), cost(EffectiveCost)
				from import_total join import_basis using (ImportId, BillingAccountId) order by all`
			const want = "000111222333 | net | 11.7 | 11.7 | 11.7\n000777888999 | unblended | 18.12 | 18.12 | 18.12\n"
			if got := query(t, db, totals); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			if got := query(t, db, "select CostBasis from import"); got != "net, unblended\n" {
				t.Errorf("the import's basis is %s", got)
			}
			if want := "payers are on their own cost basis: 000111222333 net, 000777888999 unblended"; outcome.Note != want {
				t.Errorf("the note is %q; want %q", outcome.Note, want)
			}
			if got, want := query(t, db, untied), ""; got != want {
				t.Errorf("these do not tie:\n%s", got)
			}
		})
	}
}

func TestAPayersBasisIsKeptWithEachOfItsDeliveries(t *testing.T) {
	db := openWithCost(t)
	for _, delivery := range []*folder{
		csv("aws_cur_2_0", "v1", curFile([]curLine{{line: "type=Usage cost=10 amount=1"}})),
		csv("aws_cur_2_0", "v2", curFile([]curLine{{line: "type=Usage cost=10 net=9 amount=1"}})),
	} {
		if _, err := run(t, db, delivery); err != nil {
			t.Fatal(err)
		}
	}
	const kept = `select Version, State, import_basis.CostBasis, cost(BilledCost) from import
		join import_basis using (ImportId) join import_total using (ImportId) order by all`
	if got, want := query(t, db, kept), "v1 | superseded | unblended | 10\nv2 | current | net | 9\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
