package reports

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"github.com/costwarden/costwarden/model"
)

// kind is how the values of a column are shown.
type kind int

const (
	text  kind = iota
	prose      // text that wraps
	amount
	reported // an amount in the reporting currency
	rate     // of exchange
	share    // a ratio shown as a percentage
	count
	month
	moment
)

// column is a column of a table: the query's column and the heading.
type column struct {
	name    string
	heading string
	kind    kind
}

// currency is the one that an amount of l in the column is in.
func (c column) currency(l line) string {
	if c.kind == reported {
		return l.text("ReportingCurrency")
	}
	return l.currency()
}

// table is a list on a sheet: the rows of a query as a native table that
// filters and pivots, and beneath it the rest, totals and checks.
type table struct {
	name    string // the native table's name, unique in the workbook
	query   string
	columns []column
	empty   string // what to say where there are no rows
}

// A column of prose is proseWidth wide, in digits; its lines hold proseLine letters.
const (
	proseWidth = 34
	proseLine  = 42
)

// format is the number format of a value of kind k.
func (k kind) format(currency string) string {
	switch k {
	case amount, reported:
		return amountFormat(currency)
	case rate:
		return rateFormat
	case share:
		return shareFormat
	case count:
		return countFormat
	case month:
		return monthFormat
	case moment:
		return timeFormat
	}
	return ""
}

// align is where the values of kind k stand in their column.
func (k kind) align() string {
	switch k {
	case amount, reported, rate, share, count:
		return "right"
	}
	return "left"
}

// shown is how many characters value takes in a cell of kind k.
func (k kind) shown(value any, currency string) int {
	if r, isMoney := value.(model.Money); isMoney && k == rate {
		return len(r.String())
	}
	return shown(value, currency)
}

// indent sets text off from the number in the column before it.
func (k kind) indent() int {
	if k.align() == "left" {
		return 1
	}
	return 0
}

// list draws t with its header at row and returns the first row beneath.
func (p *page) list(t table, lines []line, row int) int {
	p.headings(t, row)
	next := row + 1
	for _, line := range lines {
		if line.is("row") {
			p.row(t, line, next, look{below: true})
			next++
		}
	}
	if next == row+1 {
		p.put(cell{1, next}, t.empty, look{color: muted})
		next++
	} else {
		p.native(t, row, next-1)
	}
	for _, line := range lines {
		if !line.is("row") {
			p.row(t, line, next, footLook(line))
			next++
		}
	}
	return next
}

// headings draws the header of t.
func (p *page) headings(t table, row int) {
	const filterButton = 3
	p.height(row, 20)
	for i, c := range t.columns {
		p.put(cell{i + 1, row}, c.heading, look{bold: true, color: "FFFFFF", fill: teal, align: c.kind.align(), indent: c.kind.indent()})
		p.measure(i+1, len(c.heading)+filterButton)
	}
}

// row draws one line of t.
func (p *page) row(t table, l line, row int, base look) {
	lines := 1
	for i, c := range t.columns {
		value, known := l[c.name]
		if !known {
			p.do(fmt.Errorf("query %s has no column %s", t.query, c.name))
		}
		look, currency := base, c.currency(l)
		look.wrap = c.kind == prose
		look.format, look.align, look.indent = c.kind.format(currency), c.kind.align(), c.kind.indent()
		p.put(cell{i + 1, row}, value, look)
		lines = max(lines, p.room(c.kind, i+1, c.kind.shown(value, currency), l.is("row")))
	}
	if lines > 1 {
		const tallest = 409 // points, the most a row can have
		p.height(row, min(float64(lines*textSize)*1.3, tallest))
	}
}

// room makes room for a value of wide characters in a column and returns how
// many lines it takes. Text beneath a table may run over into the next cell.
func (p *page) room(k kind, column, wide int, inTable bool) (lines int) {
	switch {
	case k == prose:
		p.measure(column, min(wide, proseWidth))
		return 1 + wide/proseLine
	case k == month: // its heading is wider
	case inTable || k.align() == "right":
		p.measure(column, wide)
	}
	return 1
}

// footLook is the look of a line beneath the table. A check is green where it
// is zero, red where it is not.
func footLook(l line) look {
	switch {
	case l.is("total"):
		return look{bold: true, above: true, fill: wash}
	case l.is("check"):
		return look{color: checkColor(l)}
	}
	return look{color: muted}
}

func checkColor(l line) string {
	for _, value := range l {
		if difference, ok := value.(model.Money); ok && !difference.IsZero() {
			return red
		}
	}
	return green
}

// native makes the rows from header to last a table of the spreadsheet, with
// its filter.
func (p *page) native(t table, header, last int) {
	stripes := false
	p.do(p.file.AddTable(p.name, &excelize.Table{
		Range:          cell{1, header}.String() + ":" + cell{len(t.columns), last}.String(),
		Name:           t.name,
		ShowRowStripes: &stripes,
	}))
}
