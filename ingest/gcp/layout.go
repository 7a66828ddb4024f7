package gcp

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
)

// layout is what a table's live schema says: which export it is, how it is
// cut, where it lies, and which of the columns that mappings read it has.
type layout struct {
	table
	kind
	partitioning
	location string
	modified time.Time // when the table last changed
	columns  []string  // as the table spells them
	mark     string    // of the table, its columns and their types: rows that were read by another are read again
}

// usageColumns are those of the detailed and the standard export that the
// mappings read. The standard export has neither resource nor subscription.
var usageColumns = strings.Fields(`billing_account_id invoice cost_type service sku usage_start_time usage_end_time project labels
	system_labels location resource tags cost currency currency_conversion_rate usage credits adjustment_info export_time cost_at_list
	cost_at_effective_price_default cost_at_list_consumption_model transaction_type seller_name price consumption_model subscription`)

// focusColumns are those of FOCUS 1.2, and Google's own beside them.
var focusColumns = strings.Fields(`AvailabilityZone BilledCost BillingAccountId BillingAccountName BillingAccountType BillingCurrency
	BillingPeriodEnd BillingPeriodStart CapacityReservationId CapacityReservationStatus ChargeCategory ChargeClass ChargeDescription
	ChargeFrequency ChargePeriodEnd ChargePeriodStart CommitmentDiscountCategory CommitmentDiscountId CommitmentDiscountName
	CommitmentDiscountQuantity CommitmentDiscountStatus CommitmentDiscountType CommitmentDiscountUnit ConsumedQuantity ConsumedUnit
	ContractedCost ContractedUnitPrice EffectiveCost InvoiceId InvoiceIssuerName ListCost ListUnitPrice PricingCategory PricingCurrency
	PricingCurrencyContractedUnitPrice PricingCurrencyEffectiveCost PricingCurrencyListUnitPrice PricingQuantity PricingUnit ProviderName
	PublisherName RegionId RegionName ResourceId ResourceName ResourceType ServiceCategory ServiceName ServiceSubcategory SkuId SkuMeter
	SkuPriceDetails SkuPriceId SubAccountId SubAccountName SubAccountType Tags x_CostType x_Credits x_CurrencyConversionRate x_ExportTime
	x_Labels x_SystemLabels x_ProjectLabels x_Tags x_Location x_Project x_ServiceId x_SubscriptionInstanceId x_PriceEffectivePriceDefault
	x_PriceListPriceConsumptionModel x_CostAtEffectivePriceDefault x_CostAtListConsumptionModel x_ConsumptionModelId
	x_ConsumptionModelDescription`)

// layoutOf reads the live schema of the table t.
func layoutOf(t table, meta *bigquery.TableMetadata, config Config) (layout, error) {
	k, err := kindOf(t, meta.Schema)
	if err != nil {
		return layout{}, err
	}
	cut, err := partitioningOf(t, meta, config.PartitionColumn)
	if err != nil {
		return layout{}, err
	}
	if config.Region != "" && !strings.EqualFold(config.Region, meta.Location) {
		return layout{}, fmt.Errorf("table %s: lies in %s, and region says %s; set region: %s", t, meta.Location, config.Region, meta.Location)
	}
	l := layout{table: t, kind: k, partitioning: cut, location: meta.Location, modified: meta.LastModifiedTime}
	wanted := usageColumns
	if k == focus {
		wanted = focusColumns
	}
	mark := sha256.New()
	fmt.Fprintln(mark, t)
	for _, name := range wanted {
		field := fieldOf(meta.Schema, name)
		if field == nil {
			continue
		}
		l.columns = append(l.columns, field.Name)
		fmt.Fprintf(mark, "%s\n", shape(field))
	}
	l.mark = fmt.Sprintf("%x", mark.Sum(nil))[:12]
	return l, l.refuseBlank(meta.Schema)
}

// kindOf says which export a table is: by the name that Google gives it, else
// by its columns.
func kindOf(t table, schema bigquery.Schema) (kind, error) {
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return fieldOf(schema, name) == nil })
	}
	if has("payer_billing_account_id") || has("customer_cost") {
		return "", table{t.project, t.dataset, "reseller_billing_detailed_export_v1"}.refuseOther()
	}
	if k := t.kindByName(); k != "" {
		return k, nil
	}
	switch {
	case has("BilledCost", "x_ExportTime"):
		return focus, nil
	case has("invoice", "cost", "credits", "resource"):
		return detailed, nil
	case has("invoice", "cost", "credits"):
		return standard, nil
	}
	return "", fmt.Errorf("table %s: is no billing export: it has neither the columns invoice, cost and credits nor BilledCost and x_ExportTime; "+
		"set table to gcp_billing_export_resource_v1_<account>", t)
}

// refuseBlank refuses a table without the columns that tell months and changes.
func (l layout) refuseBlank(schema bigquery.Schema) error {
	must := []string{"billing_account_id", "invoice", "cost", "currency", "export_time"}
	if l.kind == focus {
		must = []string{"BillingAccountId", "BillingPeriodStart", "BilledCost", "BillingCurrency", "x_ExportTime"}
	}
	for _, name := range must {
		if fieldOf(schema, name) == nil {
			return fmt.Errorf("table %s: has no column %s, without which it is no bill; set table to Google's own export", l.table, name)
		}
	}
	return nil
}

// fieldOf finds the column name, in any casing.
func fieldOf(schema bigquery.Schema, name string) *bigquery.FieldSchema {
	for _, field := range schema {
		if strings.EqualFold(field.Name, name) {
			return field
		}
	}
	return nil
}

// shape writes the name and type of a column and of all that is inside it.
func shape(f *bigquery.FieldSchema) string {
	text := fmt.Sprintf("%s %s %t", f.Name, f.Type, f.Repeated)
	for _, inside := range f.Schema {
		text += " (" + shape(inside) + ")"
	}
	return text
}

// from is the table as a query names it.
func (l layout) from() string { return fmt.Sprintf("`%s`.`%s`.`%s`", l.project, l.dataset, l.name) }

// month is the expression of a row's invoice month, such as 202610. A FOCUS
// row has the month's first instant instead, at midnight somewhere: half a day
// on, it is the first of the month in every time zone.
func (l layout) month() string {
	if l.kind == focus {
		return "format_timestamp('%Y%m', timestamp_add(BillingPeriodStart, interval 12 hour))"
	}
	return "invoice.month"
}

// exported is the expression of when Google wrote a row, in microseconds.
func (l layout) exported() string {
	if l.kind == focus {
		return "unix_micros(x_ExportTime)"
	}
	return "unix_micros(export_time)"
}

// listing asks BigQuery what it keeps about each partition. It reads no rows.
func (l layout) listing() string {
	return fmt.Sprintf("select partition_id, total_rows, unix_micros(last_modified_time)\nfrom `%s`.`%s`.INFORMATION_SCHEMA.PARTITIONS\nwhere table_name = '%s'",
		l.project, l.dataset, l.name)
}

// counting asks what each partition holds of each month, where condition is.
func (l layout) counting(condition string) string {
	return fmt.Sprintf("select %s as partition_id, %s as month, count(*) as lines, max(%s) as newest\nfrom %s\nwhere %s\ngroup by partition_id, month",
		l.id(), l.month(), l.exported(), l.from(), condition)
}

// reading asks for the rows where condition is, each with its month, as the
// JSON that BigQuery writes of it.
func (l layout) reading(condition string) string {
	return fmt.Sprintf("select %s as month, %s as newest, to_json_string(struct(`%s`)) as line\nfrom %s\nwhere %s",
		l.month(), l.exported(), strings.Join(l.columns, "`, `"), l.from(), condition)
}
