package ingest_test

import "testing"

// An instance of 0.192 an hour, half of it for its processor and half for its
// memory; a tenth less under the agreement. Of the processor one pod used a half, 0.048,
// another a quarter, 0.024, and the quarter nobody used falls to the two as 2 to 1, 0.016
// and 0.008. The first used all of the memory, 0.096. Together that is the instance.
var podsOfAnInstance = []curLine{
	{name: "instance", line: "type=Usage cost=0.192 net=0.1728 amount=1 public=0.192 resource=i-1"},
	{name: "processor, first", line: "type=Usage cost=0 amount=0 usage=EU-EKS-EC2-vCPU-Hours operation=EKSPod-EC2 parent=i-1 resource=pod-1 " +
		"splitusage=1 splitratio=0.5 splitcost=0.048 splitunused=0.016 splitnet=0.0432 splitnetunused=0.0144"},
	{name: "processor, second", line: "type=Usage cost=0 amount=0 usage=EU-EKS-EC2-vCPU-Hours operation=EKSPod-EC2 parent=i-1 resource=pod-2 " +
		"splitusage=0.5 splitratio=0.25 splitcost=0.024 splitunused=0.008 splitnet=0.0216 splitnetunused=0.0072"},
	{name: "memory, first", line: "type=Usage cost=0 amount=0 usage=EU-EKS-EC2-GB-Hours operation=EKSPod-EC2 parent=i-1 resource=pod-1 " +
		"splitusage=8 splitratio=1 splitcost=0.096 splitunused=0 splitnet=0.0864 splitnetunused=0"},
}

func TestPodsHaveATableOfTheirOwn(t *testing.T) {
	for format, text := range map[string]string{"aws_cur_2_0": curFile(podsOfAnInstance), "aws_cur_legacy": legacyFile(podsOfAnInstance)} {
		t.Run(format, func(t *testing.T) {
			db := openWithCost(t)
			if _, err := run(t, db, csv(format, "v1", text)); err != nil {
				t.Fatal(err)
			}
			const pods = `select ResourceId, ParentResourceId, UsageType, cost(SplitUsage), cost(SplitUsageRatio), cost(SplitCost), cost(UnusedCost)
				from split_cost order by all`
			const want = `pod-1 | i-1 | EU-EKS-EC2-GB-Hours | 8 | 1 | 0.0864 | 0
pod-1 | i-1 | EU-EKS-EC2-vCPU-Hours | 1 | 0.5 | 0.0432 | 0.0144
pod-2 | i-1 | EU-EKS-EC2-vCPU-Hours | 0.5 | 0.25 | 0.0216 | 0.0072
`
			if got := query(t, db, pods); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			const both = `select (select cost(sum(EffectiveCost)) from cost), (select cost(sum(SplitCost + UnusedCost)) from split_cost),
				(select count(*) from cost), (select SplitRows from import)`
			if got := query(t, db, both); got != "0.1728 | 0.1728 | 1 | 3\n" {
				t.Errorf("cost of the instance and of its pods, their rows: %s", got)
			}
		})
	}
}

func TestPodsOfANewDeliveryReplaceThoseOfTheOldOne(t *testing.T) {
	db := openWithCost(t)
	for _, delivery := range []*folder{
		csv("aws_cur_2_0", "v1", curFile(podsOfAnInstance)),
		csv("aws_cur_2_0", "v2", curFile(podsOfAnInstance[:1])),
	} {
		if _, err := run(t, db, delivery); err != nil {
			t.Fatal(err)
		}
	}
	if got := query(t, db, "select count(*) from split_cost"); got != "0\n" {
		t.Errorf("%s pods are left of the old delivery", got)
	}
}

func TestCapacityReservations(t *testing.T) {
	db := open(t)
	lines := []curLine{
		{name: "1", line: "type=Usage cost=1 amount=1 capacity=cr-1 capacitystatus=used"},
		{name: "2", line: "type=Usage cost=2 amount=1 capacity=cr-1 capacitystatus=Unused"},
		{name: "3", line: "type=Usage cost=0 amount=1 capacity=cr-1 capacitystatus=reserved"},
		{name: "4", line: "type=Usage cost=4 amount=1"},
	}
	if _, err := run(t, db, csv("aws_cur_2_0", "v1", curFile(lines))); err != nil {
		t.Fatal(err)
	}
	const want = "cr-1 | Used\ncr-1 | Unused\ncr-1 | \n | \n"
	if got := query(t, db, "select CapacityReservationId, CapacityReservationStatus from cost order by x_SourceLineId"); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
