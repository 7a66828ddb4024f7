package ingest_test

import (
	"fmt"
	"strings"
	"testing"
)

// The tables that AWS's user guide of the Cost and Usage Report works out,
// "Understanding your reservation line items", "Monitoring your size flexible
// reservations", "Understanding your amortized reservation data" and
// "Understanding Savings Plans", moved to October 2026, which has the 744 hours
// of the guide's January. Where the guide leaves a column out "for clarity", it
// is worked out beside the line from the rule the guide gives for it.
var workedTables = []struct {
	name  string
	lines []curLine
	// ChargeCategory ChargeFrequency PricingCategory CommitmentDiscountStatus BilledCost EffectiveCost
	// CommitmentDiscountId CommitmentDiscountQuantity CommitmentDiscountUnit, in the order of the lines
	want []string
}{
	{
		// A fee of 68 for a year of m4.large and 0.0309 an hour: 0.0309 x 744 = 22.9896, which the guide rounds to 23. Of
		// the 744 hours 500 were used. The month's share of the fee is 68 x 744 / 8760 = 5.7753424658; used
		// 500 x (0.0309 + 68 / 8760) = 15.45 + 3.8812785388; unused 244 x 0.0309 = 7.5396 and 5.7753424658 - 3.8812785388.
		// An m4.large takes 4 normalized units: 2976 a month, as the guide has it, and 35040 a year.
		"regional reservation, partly paid upfront",
		[]curLine{
			{line: "type=Fee cost=68 amount=1 riunits=8760 rinormalized=35040 ri=ri-f8c204c1"},
			{line: "type=RIFee cost=22.9896 amount=744 riunits=744 rinormalized=2976 riupfront=5.7753424658 " +
				"riunused=244 riunusednormalized=976 riunusedrec=7.5396 riunusedup=1.8940639270 ri=ri-f8c204c1"},
			{line: "type=DiscountedUsage cost=0 amount=500 normalized=2000 rieffective=19.3312785388 ri=ri-f8c204c1 resource=i-1bd250bc"},
		},
		[]string{
			"Purchase One-Time Standard - 68 0 ri-f8c204c1 35040 Normalized Hours",
			"Purchase Recurring Standard - 22.9896 0 ri-f8c204c1 2976 Normalized Hours",
			"Usage Usage-Based Committed Unused 0 9.433663927 ri-f8c204c1 976 Normalized Hours",
			"Usage Usage-Based Committed Used 0 19.3312785388 ri-f8c204c1 2000 Normalized Hours",
		},
	},
	{
		// The same in one zone: such a reservation fits one size and has no normalized units.
		"zonal reservation",
		[]curLine{
			{line: "type=RIFee cost=22.9896 amount=744 riunits=744 riupfront=0 riunused=244 riunusedrec=7.5396 ri=ri-zonal"},
			{line: "type=DiscountedUsage cost=0 amount=500 normalized=2000 rieffective=15.45 ri=ri-zonal"},
		},
		[]string{
			"Purchase Recurring Standard - 22.9896 0 ri-zonal 744 Hours",
			"Usage Usage-Based Committed Unused 0 7.5396 ri-zonal 244 Hours",
			"Usage Usage-Based Committed Used 0 15.45 ri-zonal 500 Hours",
		},
	},
	{
		// One m4.xlarge at 0.0618 an hour covers two m4.large for an hour, half of it each: 0.0309, 4 of its 5952 units.
		// The fee is 0.0618 x 744 = 45.9792; unused are 743 hours, 5944 units, 45.9174.
		"size flexible, example 1",
		[]curLine{
			{line: "type=RIFee cost=45.9792 amount=744 riunits=744 rinormalized=5952 riupfront=0 riunused=743 riunusednormalized=5944 riunusedrec=45.9174 ri=ri-xlarge"},
			{line: "type=DiscountedUsage cost=0 amount=1 normalized=4 rieffective=0.0309 ri=ri-xlarge resource=i-1bd250bc"},
			{line: "type=DiscountedUsage cost=0 amount=1 normalized=4 rieffective=0.0309 ri=ri-xlarge resource=i-1df340ed"},
		},
		[]string{
			"Purchase Recurring Standard - 45.9792 0 ri-xlarge 5952 Normalized Hours",
			"Usage Usage-Based Committed Unused 0 45.9174 ri-xlarge 5944 Normalized Hours",
			"Usage Usage-Based Committed Used 0 0.0309 ri-xlarge 4 Normalized Hours",
			"Usage Usage-Based Committed Used 0 0.0309 ri-xlarge 4 Normalized Hours",
		},
	},
	{
		// Two m4.large share an hour of one m4.xlarge: half an hour, 4 units and 0.0309 each. Unused are 743 of 744
		// hours of each, 2972 units, 743 x 0.0309 = 22.9587.
		"size flexible, example 2",
		[]curLine{
			{line: "type=RIFee cost=22.9896 amount=744 riunits=744 rinormalized=2976 riupfront=0 riunused=743 riunusednormalized=2972 riunusedrec=22.9587 ri=ri-a"},
			{line: "type=RIFee cost=22.9896 amount=744 riunits=744 rinormalized=2976 riupfront=0 riunused=743 riunusednormalized=2972 riunusedrec=22.9587 ri=ri-b"},
			{line: "type=DiscountedUsage cost=0 amount=0.5 normalized=4 rieffective=0.0309 ri=ri-a resource=i-1bd250bc"},
			{line: "type=DiscountedUsage cost=0 amount=0.5 normalized=4 rieffective=0.0309 ri=ri-b resource=i-1bd250bc"},
		},
		[]string{
			"Purchase Recurring Standard - 22.9896 0 ri-a 2976 Normalized Hours",
			"Usage Usage-Based Committed Unused 0 22.9587 ri-a 2972 Normalized Hours",
			"Purchase Recurring Standard - 22.9896 0 ri-b 2976 Normalized Hours",
			"Usage Usage-Based Committed Unused 0 22.9587 ri-b 2972 Normalized Hours",
			"Usage Usage-Based Committed Used 0 0.0309 ri-a 4 Normalized Hours",
			"Usage Usage-Based Committed Used 0 0.0309 ri-b 4 Normalized Hours",
		},
	},
	{
		// "If you pay $365 for an All Upfront RI for one year and you have a matching instance that uses that RI, that
		// instance costs you $1 a day": 31 in October, and one day of it alone.
		"all upfront, a dollar a day",
		[]curLine{
			{line: "type=Fee cost=365 amount=1 riunits=8760 ri=ri-365"},
			{line: "type=RIFee cost=0 amount=744 riunits=744 riupfront=31 riunused=0 riunusedup=0 riunusedrec=0 ri=ri-365"},
			{line: "type=DiscountedUsage cost=0 amount=720 rieffective=30 ri=ri-365"},
			{line: "type=DiscountedUsage cost=0 amount=24 rieffective=1 ri=ri-365"},
		},
		[]string{
			"Purchase One-Time Standard - 365 0 ri-365 8760 Hours",
			"Purchase Recurring Standard - 0 0 ri-365 744 Hours",
			"Usage Usage-Based Committed Used 0 30 ri-365 720 Hours",
			"Usage Usage-Based Committed Used 0 1 ri-365 24 Hours",
		},
	},
	{
		// "USD $43.80 one-time fee for 1 year All Upfront Compute Savings Plan": 0.005 an hour for 8760 hours. Of one of
		// the hours 0.002 are used, by usage that is 0.003 at its public price.
		"savings plan, all upfront",
		[]curLine{
			{line: "type=SavingsPlanUpfrontFee cost=43.8 amount=1 product=ComputeSavingsPlans sp=sp-bc1d08fd"},
			{line: "type=SavingsPlanRecurringFee cost=0 amount=1 product=ComputeSavingsPlans sptotal=0.005 spused=0.002 sprecurring=0 spupfront=0.005 sp=sp-bc1d08fd"},
			{line: "type=SavingsPlanCoveredUsage cost=0.003 amount=1 public=0.003 speffective=0.002 sp=sp-bc1d08fd"},
			{line: "type=SavingsPlanNegation cost=-0.003 amount=1 sp=sp-bc1d08fd"},
		},
		[]string{
			"Purchase One-Time Standard - 43.8 0 sp-bc1d08fd 43.8 USD",
			"Purchase Recurring Standard - 0 0 sp-bc1d08fd 0 USD",
			"Usage Usage-Based Committed Unused 0 0.003 sp-bc1d08fd 0.003 USD",
			"Usage Usage-Based Committed Used 0 0.002 sp-bc1d08fd 0.002 USD",
		},
	},
	{
		// An hour of m5.large, 0.096 at its public price and 0.06 under the plan, partly paid upfront: one negation line
		// takes back what two lines of usage cost, and what exceeds the plan is usage as ever.
		"savings plan, one negation for several lines, and usage beyond the plan",
		[]curLine{
			{line: "type=SavingsPlanRecurringFee cost=0.06 amount=1 product=ComputeSavingsPlans sptotal=0.12 spused=0.12 sprecurring=0.06 spupfront=0.06 sp=sp-67b0ef20"},
			{line: "type=SavingsPlanCoveredUsage cost=0.096 amount=1 public=0.096 speffective=0.06 sp=sp-67b0ef20 resource=i-1"},
			{line: "type=SavingsPlanCoveredUsage cost=0.096 amount=1 public=0.096 speffective=0.06 sp=sp-67b0ef20 resource=i-2"},
			{line: "type=SavingsPlanNegation cost=-0.192 amount=2 sp=sp-67b0ef20"},
			{line: "type=Usage cost=0.096 amount=1 public=0.096 resource=i-3"},
		},
		[]string{
			"Purchase Recurring Standard - 0.06 0 sp-67b0ef20 0.06 USD",
			"Usage Usage-Based Committed Used 0 0.06 sp-67b0ef20 0.06 USD",
			"Usage Usage-Based Committed Used 0 0.06 sp-67b0ef20 0.06 USD",
			"Usage Usage-Based Standard - 0.096 0.096 - - -",
		},
	},
}

// commitmentRows are the rows of cost in the order of the lines they come from.
const commitmentRows = `select concat_ws(' ', ChargeCategory, ChargeFrequency, PricingCategory, coalesce(CommitmentDiscountStatus, '-'),
	cost(BilledCost), cost(EffectiveCost), coalesce(CommitmentDiscountId, '-'), coalesce(cost(CommitmentDiscountQuantity), '-'),
	coalesce(CommitmentDiscountUnit, '-')) from cost order by x_SourceLineId`

// untied are the figures of the current imports that do not agree with each other.
const untied = `select CheckName, Subject, Expected, Found from import_check join current_import using (ImportId)
	where Difference <> 0 and CheckName <> 'previous_delivery' order by all`

func TestWorkedTablesOfAWS(t *testing.T) {
	var lines []curLine
	var want []string
	for _, table := range workedTables { // each has commitments of its own, so that they make one bill
		for _, line := range table.lines {
			line.name = fmt.Sprintf("%02d", len(lines))
			lines = append(lines, line)
		}
		want = append(want, table.want...)
	}
	for format, text := range map[string]string{"aws_cur_2_0": curFile(lines), "aws_cur_legacy": legacyFile(lines)} {
		t.Run(format, func(t *testing.T) {
			db := openWithCost(t)
			if _, err := run(t, db, csv(format, "v1", text)); err != nil {
				t.Fatal(err)
			}
			got := strings.Split(strings.TrimSpace(query(t, db, commitmentRows)), "\n")
			for i := range max(len(got), len(want)) {
				if i >= len(got) || i >= len(want) || got[i] != want[i] {
					t.Fatalf("from row %d on got\n%s\nwant\n%s", i, strings.Join(got[min(i, len(got)):], "\n"), strings.Join(want[min(i, len(want)):], "\n"))
				}
			}
			if got := query(t, db, untied); got != "" {
				t.Errorf("these do not tie:\n%s", got)
			}
		})
	}
}
