package ingest_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// scenarios are the examples of FOCUS's appendix on commitment discounts
// (FOCUS_Spec, specification/data/commitment_discounts/*.csv), told as lines of
// a CUR. rows are those that FOCUS publishes, each as
//
//	ChargeCategory ChargeFrequency PricingCategory CommitmentDiscountStatus BilledCost EffectiveCost
//	CommitmentDiscountId CommitmentDiscountQuantity CommitmentDiscountUnit
//
// with units in the plural, as FOCUS's unit format wants and the examples do
// not. They must come out of a FOCUS file as they are, and of the CUR. The
// scenarios of usage do not show the fee; in a CUR of a plan paid upfront its
// line is there with no cost, for it carries the unused part. List cost is left
// out: a CUR has none on fees.
var scenarios = []struct {
	name  string
	rows  []string
	lines []curLine
	fee   string // the row of a fee of nothing that the CUR adds
}{
	{
		"purchase 1, all upfront",
		[]string{"Purchase One-Time Standard - 8760 0 c-1 8760 USD"},
		[]curLine{{line: "type=SavingsPlanUpfrontFee cost=8760 amount=1 sp=c-1"}}, "",
	},
	{
		"purchase 2, no upfront",
		[]string{
			"Purchase Recurring Standard - 1 0 c-1 1 USD",
			"Purchase Recurring Standard - 1 0 c-1 1 USD",
			"Purchase Recurring Standard - 1 0 c-1 1 USD",
		},
		[]curLine{
			{line: "type=SavingsPlanRecurringFee cost=1 amount=1 sprecurring=1 sptotal=1 spused=1 sp=c-1"},
			{line: "type=SavingsPlanRecurringFee cost=1 amount=1 sprecurring=1 sptotal=1 spused=1 sp=c-1"},
			{line: "type=SavingsPlanRecurringFee cost=1 amount=1 sprecurring=1 sptotal=1 spused=1 sp=c-1"},
		}, "",
	},
	{
		"purchase 3, partial upfront",
		[]string{
			"Purchase One-Time Standard - 4380 0 c-1 4380 USD",
			"Purchase Recurring Standard - 0.5 0 c-1 0.5 USD",
			"Purchase Recurring Standard - 0.5 0 c-1 0.5 USD",
			"Purchase Recurring Standard - 0.5 0 c-1 0.5 USD",
		},
		[]curLine{
			{line: "type=SavingsPlanUpfrontFee cost=4380 amount=1 sp=c-1"},
			{line: "type=SavingsPlanRecurringFee cost=0.5 amount=1 sprecurring=0.5 spupfront=0.5 sptotal=1 spused=1 sp=c-1"},
			{line: "type=SavingsPlanRecurringFee cost=0.5 amount=1 sprecurring=0.5 spupfront=0.5 sptotal=1 spused=1 sp=c-1"},
			{line: "type=SavingsPlanRecurringFee cost=0.5 amount=1 sprecurring=0.5 spupfront=0.5 sptotal=1 spused=1 sp=c-1"},
		}, "",
	},
	{
		"usage 1, all of an hour used",
		[]string{"Usage Usage-Based Committed Used 0 1 c-1 1 USD"},
		append(covered("1"), curLine{line: "type=SavingsPlanRecurringFee cost=0 amount=1 spupfront=1 sptotal=1 spused=1 sp=c-1"}),
		"Purchase Recurring Standard - 0 0 c-1 0 USD",
	},
	{
		"usage 2, none of an hour used",
		[]string{"Usage Usage-Based Committed Unused 0 1 c-1 1 USD"},
		[]curLine{{line: "type=SavingsPlanRecurringFee cost=0 amount=1 spupfront=1 sptotal=1 spused=0 sp=c-1"}},
		"Purchase Recurring Standard - 0 0 c-1 0 USD",
	},
	{
		"usage 3, three quarters of an hour used",
		[]string{
			"Usage Usage-Based Committed Used 0 0.75 c-1 0.75 USD",
			"Usage Usage-Based Committed Unused 0 0.25 c-1 0.25 USD",
		},
		append(covered("0.75"), curLine{line: "type=SavingsPlanRecurringFee cost=0 amount=1 spupfront=1 sptotal=1 spused=0.75 sp=c-1"}),
		"Purchase Recurring Standard - 0 0 c-1 0 USD",
	},
	{
		"usage 4, more than an hour used",
		[]string{
			"Usage Usage-Based Committed Used 0 1 c-1 1 USD",
			"Usage Usage-Based Standard - 0.5 0.5 - - -",
		},
		append(covered("1"), curLine{line: "type=SavingsPlanRecurringFee cost=0 amount=1 spupfront=1 sptotal=1 spused=1 sp=c-1"},
			curLine{line: "type=Usage cost=0.5 amount=1"}),
		"Purchase Recurring Standard - 0 0 c-1 0 USD",
	},
	{
		"all of a large machine used",
		[]string{
			"Purchase Recurring Standard - 1.5 0 c-1 1 Hours",
			"Usage Usage-Based Committed Used 0 1.5 c-1 1 Hours",
		},
		[]curLine{
			{line: "type=RIFee cost=1.5 amount=1 riunits=1 riunused=0 riupfront=0 ri=c-1"},
			{line: "type=DiscountedUsage cost=0 amount=1 public=3 rieffective=1.5 ri=c-1"},
		}, "",
	},
	{
		"none of a large machine used, and another kind at its list price",
		[]string{
			"Purchase Recurring Standard - 1.5 0 c-1 1 Hours",
			"Usage Usage-Based Committed Unused 0 1.5 c-1 1 Hours",
			"Usage Usage-Based Standard - 2 2 - - -",
		},
		[]curLine{
			{line: "type=RIFee cost=1.5 amount=1 riunits=1 riunused=1 riunusedrec=1.5 riupfront=0 ri=c-1"},
			{line: "type=Usage cost=2 amount=1 public=2"},
		}, "",
	},
	{
		"a small machine's commitment on a part of a large one",
		[]string{
			"Purchase Recurring Standard - 0.5 0 c-1 1 Normalized Hours",
			"Usage Usage-Based Committed Used 0 0.5 c-1 1 Normalized Hours",
			"Usage Usage-Based Standard - 2.25 2.25 - - -",
		},
		[]curLine{
			{line: "type=RIFee cost=0.5 amount=1 riunits=1 rinormalized=1 riunused=0 riunusednormalized=0 riupfront=0 ri=c-1"},
			{line: "type=DiscountedUsage cost=0 amount=0.333 normalized=1 public=3 rieffective=0.5 ri=c-1"},
			{line: "type=Usage cost=2.25 amount=0.75 public=2.25"},
		}, "",
	},
	{
		"a very large machine's commitment on two medium ones",
		[]string{
			"Purchase Recurring Standard - 2 0 c-1 4 Normalized Hours",
			"Usage Usage-Based Committed Used 0 1 c-1 2 Normalized Hours",
			"Usage Usage-Based Committed Used 0 1 c-1 2 Normalized Hours",
		},
		[]curLine{
			{line: "type=RIFee cost=2 amount=1 riunits=1 rinormalized=4 riunused=0 riunusednormalized=0 riupfront=0 ri=c-1"},
			{line: "type=DiscountedUsage cost=0 amount=1 normalized=2 public=2 rieffective=1 ri=c-1"},
			{line: "type=DiscountedUsage cost=0 amount=1 normalized=2 public=2 rieffective=1 ri=c-1"},
		}, "",
	},
}

// covered is an hour of usage, of which a plan pays effective, and its negation.
func covered(effective string) []curLine {
	return []curLine{
		{line: "type=SavingsPlanCoveredUsage cost=1.4 amount=1 public=1.4 speffective=" + effective + " sp=c-1"},
		{line: "type=SavingsPlanNegation cost=-1.4 amount=1 sp=c-1"},
	}
}

func TestCommitmentScenariosOfFOCUS(t *testing.T) {
	var rows, rowsWithFees []string
	var lines []curLine
	for i, scenario := range scenarios { // each with a commitment of its own, so that they make one bill
		own := func(text string) string { return strings.ReplaceAll(text, "c-1", fmt.Sprintf("c-%02d", i)) }
		for _, row := range scenario.rows {
			rows = append(rows, own(row))
		}
		if scenario.fee != "" {
			rowsWithFees = append(rowsWithFees, own(scenario.fee))
		}
		for _, line := range scenario.lines {
			lines = append(lines, curLine{line: own(line.line)})
		}
	}
	rowsWithFees = append(rowsWithFees, rows...)
	for _, c := range []struct {
		format, text string
		want         []string
	}{
		{"aws_focus_1_2", focusFile(rows), rows},
		{"aws_cur_2_0", curFile(lines), rowsWithFees},
		{"aws_cur_legacy", legacyFile(lines), rowsWithFees},
	} {
		t.Run(c.format, func(t *testing.T) {
			db := openWithCost(t)
			if _, err := run(t, db, csv(c.format, "v1", c.text)); err != nil {
				t.Fatal(err)
			}
			got := strings.Split(strings.TrimSpace(query(t, db, commitmentRows)), "\n")
			want := slices.Clone(c.want)
			slices.SortFunc(got, byCommitment)
			slices.SortFunc(want, byCommitment)
			if !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// byCommitment puts the rows of each scenario together.
func byCommitment(a, b string) int {
	return cmp.Or(cmp.Compare(strings.Split(a, " ")[6], strings.Split(b, " ")[6]), cmp.Compare(a, b))
}

// focusFile writes rows as the CSV of a FOCUS export.
func focusFile(rows []string) string {
	var out strings.Builder
	out.WriteString(strings.TrimSpace(focusHeader) + ",ChargeFrequency,PricingCategory,CommitmentDiscountStatus,CommitmentDiscountId," +
		"CommitmentDiscountQuantity,CommitmentDiscountUnit\n")
	for _, row := range rows {
		f := strings.SplitN(row, " ", 9)
		for i, value := range f {
			f[i] = strings.TrimSuffix(value, "-") // a - alone is nothing
		}
		fmt.Fprintf(&out, "000111222333,USD,2026-10-01T00:00:00Z,2026-11-01T00:00:00Z,%s,2026-10-31T23:00:00Z,2026-11-01T00:00:00Z,"+
			"AWS,Compute,Amazon Elastic Compute Cloud,%s,%s,0,0,,,%s,%s,%s,%s,%s,%s\n", f[0], f[4], f[5], f[1], f[2], f[3], f[6], f[7], f[8])
	}
	return out.String()
}

// Two of the published examples write the end of an hour as hour 30.
func TestAnHourThatNoDayHasIsNamed(t *testing.T) {
	text := strings.Replace(focusFile(scenarios[1].rows), "2026-11-01T00:00:00Z,AWS", "2026-10-31T30:00:00Z,AWS", 1)
	outcome, err := run(t, open(t), csv("aws_focus_1_2", "v1", text))
	if want := `part-00001.csv:2, column ChargePeriodEnd: value "2026-10-31T30:00:00Z"; want a time`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %s, %v; want it refused, saying %s", outcome.Status, err, want)
	}
}
