package reports

import (
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/costwarden/costwarden/model"
)

// page is one sheet being drawn. Its first error sticks, and what is drawn
// after it does nothing.
type page struct {
	file   *excelize.File
	styles map[look]int
	name   string
	widths map[int]int // the longest text of each column, in characters
	err    error
}

// cell is a column and a row, both from 1.
type cell struct{ column, row int }

func (c cell) String() string {
	name, err := excelize.CoordinatesToCellName(c.column, c.row)
	if err != nil {
		return err.Error()
	}
	return name
}

// right is the cell n columns to the right.
func (c cell) right(n int) cell { return cell{c.column + n, c.row} }

// down is the cell n rows below.
func (c cell) down(n int) cell { return cell{c.column, c.row + n} }

// do keeps the first error.
func (p *page) do(err error) {
	if p.err == nil && err != nil {
		p.err = fmt.Errorf("draw sheet %s: %w", p.name, err)
	}
}

// put sets a cell to value, which is one of line's types, in the given look.
func (p *page) put(at cell, value any, l look) {
	switch v := value.(type) {
	case nil:
	case string:
		p.do(p.file.SetCellStr(p.name, at.String(), cellText(v)))
	case model.Money:
		p.do(p.file.SetCellFloat(p.name, at.String(), v.Float(), -1, 64))
	case time.Time:
		p.do(p.file.SetCellValue(p.name, at.String(), v.UTC()))
	default:
		p.do(p.file.SetCellValue(p.name, at.String(), v))
	}
	p.dress(at, at, l)
}

// dress gives the cells from to until a look.
func (p *page) dress(from, until cell, l look) {
	id, known := p.styles[l]
	if !known {
		var err error
		id, err = p.file.NewStyle(l.style())
		p.do(err)
		p.styles[l] = id
	}
	p.do(p.file.SetCellStyle(p.name, from.String(), until.String(), id))
}

// merge puts value over the cells from to until.
func (p *page) merge(from, until cell, value any, l look) {
	p.do(p.file.MergeCell(p.name, from.String(), until.String()))
	p.put(from, value, l)
	p.dress(from, until, l)
}

// measure widens a column to hold a text of n characters.
func (p *page) measure(column, n int) { p.widths[column] = max(p.widths[column], n) }

// fit sets the measured widths, in characters of the standard font.
func (p *page) fit() {
	const narrowest, widest, margin = 9, 58, 3
	for column, width := range p.widths {
		p.width(column, column, float64(min(max(width+margin, narrowest), widest)))
	}
}

// width sets the columns from to until, in characters.
func (p *page) width(from, until int, characters float64) {
	first, err := excelize.ColumnNumberToName(from)
	p.do(err)
	last, err := excelize.ColumnNumberToName(until)
	p.do(err)
	p.do(p.file.SetColWidth(p.name, first, last, characters))
}

// height sets a row, in points.
func (p *page) height(row int, points float64) { p.do(p.file.SetRowHeight(p.name, row, points)) }

// shown is how many characters value takes in a cell.
func shown(value any, currency string) int {
	switch v := value.(type) {
	case string:
		return utf8.RuneCountInString(cellText(v))
	case model.Money:
		return len(v.Format(digits(currency))) + 2
	case time.Time:
		return len(timeFormat)
	case int64:
		return len(fmt.Sprint(v)) * 4 / 3
	}
	return 0
}
