package ingest_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// A legacy report in CSV has the columns that its month needs and no others:
// here one line of usage.
const legacyHeader = "bill/BillType,bill/PayerAccountId,bill/BillingPeriodStartDate,lineItem/CurrencyCode,lineItem/LineItemType," +
	"lineItem/ProductCode,lineItem/UsageAccountId,lineItem/UsageType,lineItem/UsageStartDate,lineItem/UsageEndDate," +
	"lineItem/UnblendedCost,lineItem/UsageAmount"

const legacyLine = "Anniversary,000111222333,2026-10-01T00:00:00Z,USD,Usage,AmazonEC2,000444555666,BoxUsage:m5.large," +
	"2026-10-31T23:00:00Z,2026-11-01T00:00:00Z,0.096,1"

// legacy is a report of one line that has more columns: names and values by turns.
func legacy(more ...string) *folder {
	header, line := legacyHeader, legacyLine
	for i := 0; i < len(more); i += 2 {
		header, line = header+`,"`+more[i]+`"`, line+`,"`+more[i+1]+`"`
	}
	return csv("aws_cur_legacy", "v1", header+"\n"+line+"\n")
}

func TestLegacyColumnsBecomeThoseOfCUR2(t *testing.T) {
	for _, test := range []struct {
		name  string
		more  []string
		query string
		want  string
	}{
		{"the columns of every month", nil,
			"select BillingAccountId, SubAccountId, BillingCurrency, BilledCost, ChargePeriodStart, PricingQuantity, x_UsageType from cost",
			"000111222333 | 000444555666 | USD | 0.096000000000000000 | 2026-10-31 23:00:00 | 1.000000000000000000 | BoxUsage:m5.large"},
		{"columns that the month does not need", nil, "select Tags, InvoiceId, CommitmentDiscountId, x_CostCategories from cost", " |  |  | "},
		{"pricing in lower camel case", []string{"pricing/publicOnDemandCost", "0.107", "pricing/unit", "Hrs"},
			"select ListCost, ConsumedUnit from cost", "0.107000000000000000 | Hours"},
		{"a product's attributes", []string{"product/ProductName", "Amazon Elastic Compute Cloud", "product/vcpu", "2", "product/operatingSystem", "Linux", "product/instanceType", "m5.large"},
			"select SkuPriceDetails from cost", `{"InstanceType":"m5.large","InstanceSeries":"m5","OperatingSystem":"Linux","CoreCount":2}`},
		{"a region without its code", []string{"product/region", "eu-west-1"}, "select RegionId from cost", "eu-west-1"},
		{"user tags as spelled", []string{"resourceTags/user:Cost Center", "CC-1", "resourceTags/user:päivä", "tänään \\ \"\"x\"\"", "resourceTags/aws:createdBy", "root", "resourceTags/user:empty", ""},
			"select Tags ->> '$.\"Cost Center\"', Tags ->> 'päivä', Tags ->> '$.\"aws:createdBy\"', len(json_keys(Tags)) from cost",
			`CC-1 | tänään \ "x" | root | 3`},
		{"tags of Athena", []string{"resource_tags_user_cost_center", "CC-1", "resource_tags_aws_created_by", "root"},
			"select Tags from cost", `{"aws:created_by":"root","cost_center":"CC-1"}`},
		{"cost categories", []string{"costCategory/Team", "search"}, "select x_CostCategories from cost", `{"team":"search"}`},
		{"discounts that apply", []string{"discount/EdpDiscount", "-0.01", "discount/BundledDiscount", "0.0", "discount/TotalDiscount", "-0.01", "discount/PrivateRateDiscount", "0.0"},
			"select x_Discounts from cost", `{"edp_discount":-0.01}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			db := open(t)
			if _, err := run(t, db, legacy(test.more...)); err != nil {
				t.Fatal(err)
			}
			if got := query(t, db, test.query); got != test.want+"\n" {
				t.Errorf("got  %swant %s", got, test.want)
			}
		})
	}
}

func TestTagsThatDifferInCasingAloneAreToldAndTheFirstIsKept(t *testing.T) {
	for _, test := range []struct{ name, tags, want string }{
		{"both filled", `"Search","data"`, `{"Team":"Search"}`},
		{"the second filled", `,"data"`, `{"team":"data"}`},
		{"none filled", `,`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, order := range []string{"resourceTags/user:Team,resourceTags/user:team", "resourceTags/user:team,resourceTags/user:Team"} {
				values := test.tags
				if strings.HasPrefix(order, "resourceTags/user:team") {
					first, second, _ := strings.Cut(values, ",")
					values = second + "," + first
				}
				db := open(t)
				outcome, err := run(t, db, csv("aws_cur_legacy", "v1", legacyHeader+","+order+"\n"+legacyLine+","+values+"\n"))
				if err != nil {
					t.Fatal(err)
				}
				if got := query(t, db, "select Tags from cost"); got != test.want+"\n" {
					t.Errorf("%s: got %swant %s", order, got, test.want)
				}
				want := "the columns resourceTags/user:Team, resourceTags/user:team differ in casing alone; of a line that fills several the first is kept"
				if outcome.Note != want || query(t, db, "select Note from import") != want+"\n" {
					t.Errorf("%s: note %q, want %q", order, outcome.Note, want)
				}
			}
		})
	}
}

func TestPartsOfALegacyReportMayDifferInColumns(t *testing.T) {
	db := open(t)
	source := legacy("resourceTags/user:team", "search")
	source.files["part-00002.csv"] = legacyHeader + ",resourceTags/user:env\n" + legacyLine + ",prod\n"
	if _, err := run(t, db, source); err != nil {
		t.Fatal(err)
	}
	if got, want := query(t, db, "select Tags from cost order by all"), "{\"env\":\"prod\"}\n{\"team\":\"search\"}\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
}

func TestFaultsOfALegacyReportNameItsOwnColumns(t *testing.T) {
	for _, test := range []struct {
		name, text, want string
	}{
		{"a cost in words", legacyHeader + "\n" + strings.Replace(legacyLine, "0.096", "much", 1) + "\n",
			`part-00001.csv:2, column lineItem/UnblendedCost: value "much"; want a number`},
		{"a discount in words", legacyHeader + ",discount/EdpDiscount\n" + legacyLine + ",much\n", `Could not convert string 'much' to DOUBLE`},
		{"no costs", strings.Replace(legacyHeader, "lineItem/UnblendedCost", "lineItem/Colour", 1) + "\n" + legacyLine + "\n",
			"the delivery has no column line_item_unblended_cost, which AWS legacy Cost and Usage Report to FOCUS 1.2 needs"},
		{"costs twice", legacyHeader + ",lineItem/unblendedCost\n" + legacyLine + ",1\n",
			`part-00001.csv has the columns "lineItem/UnblendedCost" and "lineItem/unblendedCost"; one name may stand once`},
		{"costs under two names", legacyHeader + ",line_item_unblended_cost\n" + legacyLine + ",1\n",
			`the columns "lineItem/UnblendedCost" and "line_item_unblended_cost", both of them line_item_unblended_cost; one may stand once`},
	} {
		t.Run(test.name, func(t *testing.T) {
			outcome, _ := run(t, open(t), csv("aws_cur_legacy", "v1", test.text))
			if !errors.Is(outcome.Err, ingest.ErrReconcile) || !strings.Contains(outcome.Err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", outcome.Err, test.want)
			}
		})
	}
}

func TestPackedFilesAreReadWhole(t *testing.T) {
	text := legacyHeader + "\n" + legacyLine + "\n" + legacyLine + "\n"
	for _, test := range []struct{ name, file, content, want string }{
		{"gzip of several members", "part.csv.gz", gzipped(text[:200]) + gzipped(text[200:]), "2"},
		{"zip of one file", "part.csv.zip", zipped(t, text), "2"},
		{"gzip whose last member is cut off", "part.csv.gz", gzipped(text[:200]) + gzipped(text[200:])[:40], "part.csv.gz is not a whole gzip file"},
		{"zip that is cut off", "part.csv.zip", zipped(t, text)[:90], "part.csv.zip is not a whole zip file"},
		{"zip of two files", "part.zip", zipped(t, text, text), "want one file inside, found 2"},
		{"zip of none", "part.zip", zipped(t), "want one file inside, found 0"},
		{"zip that is no zip", "part.zip", text, "part.zip is not a whole zip file"},
	} {
		t.Run(test.name, func(t *testing.T) {
			db := open(t)
			source := &folder{format: "aws_cur_legacy", encoding: "csv", version: "v1", files: map[string]string{test.file: test.content}}
			outcome, err := run(t, db, source)
			if err == nil {
				if got := query(t, db, "select count(*) from cost"); got != test.want+"\n" {
					t.Errorf("got %s rows; want %s", got, test.want)
				}
				return
			}
			if !errors.Is(outcome.Err, ingest.ErrReconcile) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v; want %s", err, test.want)
			}
		})
	}
}

func gzipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.String()
}

func zipped(t *testing.T, texts ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for range texts {
		inside, err := w.Create("../report.csv") // the name inside leads nowhere
		if err != nil {
			t.Fatal(err)
		}
		inside.Write([]byte(texts[0]))
	}
	w.Close()
	return b.String()
}

func TestFocus10IsFocus12WithoutTheNewerColumns(t *testing.T) {
	db := open(t)
	header := strings.Replace(strings.TrimSpace(focusHeader), ",InvoiceId", "", 1) + ",x_UsageType,x_CostCategories,SubAccountId\n"
	line := strings.Replace(strings.TrimSpace(focusLine("5")), ",INV1", "", 1) + `,EU-BoxUsage:m5.large,"{""Team"":""search""}",000444555666` + "\n"
	if _, err := run(t, db, csv("aws_focus_1_0", "v1", header+line)); err != nil {
		t.Fatal(err)
	}
	got := query(t, db, "select BilledCost, SubAccountId, x_UsageType, x_InstanceType, x_CostCategories, InvoiceId, SkuMeter from cost")
	if want := `5.000000000000000000 | 000444555666 | EU-BoxUsage:m5.large | m5.large | {"Team":"search"} |  | ` + "\n"; got != want {
		t.Errorf("got %swant %s", got, want)
	}
	if got := query(t, db, "select Format from import"); got != "aws_focus_1_0\n" {
		t.Errorf("the import is of format %s", got)
	}
}
