package ingest_test

import (
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// curLine is one line of a CUR, written as the columns that matter for it, and
// what it must become. The expectations are worked out by hand from the line
// item types of the AWS user guide and the row shapes of FOCUS 1.2.
type curLine struct {
	name string
	line string // column=value, separated by blanks; a value has none
	// ChargeCategory ChargeClass ChargeFrequency PricingCategory CommitmentDiscountStatus
	// BilledCost EffectiveCost ListCost ContractedCost CommitmentDiscountId ResourceId; - is null
	want []string
}

const plan, reservation = "arn:aws:savingsplans::000111222333:savingsplan/1", "arn:aws:ec2:eu-west-1:000111222333:reserved-instances/1"

var unblendedLines = []curLine{
	{"usage at the public price", "type=Usage cost=1.92 amount=10 public=1.92 rate=0.192 resource=i-1",
		[]string{"Usage - Usage-Based Standard - 1.92 1.92 1.92 1.92 - i-1"}},
	{"usage without a public price is its own list", "type=Usage cost=0.5 amount=1 public=0.0 rate=0.0",
		[]string{"Usage - Usage-Based Standard - 0.5 0.5 0.5 0.5 - -"}},
	{"free tier costs nothing and lists something", "type=Usage cost=0 amount=100 public=0.4 rate=0.004",
		[]string{"Usage - Usage-Based Standard - 0 0 0.4 0 - -"}},
	{"spot is dynamic", "type=Usage cost=0.3 amount=1 usage=EU-SpotUsage:m5.large",
		[]string{"Usage - Usage-Based Dynamic - 0.3 0.3 0.3 0.3 - -"}},
	{"zero-filled commitment columns change nothing", "type=Usage cost=2 amount=1 rieffective=0.0 speffective=0.0 sptotal=0.0 spused=0.0",
		[]string{"Usage - Usage-Based Standard - 2 2 2 2 - -"}},
	{"reserved usage", "type=DiscountedUsage cost=0.0 amount=1 public=0.192 rieffective=0.12 ri=" + reservation + " resource=i-2",
		[]string{"Usage - Usage-Based Committed Used 0 0.12 0.192 0.192 " + reservation + " i-2"}},
	{"reserved usage to the last digit", "type=DiscountedUsage cost=0 amount=1 public=0.2 rieffective=0.123456789012345678 ri=" + reservation,
		[]string{"Usage - Usage-Based Committed Used 0 0.123456789012345678 0.2 0.2 " + reservation + " -"}},
	// 0.03 of the upfront fee and 0.02 of the recurring fee bought hours that nobody used.
	{"reservation fee and its unused part", "type=RIFee cost=60 amount=720 ri=" + reservation + " riunusedup=0.03 riunusedrec=0.02",
		[]string{"Purchase - Recurring Standard - 60 0 60 60 " + reservation + " " + reservation,
			"Usage - Usage-Based Committed Unused 0 0.05 0 0 " + reservation + " " + reservation}},
	{"reservation fee fully used", "type=RIFee cost=60 amount=720 ri=" + reservation + " riunusedup=0.0 riunusedrec=0.0",
		[]string{"Purchase - Recurring Standard - 60 0 60 60 " + reservation + " " + reservation}},
	{"reservation bought upfront", "type=Fee cost=500 amount=1 ri=" + reservation,
		[]string{"Purchase - One-Time Standard - 500 0 500 500 " + reservation + " " + reservation}},
	{"covered usage", "type=SavingsPlanCoveredUsage cost=4 amount=2 public=4 speffective=2.9 sp=" + plan + " resource=i-3",
		[]string{"Usage - Usage-Based Committed Used 0 2.9 4 4 " + plan + " i-3"}},
	{"negation offsets covered usage to nothing", "type=SavingsPlanNegation cost=-4 amount=2 sp=" + plan, nil},
	{"plan fee and its unused part", "type=SavingsPlanRecurringFee cost=3 amount=1 sp=" + plan + " sptotal=3 spused=2.9",
		[]string{"Purchase - Recurring Standard - 3 0 3 3 " + plan + " " + plan,
			"Usage - Usage-Based Committed Unused 0 0.1 0 0 " + plan + " " + plan}},
	{"plan bought upfront", "type=SavingsPlanUpfrontFee cost=1000 amount=1 sp=" + plan,
		[]string{"Purchase - One-Time Standard - 1000 0 1000 1000 " + plan + " " + plan}},
	{"support", "type=Fee cost=100 amount=1 product=AWSSupportBusiness",
		[]string{"Purchase - Recurring Standard - 100 100 100 100 - -"}},
	{"marketplace fee", "type=Fee cost=49 amount=1 product=abc123 entity=AWS_Marketplace",
		[]string{"Purchase - One-Time Standard - 49 49 49 49 - -"}},
	{"flat rate", "type=FlatRateSubscription cost=20 amount=1",
		[]string{"Purchase - Recurring Standard - 20 20 20 20 - -"}},
	{"tax", "type=Tax cost=19 amount=1 tax=VAT",
		[]string{"Tax - One-Time - - 19 19 19 19 - -"}},
	{"credit", "type=Credit cost=-7.5 amount=0",
		[]string{"Credit - One-Time Other - -7.5 -7.5 -7.5 -7.5 - -"}},
	{"refund in the same month", "type=Refund cost=-2 amount=1",
		[]string{"Usage - Usage-Based Standard - -2 -2 -2 -2 - -"}},
	{"refund of an invoiced month", "type=Refund cost=-2 amount=1 bill=Refund",
		[]string{"Usage Correction Usage-Based Standard - -2 -2 -2 -2 - -"}},
	{"refund dated in an earlier month", "type=Refund cost=-2 amount=1 start=2026-09-03T00:00:00Z end=2026-09-04T00:00:00Z",
		[]string{"Usage Correction Usage-Based Standard - -2 -2 -2 -2 - -"}},
	{"refund of tax", "type=Refund cost=-1 amount=1 tax=VAT",
		[]string{"Tax - One-Time - - -1 -1 -1 -1 - -"}},
	{"refund of an upfront plan fee", "type=Refund cost=-1000 amount=1 product=ComputeSavingsPlans sp=" + plan,
		[]string{"Purchase - One-Time Standard - -1000 0 -1000 -1000 " + plan + " " + plan}},
	{"discount as a line of its own", "type=EdpDiscount cost=-6 amount=1",
		[]string{"Adjustment - One-Time - - -6 -6 0 -6 - -"}},
	{"a line type nobody knows yet", "type=BrandNew cost=3 amount=1",
		[]string{"Adjustment - One-Time - - 3 3 3 3 - -"}},
	{"the share a pod has in an instance is no cost", "type=Usage cost=0 amount=1 operation=EKSPod-EC2 parent=i-1", nil},
}

// curColumns are the short names the tables above use.
var curColumns = map[string]string{
	"id": "identity_line_item_id", "type": "line_item_line_item_type", "cost": "line_item_unblended_cost",
	"net": "line_item_net_unblended_cost", "amount": "line_item_usage_amount", "public": "pricing_public_on_demand_cost",
	"rate": "pricing_public_on_demand_rate", "resource": "line_item_resource_id", "usage": "line_item_usage_type",
	"product": "line_item_product_code", "entity": "bill_billing_entity", "bill": "bill_bill_type", "tax": "line_item_tax_type",
	"start": "line_item_usage_start_date", "end": "line_item_usage_end_date", "operation": "line_item_operation",
	"parent": "split_line_item_parent_resource_id", "ri": "reservation_reservation_a_r_n", "sp": "savings_plan_savings_plan_a_r_n",
	"rieffective": "reservation_effective_cost", "rinet": "reservation_net_effective_cost",
	"riunits": "reservation_total_reserved_units", "rinormalized": "reservation_total_reserved_normalized_units",
	"riunused": "reservation_unused_quantity", "riunusednormalized": "reservation_unused_normalized_unit_quantity", "normalized": "line_item_normalized_usage_amount",
	"riunusedup": "reservation_unused_amortized_upfront_fee_for_billing_period", "riunusedrec": "reservation_unused_recurring_fee",
	"speffective": "savings_plan_savings_plan_effective_cost", "spnet": "savings_plan_net_savings_plan_effective_cost",
	"sptotal": "savings_plan_total_commitment_to_date", "spused": "savings_plan_used_commitment",
	"spupfront": "savings_plan_amortized_upfront_commitment_for_billing_period", "riupfront": "reservation_amortized_upfront_fee_for_billing_period",
	"sprecurring": "savings_plan_recurring_commitment_for_billing_period", "spnetrecurring": "savings_plan_net_recurring_commitment_for_billing_period",
	"spnetupfront":  "savings_plan_net_amortized_upfront_commitment_for_billing_period",
	"rinetupfront":  "reservation_net_amortized_upfront_fee_for_billing_period",
	"rinetunusedup": "reservation_net_unused_amortized_upfront_fee_for_billing_period", "rinetunusedrec": "reservation_net_unused_recurring_fee",
	"splitusage": "split_line_item_split_usage", "splitratio": "split_line_item_split_usage_ratio", "splitcost": "split_line_item_split_cost",
	"splitunused": "split_line_item_unused_cost", "splitnet": "split_line_item_net_split_cost", "splitnetunused": "split_line_item_net_unused_cost",
	"capacity": "capacity_reservation_capacity_reservation_arn", "capacitystatus": "capacity_reservation_capacity_reservation_status",
	"invoice": "bill_invoice_id", "issuer": "bill_invoicing_entity", "seller": "line_item_legal_entity",
	"payer": "bill_payer_account_id", "currency": "line_item_currency_code", "account": "line_item_usage_account_id",
	"month": "bill_billing_period_start_date", "tags": "tags", "resource_tags": "resource_tags",
}

// curFile writes lines as a CUR 2.0 CSV. What a line leaves out is an ordinary hour of October.
func curFile(lines []curLine) string {
	var rows []map[string]string
	for _, line := range lines {
		row := map[string]string{"id": line.name}
		for pair := range strings.FieldsSeq(line.line) {
			name, value, _ := strings.Cut(pair, "=")
			row[name] = strings.ReplaceAll(value, "_Marketplace", " Marketplace")
		}
		rows = append(rows, row)
	}
	return curText(rows)
}

// curText writes rows, each by the short names of its columns, as curFile does.
func curText(rows []map[string]string) string {
	ordinary := map[string]string{"payer": "000111222333", "account": "000444555666", "currency": "USD",
		"bill": "Anniversary", "entity": "AWS", "product": "AmazonEC2", "usage": "EU-BoxUsage:m5.large", "month": "2026-10-01T00:00:00.000Z",
		"start": "2026-10-31T23:00:00.000Z", "end": "2026-11-01T00:00:00.000Z"}
	names := slices.Sorted(maps.Keys(curColumns))
	var out strings.Builder
	for i, name := range names {
		if i > 0 {
			out.WriteString(",")
		}
		out.WriteString(curColumns[name])
	}
	out.WriteString("\n")
	for _, row := range rows {
		for i, name := range names {
			value, told := row[name]
			if !told {
				value = ordinary[name]
			}
			if i > 0 {
				out.WriteString(",")
			}
			out.WriteString(`"` + strings.ReplaceAll(value, `"`, `""`) + `"`)
		}
		out.WriteString("\n")
	}
	return out.String()
}

const shape = `select concat_ws(' ', ChargeCategory, coalesce(ChargeClass, '-'), ChargeFrequency, coalesce(PricingCategory, '-'),
	coalesce(CommitmentDiscountStatus, '-'), cost(BilledCost), cost(EffectiveCost), cost(ListCost), cost(ContractedCost),
	coalesce(CommitmentDiscountId, '-'), coalesce(ResourceId, '-')) from cost where split_part(x_SourceLineId, '/unused', 1) = '`

// openWithCost is a warehouse in which cost(x) writes an amount without zeros at its end.
func openWithCost(t *testing.T) *sql.DB {
	t.Helper()
	db := open(t)
	const cost = "create macro cost(x) as rtrim(rtrim(cast(x as varchar), '0'), '.')"
	if _, err := db.Exec(cost); err != nil {
		t.Fatal(err)
	}
	return db
}

func checkLines(t *testing.T, lines []curLine) {
	t.Helper()
	db := openWithCost(t)
	if _, err := run(t, db, csv("aws_cur_2_0", "v1", curFile(lines))); err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		want := strings.Join(line.want, "\n")
		if got := strings.TrimSpace(query(t, db, shape+line.name+"' order by x_SourceLineId")); got != want {
			t.Errorf("%s:\n got %s\nwant %s", line.name, got, want)
		}
	}
}

func TestLineItemTypes(t *testing.T) {
	checkLines(t, unblendedLines)
}

func TestNetCostsAreTheBasisWhereThePayerHasDiscounts(t *testing.T) {
	checkLines(t, []curLine{
		{"usage", "type=Usage cost=10 net=9 amount=1 public=10",
			[]string{"Usage - Usage-Based Standard - 9 9 10 9 - -"}},
		{"a full discount is a cost of nothing", "type=Usage cost=10 net=0 amount=1 public=10",
			[]string{"Usage - Usage-Based Standard - 0 0 10 0 - -"}},
		{"reserved usage", "type=DiscountedUsage cost=0 net=0 amount=1 public=0.2 rieffective=0.12 rinet=0.108 ri=" + reservation,
			[]string{"Usage - Usage-Based Committed Used 0 0.108 0.2 0.2 " + reservation + " -"}},
		{"covered usage", "type=SavingsPlanCoveredUsage cost=4 net=3.6 amount=1 public=5 speffective=2 spnet=1.8 sp=" + plan,
			[]string{"Usage - Usage-Based Committed Used 0 1.8 5 4 " + plan + " -"}},
		{"negation", "type=SavingsPlanNegation cost=-4 net=-3.6 amount=1 sp=" + plan, nil},
		// A tenth of the commitment is unused; its net price is nine tenths of its price.
		{"plan fee", "type=SavingsPlanRecurringFee cost=3 net=2.7 amount=1 sptotal=3 spused=2.7 sprecurring=3 spnetrecurring=2.7 sp=" + plan,
			[]string{"Purchase - Recurring Standard - 2.7 0 2.7 2.7 " + plan + " " + plan,
				"Usage - Usage-Based Committed Unused 0 0.27 0 0 " + plan + " " + plan}},
	})
}

func TestWhatNegationLeavesOverIsAnAdjustment(t *testing.T) {
	db := open(t)
	lines := []curLine{
		{"covered", "type=SavingsPlanCoveredUsage cost=4 amount=1 speffective=2 sp=" + plan, nil},
		{"negation", "type=SavingsPlanNegation cost=-3.75 amount=1 sp=" + plan, nil},
	}
	if _, err := run(t, db, csv("aws_cur_2_0", "v1", curFile(lines))); err != nil {
		t.Fatal(err)
	}
	const residual = "select BilledCost, EffectiveCost, CommitmentDiscountId from cost where ChargeCategory = 'Adjustment'"
	if got := query(t, db, residual); got != "0.250000000000000000 | 0.250000000000000000 | \n" {
		t.Errorf("got %s; want 0.25", got)
	}
}

func TestCoveredUsageWithoutAnyNegationIsRefused(t *testing.T) {
	lines := []curLine{{"covered", "type=SavingsPlanCoveredUsage cost=4 amount=1 speffective=2 sp=" + plan, nil}}
	outcome, err := run(t, open(t), csv("aws_cur_2_0", "v1", curFile(lines)))
	if err == nil || !strings.Contains(outcome.Err.Error(), "no negation lines") {
		t.Errorf("got %v", outcome.Err)
	}
}

// A tax line has no usage type; it is not what such a delivery is refused for.
func TestTheValueThatStopsTheLoadIsTheOneThatIsNamed(t *testing.T) {
	for _, test := range []struct{ line, says string }{
		{"type=Usage cost=1.2.3 amount=1", `part-00001.csv:3, column line_item_unblended_cost: value "1.2.3"`},
		{"type=Usage cost= amount=1", "part-00001.csv:3, column line_item_unblended_cost: is empty"},
		{"type=Usage cost=1 amount=1 payer=", "BillingAccountId is empty"},
		{"type=SavingsPlanCoveredUsage cost=4 amount=1 speffective=2 sp=" + plan, "no negation lines"},
	} {
		lines := []curLine{{"tax", "type=Tax cost=1 amount=1 usage=", nil}, {"bad", test.line, nil}}
		outcome, err := run(t, open(t), csv("aws_cur_2_0", "v1", curFile(lines)))
		if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(outcome.Err.Error(), test.says) {
			t.Errorf("%s:\n got %v\nwant %s", test.line, outcome.Err, test.says)
		}
	}
}

func TestDiscountLinesBesideNetColumns(t *testing.T) {
	// Net and unblended total the same: the net columns say per line what the discount line says at once.
	db := open(t)
	lines := []curLine{
		{"usage", "type=Usage cost=10 net=9 amount=1", nil},
		{"discount", "type=EdpDiscount cost=-1 net=0 amount=1", nil},
	}
	if _, err := run(t, db, csv("aws_cur_2_0", "v1", curFile(lines))); err != nil {
		t.Fatal(err)
	}
	const basis = "select CostBasis, (select sum(BilledCost) from cost) from import"
	if got := query(t, db, basis); got != "net | 9.000000000000000000\n" {
		t.Errorf("got %s", got)
	}
	// They do not: the discount line is the only carrier of the discount.
	lines[1].line = "type=EdpDiscount cost=-1 net=-1 amount=1"
	if _, err := run(t, db, csv("aws_cur_2_0", "v2", curFile(lines))); err != nil {
		t.Fatal(err)
	}
	const current = "select CostBasis, (select sum(BilledCost) from cost) from current_import"
	if got := query(t, db, current); got != "unblended | 9.000000000000000000\n" {
		t.Errorf("got %s", got)
	}
}

func TestDiscountLinesAloneAreWhatTheInvoiceTakesOff(t *testing.T) {
	db := open(t)
	lines := []curLine{
		{"usage", "type=Usage cost=10 amount=1 public=12", nil},
		{"private price", "type=PrivateRateDiscount cost=-1.5 amount=1", nil},
		{"enterprise discount", "type=EdpDiscount cost=-0.85 amount=1", nil},
	}
	if _, err := run(t, db, csv("aws_cur_2_0", "v1", curFile(lines))); err != nil {
		t.Fatal(err)
	}
	// 10 - 1.50 - 0.85; the discounts take nothing off the list price.
	const costs = `select CostBasis, (select concat_ws(' ', sum(BilledCost)::decimal(9,2), sum(EffectiveCost)::decimal(9,2),
		sum(ListCost)::decimal(9,2), sum(ContractedCost)::decimal(9,2)) from cost) from import`
	if got, want := query(t, db, costs), "unblended | 7.65 7.65 12.00 7.65\n"; got != want {
		t.Errorf("got %s; want %s", got, want)
	}
}

func TestWhoBillsAndWhoSells(t *testing.T) {
	db := open(t)
	lines := []curLine{
		{"own", "type=Usage cost=10 amount=1 issuer=AWS_EMEA seller=AWS_EMEA", nil},
		{"sold by another, billed by AWS", "type=Usage cost=3 amount=1 entity=AWS_Marketplace issuer=AWS_EMEA seller=Kestrel", nil},
		{"sold by another, issuer not told", "type=Fee cost=5 amount=1 entity=AWS_Marketplace seller=Kestrel", nil},
	}
	if _, err := run(t, db, csv("aws_cur_2_0", "v1", curFile(lines))); err != nil {
		t.Fatal(err)
	}
	// AWS collects the money of the Marketplace: it is on an invoice of AWS and stays billed. The seller is the publisher.
	const parties = "select x_BillingEntity, InvoiceIssuerName, PublisherName, sum(BilledCost)::integer from cost group by all order by all nulls last"
	const want = "AWS | AWS_EMEA | AWS_EMEA | 10\nAWS Marketplace | AWS_EMEA | Kestrel | 3\nAWS Marketplace |  | Kestrel | 5\n"
	if got := query(t, db, parties); got != want {
		t.Errorf("got %s; want %s", got, want)
	}
}

func TestTagsKeepTheirKeysAndLoseTheirPrefixes(t *testing.T) {
	for name, test := range map[string]struct{ tags, resourceTags, want string }{
		"original spelling":  {`{"resourceTags/Cost Center":"7","resourceTags/aws:createdBy":"root","costCategory/Unit":"x"}`, "", `{"Cost Center":"7","aws:createdBy":"root"}`},
		"other scheme first": {`{"accountTag/owner":"a,b\"c","resourceTags/team":"search"}`, `{"user_team":"other"}`, `{"team":"search"}`},
		"only other schemes": {`{"userAttribute/x":"y"}`, "", ""},
		"normalised":         {"", `{"user_team":"user_x","aws_created_by":"a\",\"user_b"}`, `{"team":"user_x","aws:created_by":"a\",\"user_b"}`},
		"none":               {"{}", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			lines := []curLine{{name: "tagged", line: "type=Usage cost=1 amount=1"}}
			text := curFile(lines)
			header, line, _ := strings.Cut(strings.TrimSpace(text), "\n")
			columns := strings.Split(header, ",")
			fields := strings.Split(line, ",")
			fields[slices.Index(columns, "tags")] = `"` + strings.ReplaceAll(test.tags, `"`, `""`) + `"`
			fields[slices.Index(columns, "resource_tags")] = `"` + strings.ReplaceAll(test.resourceTags, `"`, `""`) + `"`
			if _, err := run(t, db, csv("aws_cur_2_0", "v1", header+"\n"+strings.Join(fields, ",")+"\n")); err != nil {
				t.Fatal(err)
			}
			if got := strings.TrimSuffix(query(t, db, "select Tags from cost"), "\n"); got != test.want {
				t.Errorf("got %s; want %s", got, test.want)
			}
		})
	}
}

func TestUnknownLineTypesAreNamedWithTheirCost(t *testing.T) {
	db := open(t)
	lines := []curLine{{name: "new", line: "type=BrandNew cost=3 amount=1"}, {name: "old", line: "type=Usage cost=1 amount=1"}}
	outcome, err := run(t, db, csv("aws_cur_2_0", "v1", curFile(lines)))
	if err != nil {
		t.Fatal(err)
	}
	want := "lines of the unknown type BrandNew are kept as Adjustment: 1, 3 USD"
	if outcome.Note != want {
		t.Errorf("got %q; want %q", outcome.Note, want)
	}
}

func TestMoneyOnSplitCostLinesIsNamed(t *testing.T) {
	lines := []curLine{
		{"node", "type=Usage cost=10 amount=1", nil},
		{"pod", "type=Usage cost=1.25 amount=1 operation=EKSPod-EC2 parent=i-1", nil},
		{"task", "type=Usage cost=2 amount=1 operation=ECSTask-EC2", nil},
	}
	outcome, err := run(t, open(t), csv("aws_cur_2_0", "v1", curFile(lines)))
	const want = "2 split-cost lines carry 3.25 USD of their own, which is left out: the instances they split carry it"
	if err != nil || outcome.Note != want || outcome.Totals[0].BilledCost.String() != "10" {
		t.Errorf("got %q, %v, %v; want 10 USD and %q", outcome.Note, outcome.Totals, err, want)
	}
}

// Net is a dollar under the lines in one currency and a euro over them in the
// other: no sum may make the two equal.
func TestCostBasisIsNotDecidedAcrossCurrencies(t *testing.T) {
	db := open(t)
	lines := []curLine{
		{"dollars", "type=Usage cost=10 net=9 amount=1", nil},
		{"discount", "type=EdpDiscount cost=-2 net=-2 amount=1", nil},
		{"euros", "type=Usage cost=10 net=11 amount=1 currency=EUR", nil},
	}
	if _, err := run(t, db, csv("aws_cur_2_0", "v1", curFile(lines))); err != nil {
		t.Fatal(err)
	}
	if got := query(t, db, "select CostBasis from import"); got != "unblended\n" {
		t.Errorf("the basis is %s; want unblended", got)
	}
}
