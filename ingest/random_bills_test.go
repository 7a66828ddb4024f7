package ingest_test

import (
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

var (
	randomBills = flag.Int("bills", 3, "how many random bills are drawn")
	firstSeed   = flag.Uint64("seed", 1, "the seed of the first random bill; the next has the next")
)

// laws are FOCUS's rules for rows as queries of the rows that break them
// (specification, columns/*.md and the appendix on commitment discounts).
var laws = map[string]string{
	"a purchase of a commitment spends nothing": `from cost where ChargeCategory = 'Purchase' and CommitmentDiscountId is not null and EffectiveCost <> 0`,
	"use of a commitment bills nothing":         `from cost where CommitmentDiscountStatus is not null and BilledCost <> 0`,
	"use of a commitment has a status":          `from cost where ChargeCategory = 'Usage' and (CommitmentDiscountId is null) <> (CommitmentDiscountStatus is null)`,
	"a commitment without upfront fee spends what it bills": `select CommitmentDiscountId from cost where CommitmentDiscountId like '%-noupfront' group by all
		having sum(BilledCost) filter (ChargeCategory = 'Purchase') <> sum(EffectiveCost) filter (ChargeCategory = 'Usage')`,
	"what stands alone spends what it bills": `from cost where CommitmentDiscountId is null and EffectiveCost <> BilledCost
		and not (ChargeCategory = 'Purchase' and x_LineItemType = 'Refund')`,
	"a credit lists at what it bills": `from cost where ChargeCategory = 'Credit' and (ListCost <> BilledCost or ContractedCost <> BilledCost)`,
	"a price times its quantity is the cost": `from cost where ChargeClass is null and (
		abs(cast(ListUnitPrice as double) * cast(PricingQuantity as double) - ListCost) > 1e-9 * (1 + abs(ListCost) + PricingQuantity)
		or abs(cast(ContractedUnitPrice as double) * cast(PricingQuantity as double) - ContractedCost) > 1e-9 * (1 + abs(ContractedCost) + PricingQuantity))`,
	"tax has no sku, quantity or price": `from cost where ChargeCategory = 'Tax' and coalesce(SkuId, SkuPriceId, PricingUnit, PricingCategory,
		cast(PricingQuantity as varchar), cast(ListUnitPrice as varchar), cast(ContractedUnitPrice as varchar)) is not null`,
	"a service has one category":      `select ServiceName from cost group by all having count(distinct ServiceCategory) > 1`,
	"a commitment has one unit":       `select CommitmentDiscountId from cost group by all having count(distinct CommitmentDiscountUnit) > 1`,
	"quantity and unit come together": `from cost where (CommitmentDiscountQuantity is null) <> (CommitmentDiscountUnit is null)`,
	"a charge ends after it begins":   `from cost where ChargePeriodEnd <= ChargePeriodStart`,
	"a charge touches its month":      `from cost where ChargeClass is null and (ChargePeriodEnd <= BillingPeriodStart or ChargePeriodStart >= BillingPeriodEnd)`,
	"days add up to the rows": `select BillingCurrency, sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost), count(*) from cost group by all
		except select BillingCurrency, sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost), sum(x_Rows) from daily_cost group by all`,
	"what does not tie is what negation leaves over": `select CheckName, Subject, Expected, Found from import_check join current_import using (ImportId)
		where Difference <> 0 and CheckName not in ('previous_delivery', 'savings_plan_negation')`,
}

// content is a mark of all rows of cost, in whatever order.
const content = `select count(*), sum(cast(hash(row) as hugeint)) from (select * exclude (x_ImportId) from cost) as row`

// TestRandomBillsKeepTheLaws draws bills of random shape, with commitments of
// all kinds, discounts in columns, in lines and in both, refunds, credits, tax,
// lines of nothing and odd tags, for several payers in several currencies. The
// rows must come to what was drawn; and neither the order of lines, nor how they
// are split into files, nor a second load may change a row.
func TestRandomBillsKeepTheLaws(t *testing.T) {
	db := openWithCost(t)
	for n := range *randomBills {
		seed := *firstSeed + uint64(n)
		bill := newRandomBill(seed)
		if len(bill.rows) == 0 {
			continue
		}
		t.Run(fmt.Sprintf("seed %d, %d lines", seed, len(bill.rows)), func(t *testing.T) {
			load(t, db, csv("aws_cur_2_0", fmt.Sprintf("%d", seed), curText(bill.rows)), false)
			bill.check(t, db)
			bill.checkTags(t, db)
			was := query(t, db, content)
			load(t, db, bill.inPieces(fmt.Sprintf("%d in pieces", seed)), false)
			if got := query(t, db, content); got != was {
				t.Errorf("in another order and other files the rows are %swant %s", got, was)
			}
			load(t, db, bill.inPieces(fmt.Sprintf("%d in pieces", seed)), true)
			if got := query(t, db, content); got != was {
				t.Errorf("loaded again the rows are %swant %s", got, was)
			}
			load(t, db, csv("aws_cur_legacy", fmt.Sprintf("%d legacy", seed), asLegacy(curText(bill.rows))), false)
			bill.check(t, db)
		})
	}
}

// load brings a delivery into db, also where it is there already.
func load(t *testing.T, db *sql.DB, source *folder, again bool) {
	t.Helper()
	outcomes, err := ingest.Run(t.Context(), db, source, ingest.Options{Landing: t.TempDir(), Now: afterOctober, Force: again})
	if err != nil || outcomes[0].Status != ingest.Loaded {
		t.Fatalf("got %+v, %v", outcomes, err)
	}
}

// inPieces is the bill in another order, in up to four files.
func (b *randomBill) inPieces(version string) *folder {
	rows := slices.Clone(b.rows)
	b.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	f := &folder{format: "aws_cur_2_0", encoding: "csv", version: version, files: map[string]string{}}
	for pieces := 4; pieces > 0; pieces-- {
		cut := b.IntN(len(rows) + 1)
		if pieces == 1 {
			cut = len(rows)
		}
		f.files[fmt.Sprintf("part-%05d.csv", pieces)] = curText(rows[:cut])
		rows = rows[cut:]
	}
	return f
}

// check holds what is loaded against what was drawn, and against the laws.
func (b *randomBill) check(t *testing.T, db *sql.DB) {
	t.Helper()
	sums := func(what string) string {
		return "select BillingAccountId || ' ' || BillingCurrency, cast(sum(" + what + ") * 1000000 as bigint) from cost group by all"
	}
	compareSums(t, db, "billed", sums("BilledCost"), b.billed)
	compareSums(t, db, "effective", sums("EffectiveCost"), b.effective)
	compareSums(t, db, "committed", `select CommitmentDiscountId, cast(sum(EffectiveCost) * 1000000 as bigint) from cost
		where CommitmentDiscountId is not null group by all`, b.committed)
	compareSums(t, db, "left over", `select Subject, cast(Found * 1000000 as bigint) from import_check join current_import using (ImportId)
		where CheckName = 'savings_plan_negation' and ChargeDate is null`, b.residual)
	for law, breaches := range laws {
		if got := query(t, db, breaches); got != "" {
			t.Errorf("%s, but\n%s", law, got)
		}
	}
}

// compareSums finds where a query of names and whole numbers and want differ.
// What is absent is nothing.
func compareSums(t *testing.T, db *sql.DB, what, query string, want map[string]int64) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	got := map[string]int64{}
	for rows.Next() {
		var name string
		var sum int64
		if err := rows.Scan(&name, &sum); err != nil {
			t.Fatal(err)
		}
		got[name] = sum
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Compact(slices.Sorted(maps.Keys(merged(got, want)))) {
		if got[name] != want[name] {
			t.Errorf("%s: %s is %s; want %s", what, name, millionths(got[name]), millionths(want[name]))
		}
	}
}

func merged(a, b map[string]int64) map[string]int64 {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// checkTags finds the tags of each line as its owner wrote them.
func (b *randomBill) checkTags(t *testing.T, db *sql.DB) {
	t.Helper()
	rows, err := db.Query("select x_SourceLineId, cast(Tags as varchar) from cost where Tags is not null")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := map[string]map[string]string{}
	for rows.Next() {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			t.Fatal(err)
		}
		tags := map[string]string{}
		if err := json.Unmarshal([]byte(text), &tags); err != nil {
			t.Fatalf("%s: %s: %v", id, text, err)
		}
		found[strings.TrimSuffix(id, "/unused")] = tags
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for id, tags := range b.tags {
		if !maps.Equal(found[id], tags) {
			t.Errorf("%s has the tags %q; want %q", id, found[id], tags)
		}
	}
	for id := range found {
		if b.tags[id] == nil {
			t.Errorf("%s has the tags %q; want none", id, found[id])
		}
	}
}
