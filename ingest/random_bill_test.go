package ingest_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// randomBill draws a month's bill line by line and keeps, beside the lines,
// what they must come to: reckoned from the ledger, in whole millionths, and
// never from the columns that a mapping reads.
type randomBill struct {
	*rand.Rand
	rows      []map[string]string
	billed    map[string]int64             // by payer and currency
	effective map[string]int64             // by payer and currency
	committed map[string]int64             // what used and unused parts of a commitment must come to, by its id
	residual  map[string]int64             // what negation leaves over, by plan
	tags      map[string]map[string]string // by line
}

// millionths writes an amount of the ledger.
func millionths(amount int64) string {
	sign := ""
	if amount < 0 {
		sign, amount = "-", -amount
	}
	return fmt.Sprintf("%s%d.%06d", sign, amount/1e6, amount%1e6)
}

// payer is one of a bill's payers and how its agreement shows in the lines.
type payer struct {
	id         string
	net        bool // net columns take a tenth off
	rows       bool // discount lines take a tenth off; beside net columns they say the same once more
	currencies []string
	saved      map[string]int64 // what the lines have been taken off so far, by currency
}

// charged is what an amount costs the payer in the end, on its basis.
func (p payer) charged(amount int64) int64 {
	if p.net {
		return amount / 10 * 9
	}
	return amount
}

// newRandomBill draws the bill of a seed.
func newRandomBill(seed uint64) *randomBill {
	b := &randomBill{
		Rand: rand.New(rand.NewPCG(seed, 1)), billed: map[string]int64{}, effective: map[string]int64{},
		committed: map[string]int64{}, residual: map[string]int64{}, tags: map[string]map[string]string{},
	}
	for n := range 1 + b.IntN(3) {
		p := payer{id: fmt.Sprintf("%012d", 111*(n+1)), net: b.IntN(2) == 0, rows: b.IntN(2) == 0,
			currencies: []string{"USD", "EUR", "INR"}[:1+b.IntN(3)], saved: map[string]int64{}}
		for range b.IntN(40) {
			b.usage(p)
		}
		for n := range b.IntN(4) {
			b.reservation(p, n)
		}
		for n := range b.IntN(4) {
			b.plan(p, n)
		}
		for range b.IntN(12) {
			b.other(p)
		}
		b.discounts(p)
	}
	b.Shuffle(len(b.rows), func(i, j int) { b.rows[i], b.rows[j] = b.rows[j], b.rows[i] })
	return b
}

// amount is some money that a tenth can be taken off, now and then none.
func (b *randomBill) amount() int64 {
	if b.IntN(8) == 0 {
		return 0
	}
	return 10 * (1 + b.Int64N(1<<b.IntN(30)+1))
}

// line writes a line of p: what it bills and spends counts, its columns are
// written as name=value.
func (b *randomBill) line(p payer, currency string, billed, effective int64, columns ...string) {
	row := map[string]string{"id": fmt.Sprintf("line-%05d", len(b.rows)), "payer": p.id, "currency": currency, "account": fmt.Sprintf("%012d", 7+b.IntN(3)),
		"invoice": []string{"", "INV-1", "INV-2"}[b.IntN(3)]}
	day := 1 + b.IntN(31)
	row["start"], row["end"] = fmt.Sprintf("2026-10-%02dT05:00:00Z", day), fmt.Sprintf("2026-10-%02dT06:00:00.000Z", day)
	if b.IntN(10) == 0 {
		row["start"], row["end"] = "2026-10-31T23:59:59Z", "2026-11-01T00:00:00Z"
	}
	for _, column := range columns {
		name, value, _ := strings.Cut(column, "=")
		row[name] = value
	}
	b.rows = append(b.rows, row)
	b.billed[p.id+" "+currency] += billed
	b.effective[p.id+" "+currency] += effective
}

// costs are the columns of a line that the agreement covers.
func (p payer) costs(currency string, amount int64) []string {
	p.saved[currency] += amount / 10
	columns := []string{"cost=" + millionths(amount)}
	if p.net {
		columns = append(columns, "net="+millionths(p.charged(amount)))
	}
	return columns
}

// figure is a column that has a twin on the net basis.
func (p payer) figure(name, net string, amount int64) []string {
	columns := []string{name + "=" + millionths(amount)}
	if p.net {
		columns = append(columns, net+"="+millionths(p.charged(amount)))
	}
	return columns
}

func (b *randomBill) currency(p payer) string { return p.currencies[b.IntN(len(p.currencies))] }

func (b *randomBill) usage(p payer) {
	currency, amount := b.currency(p), b.amount()
	if b.IntN(10) == 0 { // a pod's share of an instance, which is no cost
		b.line(p, currency, 0, 0, "type=Usage", "cost=0", "amount=1", "operation=EKSPod-EC2", "parent=i-1")
		return
	}
	columns := append(p.costs(currency, amount), "type=Usage", fmt.Sprintf("amount=%d", b.IntN(50)), "product="+b.product())
	if b.IntN(3) > 0 {
		columns = append(columns, "public="+millionths(amount+b.amount()))
	}
	if b.IntN(4) == 0 {
		columns = append(columns, "usage=EU-SpotUsage:m5.large")
	}
	if b.IntN(2) == 0 {
		tags := b.oddTags()
		b.tags[fmt.Sprintf("line-%05d", len(b.rows))] = tags
		columns = append(columns, "tags="+resourceTags(tags))
	}
	b.line(p, currency, p.charged(amount), p.charged(amount), columns...)
}

func (b *randomBill) product() string {
	return []string{"AmazonEC2", "AmazonS3", "AWSLambda", "UnheardOf"}[b.IntN(4)]
}

// reservation bills its fee, and perhaps an upfront one, and spends its rate in
// each of its hours, used or not.
func (b *randomBill) reservation(p payer, n int) {
	currency, id := p.currencies[0], fmt.Sprintf("ri-%s-%d", p.id, n)
	hours, units := int64(1+b.IntN(744)), int64(b.IntN(3)*2)
	recurring, upfront := b.amount()%1e6, int64(0)
	if b.IntN(2) == 0 {
		upfront = b.amount() % 1e6
		fee := b.amount()
		b.line(p, currency, p.charged(fee), 0, append(p.costs(currency, fee), "type=Fee", "amount=1", "ri="+id)...)
	} else {
		id += "-noupfront"
	}
	rate := recurring + upfront
	b.committed[id] = p.charged(rate) * hours
	unused := hours
	for unused > 0 && b.IntN(4) > 0 {
		used := 1 + b.Int64N(unused)
		unused -= used
		b.line(p, currency, 0, p.charged(rate)*used, append(p.figure("rieffective", "rinet", rate*used), "type=DiscountedUsage", "cost=0", "ri="+id,
			fmt.Sprintf("amount=%d", used), fmt.Sprintf("normalized=%d", used*units), "public="+millionths(2*rate*used))...)
	}
	columns := append(p.costs(currency, recurring*hours), "type=RIFee", "ri="+id, fmt.Sprintf("amount=%d", hours), fmt.Sprintf("riunits=%d", hours),
		fmt.Sprintf("rinormalized=%d", hours*units), fmt.Sprintf("riunused=%d", unused), fmt.Sprintf("riunusednormalized=%d", unused*units))
	columns = append(columns, p.figure("riunusedrec", "rinetunusedrec", recurring*unused)...)
	columns = append(columns, p.figure("riunusedup", "rinetunusedup", upfront*unused)...)
	columns = append(columns, p.figure("riupfront", "rinetupfront", upfront*hours)...)
	b.line(p, currency, p.charged(recurring*hours), p.charged(rate)*unused, columns...)
}

// plan bills its fee hour by hour, and perhaps an upfront one, and spends its
// commitment in each hour, used or not. Negation takes back what covered usage
// costs, now and then not all of it.
func (b *randomBill) plan(p payer, n int) {
	currency, id := p.currencies[0], fmt.Sprintf("sp-%s-%d", p.id, n)
	recurring, upfront := b.amount()%1e6, int64(0)
	if b.IntN(2) == 0 {
		upfront = b.amount() % 1e6
		fee := b.amount()
		b.line(p, currency, p.charged(fee), 0, append(p.costs(currency, fee), "type=SavingsPlanUpfrontFee", "amount=1", "sp="+id)...)
	} else {
		id += "-noupfront"
	}
	b.residual[id], b.committed[id] = 0, 0
	for hour := range 1 + b.IntN(5) {
		when := []string{fmt.Sprintf("start=2026-10-07T%02d:00:00Z", hour), fmt.Sprintf("end=2026-10-07T%02d:00:00Z", hour+1), "sp=" + id, "product=AmazonEC2"}
		b.committed[id] += p.charged(recurring + upfront)
		unused, negated := recurring+upfront, int64(0)
		for unused > 0 && b.IntN(4) > 0 {
			used, public := 10*(1+b.Int64N(unused/10)), b.amount()
			unused -= used
			negated += public
			columns := append(p.costs(currency, public), "type=SavingsPlanCoveredUsage", "amount=1", "public="+millionths(public))
			columns = append(append(columns, p.figure("speffective", "spnet", used)...), when...)
			b.line(p, currency, 0, p.charged(used), columns...)
		}
		left := int64(0)
		if negated > 0 && b.IntN(5) == 0 {
			left = 10 + b.Int64N(5)*10
			b.residual[id] += p.charged(left)
		}
		b.line(p, currency, p.charged(left), p.charged(left), append(append(p.costs(currency, left-negated), "type=SavingsPlanNegation", "amount=1"), when...)...)
		columns := append(append(p.costs(currency, recurring), when...), "type=SavingsPlanRecurringFee", "amount=1", "sptotal="+millionths(recurring+upfront),
			"spused="+millionths(recurring+upfront-unused))
		columns = append(columns, p.figure("sprecurring", "spnetrecurring", recurring)...)
		columns = append(columns, p.figure("spupfront", "spnetupfront", upfront)...)
		b.line(p, currency, p.charged(recurring), p.charged(unused), columns...)
	}
}

// other is a line that spends what it bills, or a refund of what was spent
// over months.
func (b *randomBill) other(p payer) {
	currency, amount := b.currency(p), b.amount()
	kinds := [][]string{
		{"type=Credit", "sign=-"}, {"type=Refund", "sign=-"}, {"type=Refund", "sign=-", "bill=Refund"},
		{"type=Refund", "sign=-", "start=2026-08-01T00:00:00Z", "end=2026-08-02T00:00:00Z"}, {"type=Refund", "sign=-", "tax=VAT"},
		{"type=Refund", "sign=-", "product=ComputeSavingsPlans", "spends=nothing"},
		{"type=Tax", "tax=VAT", "start=2026-10-01T00:00:00Z", "end=2026-11-01T00:00:00Z"}, {"type=Fee", "product=AWSSupportBusiness"},
		{"type=Fee", "product=market", "entity=AWS Marketplace", "seller=Kestrel"}, {"type=FlatRateSubscription"}, {"type=NeverSeen"},
	}
	columns := append([]string{"amount=1"}, kinds[b.IntN(len(kinds))]...)
	spends := int64(1)
	for _, column := range columns {
		switch column {
		case "sign=-":
			amount = -amount
		case "spends=nothing":
			spends = 0
		}
	}
	b.line(p, currency, p.charged(amount), spends*p.charged(amount), append(columns, p.costs(currency, amount)...)...)
}

// discounts are the lines of the agreement: instead of net columns, or beside
// them with a net cost of nothing.
func (b *randomBill) discounts(p payer) {
	if !p.rows {
		return
	}
	for _, currency := range p.currencies {
		saved := p.saved[currency]
		kind := []string{"EdpDiscount", "PrivateRateDiscount", "BundledDiscount", "SppDiscount", "RiVolumeDiscount"}[b.IntN(5)]
		columns := []string{"type=" + kind, "cost=" + millionths(-saved), "amount=1", "start=2026-10-01T00:00:00Z", "end=2026-11-01T00:00:00Z"}
		if p.net {
			b.line(p, currency, 0, 0, append(columns, "net=0")...)
		} else {
			b.line(p, currency, -saved, -saved, columns...)
		}
	}
}

// oddTags are tags whose keys and values hold what JSON and CSV set apart.
func (b *randomBill) oddTags() map[string]string {
	words := []string{"team", "Cost Center", "a,b", `say "hi"`, `back\slash`, "brace{}", "colon:", "päivä", "tab\tand\nline", "user_x", "aws_y", "'", "#", "=1+1"}
	tags := map[string]string{}
	for range b.IntN(4) {
		tags[words[b.IntN(len(words))]] = words[b.IntN(len(words))]
	}
	return tags
}

// resourceTags writes tags as the column tags of a CUR 2.0 does.
func resourceTags(tags map[string]string) string {
	schemed := map[string]string{"costCategory/unit": "x, \"y\""}
	for key, value := range tags {
		schemed["resourceTags/"+key] = value
	}
	text, err := json.Marshal(schemed)
	if err != nil {
		panic(err)
	}
	return string(text)
}
