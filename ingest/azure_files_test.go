package ingest_test

import (
	"fmt"
	"strings"
	"testing"
)

var oneHour = []nativeLine{{name: "usage", both: "Cost=2.4;UnitPrice=0.1;PayGPrice=0.12;Quantity=24"}}

const oneHourIs = "2026-10-07 | 2.400000 | rg-shop | prod | a\n"

// loadedHour loads a pair and tells the one hour that it should hold.
func loadedHour(t *testing.T, delivery *bill) string {
	t.Helper()
	db := open(t)
	if _, err := run(t, db, delivery); err != nil {
		t.Fatal(err)
	}
	return query(t, db, "select ChargePeriodStart::date, BilledCost::decimal(12,6), x_ResourceGroupName, Tags ->> 'env', Tags ->> 'team' from cost")
}

func TestAzureFilesAsWritersAndSpreadsheetsLeaveThem(t *testing.T) {
	const mark = "\ufeff"
	for name, change := range map[string]func(string) string{
		"a byte order mark":                  func(text string) string { return mark + text },
		"a second mark before the first row": func(text string) string { return mark + strings.Replace(text, "\n", "\n"+mark, 1) },
		"a mark before a quoted name":        func(text string) string { return mark + `"` + strings.Replace(text, ",", `",`, 1) },
		"names in German": func(text string) string {
			return strings.Replace(text, ",ResourceGroup,", ",Ressourcengruppe (ResourceGroup),", 1)
		},
		"names with blanks, in capitals":     func(text string) string { return strings.Replace(text, ",ResourceGroup,", ", RESOURCE GROUP ,", 1) },
		"dates as a spreadsheet writes them": func(text string) string { return strings.ReplaceAll(text, "10/07/2026", "10/7/2026") },
		"dates of the newer files":           func(text string) string { return dated(text, "2026-10-01", "2026-10-07", "2026-10-31") },
		"dates and times": func(text string) string {
			return dated(text, "2026-10-01T00:00:00Z", "2026-10-07T00:00:00Z", "2026-10-31T00:00:00Z")
		},
		"dates with the day first":                    func(text string) string { return dated(text, "01/10/2026", "07/10/2026", "31/10/2026") },
		"dates with the day first and a time of zero": func(text string) string { return dated(text, "1/10/2026 00:00", "7/10/2026 00:00", "31/10/2026 00:00") },
	} {
		t.Run(name, func(t *testing.T) {
			delivery := pair(t, eaMonth, oneHour)
			for i := range delivery.files {
				delivery.files[i].text = change(delivery.files[i].text)
			}
			if got := loadedHour(t, delivery); got != oneHourIs {
				t.Errorf("got %swant %s", got, oneHourIs)
			}
		})
	}
}

// dated writes the three dates of eaMonth in another way.
func dated(text, first, day, last string) string {
	return strings.NewReplacer("10/01/2026", first, "10/07/2026", day, "10/31/2026", last).Replace(text)
}

func TestAzureDatesOfTwoOrdersInOneFileAreRefused(t *testing.T) {
	delivery := pair(t, eaMonth, oneHour)
	delivery.files[0].text = dated(delivery.files[0].text, "10/01/2026", "25/10/2026", "10/31/2026")
	_, err := run(t, open(t), delivery)
	if err == nil || !strings.Contains(err.Error(), "actual/part_0_0001.csv has dates that begin with the month, such as 10/31/2026, and dates that begin with the day") {
		t.Errorf("got %v", err)
	}
}

func TestAzureFilesOfOneDeliveryMayDiffer(t *testing.T) {
	delivery := pair(t, eaMonth, oneHour)
	// One part has the order of a spreadsheet and another spelling of a column; parts of both encodings carry a header each.
	delivery.files[0].text = strings.Replace(dated(delivery.files[0].text, "01/10/2026", "07/10/2026", "31/10/2026"), ",Cost,", ",CostInBillingCurrency,", 1)
	header, _, _ := strings.Cut(delivery.files[0].text, "\n")
	delivery.files = append(delivery.files, billFile{"ActualCost", "actual/part_0_0002.csv", header + "\n"})
	if got := loadedHour(t, delivery); got != oneHourIs {
		t.Errorf("got %swant %s", got, oneHourIs)
	}
}

func TestAzureNativeParquetIsTheSameAsCSV(t *testing.T) {
	const rows = "select * exclude (x_SourceName, x_ImportId) from cost order by all"
	texts := pair(t, eaMonth, eaLines)
	db := open(t)
	if _, err := run(t, db, texts); err != nil {
		t.Fatal(err)
	}
	want := query(t, db, rows)
	files := pair(t, eaMonth, eaLines)
	files.encoding = "parquet"
	for i, file := range files.files {
		replace := "replace (cast(strptime(Date, '%m/%d/%Y') as date) as Date, cast(Cost as decimal(38, 15)) as Cost)"
		files.files[i].text = typedParquet(t, file.text, replace)
		files.files[i].name = strings.Replace(file.name, ".csv", ".snappy.parquet", 1)
	}
	db = open(t)
	if _, err := run(t, db, files); err != nil {
		t.Fatal(err)
	}
	if got := query(t, db, rows); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestAzureBadValuesAreNamed(t *testing.T) {
	delivery := pair(t, eaMonth, oneHour)
	delivery.files[1].text = strings.Replace(delivery.files[1].text, "2.4", "2,4", 1)
	delivery.files[1].text = strings.Replace(delivery.files[1].text, ",2,4,", `,"2,4",`, 1)
	_, err := run(t, open(t), delivery)
	if err == nil || !strings.Contains(err.Error(), `amortized/part_0_0001.csv:2, column Cost: value "2,4"; want a number`) {
		t.Errorf("got %v", err)
	}
}

// priceSheet is one of an enterprise agreement: per hour, 0.146 negotiated and
// 0.2 retail for meter 6A3F, and a reservation's price that is no such price.
func priceSheet(t *testing.T) string {
	t.Helper()
	return sheet(t, `EnrollmentNumber=8611537;MeterID=6a3f;OfferID=MS-AZR-0017P;CurrencyCode=EUR;UnitOfMeasure=100 Hours;PriceType=Consumption;EffectiveStartDate=10/01/2026`,
		"UnitPrice=14.6;MarketPrice=20", "UnitPrice=1;MarketPrice=1;PriceType=Reservation;Term=P1Y", "UnitPrice=0.5;MarketPrice=0.5;OfferID=MS-AZR-0148P",
		"UnitPrice=9;MarketPrice=9;EffectiveStartDate=01/01/2026;EffectiveEndDate=09/30/2026", "UnitPrice=0;MarketPrice=0")
}

// Eight hours that a reservation covers, for which the bill has no price.
var coveredHours = []nativeLine{{
	name:      "covered",
	actual:    "Cost=0;UnitPrice=0;PayGPrice=0;Quantity=8;PricingModel=Reservation;benefitId=" + azureReserve,
	amortized: "Cost=0.493152;UnitPrice=0;PayGPrice=0;Quantity=8;PricingModel=Reservation;benefitId=" + azureReserve,
}}

const pricesOfHours = `select EffectiveCost::decimal(12,6), ContractedCost::decimal(12,6), ContractedUnitPrice::decimal(12,6),
	ListCost::decimal(12,6), ListUnitPrice::decimal(12,6), list_sort(x_Changes) from cost`

func TestAzurePricesComeFromThePriceSheet(t *testing.T) {
	db := open(t)
	delivery := pair(t, eaMonth, coveredHours)
	delivery.files = append(delivery.files, billFile{"PriceSheet", "prices/part_0_0001.csv", priceSheet(t)})
	if _, err := run(t, db, delivery); err != nil {
		t.Fatal(err)
	}
	// 8 x 0.146 and 8 x 0.2.
	const want = "0.493152 | 1.168000 | 0.146000 | 1.600000 | 0.200000 | [ContractedCostFromPriceSheet, ListCostFromPriceSheet]\n"
	if got := query(t, db, pricesOfHours); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestAzureParquetMayHaveItsPriceSheetInCSV(t *testing.T) {
	db := open(t)
	text := sheet(t, focusAzureMonth, "CommitmentDiscountId="+azureReserve+";CommitmentDiscountStatus=Used;PricingCategory=Committed;BilledCost=0;EffectiveCost=0.493152;ListCost=0;ContractedCost=0;PricingQuantity=8;ConsumedQuantity=8;ChargeDescription=x")
	delivery := &bill{"azure_focus_1_2", "parquet", "v1", []billFile{
		{name: "part_0_0001.snappy.parquet", text: parquet(t, text)},
		{"PriceSheet", "prices/part_0_0001.csv", priceSheet(t)},
	}}
	if _, err := run(t, db, delivery); err != nil {
		t.Fatal(err)
	}
	const want = "0.493152 | 1.168000 | 0.146000 | 1.600000 | 0.200000 | [ContractedCostFromPriceSheet, ListCostFromPriceSheet]\n"
	if got := query(t, db, pricesOfHours); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestAzurePricesOfACustomerAgreementNeedNoOffer(t *testing.T) {
	db := open(t)
	delivery := pair(t, mcaMonth, []nativeLine{{
		actual:    "ProductName=covered;costInBillingCurrency=0;quantity=8;pricingModel=Reservation;benefitId=" + azureReserve,
		amortized: "ProductName=covered;costInBillingCurrency=0.45;quantity=8;pricingModel=Reservation;benefitId=" + azureReserve,
	}})
	prices := sheet(t, "MeterId=6A3F;Currency=USD;BillingCurrency=EUR;UnitOfMeasure=1 Hour;PriceType=Consumption;EffectiveStartDate=2026-10-01T00:00:00Z",
		"TierMinimumUnits=0;UnitPrice=0.146;MarketPrice=0.2")
	delivery.files = append(delivery.files, billFile{"PriceSheet", "prices/part_0_0001.csv", prices})
	if _, err := run(t, db, delivery); err != nil {
		t.Fatal(err)
	}
	// In dollars 8 x 0.146 = 1.168 and 8 x 0.2 = 1.6, in euros at 0.9 1.0512 and 1.44.
	const want = "0.450000 | 1.051200 | 0.131400 | 1.440000 | 0.180000 | [ContractedCostFromPriceSheet, ListCostFromPriceSheet]\n"
	if got := query(t, db, pricesOfHours); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

// A reservation of an odd size counts 0.5 normal hours for each of its own: 8
// hours are 4. Where the ratio is no number, nobody knows how many they are.
func TestAzureNormalHoursNeedARatioThatReads(t *testing.T) {
	details := []string{`{"RINormalizationRatio":"0.5"}`, `{"RINormalizationRatio":"much"}`}
	var native []nativeLine
	var lines []string
	for i, text := range details {
		use := fmt.Sprintf("ProductName=%d;UnitPrice=1;PayGPrice=1;Quantity=8;PricingModel=Reservation;benefitId=%s;AdditionalInfo=%s", i, azureReserve, text)
		native = append(native, nativeLine{name: fmt.Sprint(i), actual: "Cost=0;" + use, amortized: "Cost=4;" + use})
		lines = append(lines, fmt.Sprintf("ChargeDescription=%d;BilledCost=0;EffectiveCost=4;ListCost=8;ContractedCost=8;PricingQuantity=8;ConsumedQuantity=8;"+
			"PricingCategory=Committed;CommitmentDiscountId=%s;CommitmentDiscountStatus=Used;x_SkuDetails=%s", i, azureReserve, text))
	}
	const want = "0 | 4 | true | false\n1 |  | false | true\n"
	for format, delivery := range map[string]*bill{
		"native": pair(t, eaMonth, native),
		"focus":  focus("azure_focus_1_2", sheet(t, focusAzureMonth, lines...)),
	} {
		db := open(t)
		if _, err := run(t, db, delivery); err != nil {
			t.Fatal(format, err)
		}
		const counted = `select ChargeDescription, CommitmentDiscountQuantity::bigint, coalesce(CommitmentDiscountUnit, '') like 'Normalized %',
			coalesce(list_contains(x_Changes, 'UnreadableSkuDetails'), false) from cost order by 1`
		if got := query(t, db, counted); got != want {
			t.Errorf("%s: got\n%swant\n%s", format, got, want)
		}
	}
}
