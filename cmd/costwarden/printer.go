package main

import (
	"bufio"
	"database/sql"
	"encoding/csv"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printer writes rows of results in one format as they come.
type printer interface {
	row(cells []any) error
	end() error // writes what is left; w is not closed
}

// newPrinter returns the printer of a format: table, csv or json.
func newPrinter(w io.Writer, format string, columns []column) (printer, error) {
	switch format {
	case "table":
		return &tablePrinter{w: bufio.NewWriter(w), columns: columns}, nil
	case "csv":
		p := &csvPrinter{w: csv.NewWriter(w), columns: columns}
		return p, p.header()
	case "json":
		return &jsonPrinter{w: bufio.NewWriter(w), columns: columns}, nil
	default:
		return nil, usageError("output %q: want table, json or csv", format)
	}
}

// printRows writes all rows and closes them; it returns how many there were.
func printRows(w io.Writer, format string, rows *sql.Rows) (int64, error) {
	defer rows.Close()
	columns, err := columnsOf(rows)
	if err != nil {
		return 0, err
	}
	p, err := newPrinter(w, format, columns)
	if err != nil {
		return 0, err
	}
	cells := make([]any, len(columns))
	pointers := make([]any, len(columns))
	for i := range cells {
		pointers[i] = &cells[i]
	}
	count := int64(0)
	for ; rows.Next(); count++ {
		if err := rows.Scan(pointers...); err != nil {
			return count, err
		}
		if err := p.row(cells); err != nil {
			return count, err
		}
	}
	if err := rows.Err(); err != nil {
		return count, err
	}
	return count, p.end()
}

// measured is how many rows a table reads before it settles its columns'
// widths; later rows that are wider stick out, so that any number of rows streams.
const measured = 1000

// tablePrinter writes aligned columns: numbers right, all else left.
type tablePrinter struct {
	w       *bufio.Writer
	columns []column
	held    [][]string
	widths  []int // nil until settled
}

func (p *tablePrinter) row(cells []any) error {
	line := make([]string, len(cells))
	for i, cell := range cells {
		line[i] = strings.Map(visible, p.columns[i].text(cell))
	}
	if p.widths != nil {
		return p.line(line)
	}
	p.held = append(p.held, line)
	if len(p.held) < measured {
		return nil
	}
	return p.settle()
}

// visible keeps text from a bill from moving the terminal's cursor.
func visible(r rune) rune {
	if unicode.IsControl(r) {
		return '·'
	}
	return r
}

func (p *tablePrinter) settle() error {
	names := make([]string, len(p.columns))
	p.widths = make([]int, len(p.columns))
	for i, column := range p.columns {
		names[i] = column.name
		p.widths[i] = utf8.RuneCountInString(column.name)
		for _, line := range p.held {
			p.widths[i] = max(p.widths[i], utf8.RuneCountInString(line[i]))
		}
	}
	for _, line := range append([][]string{names}, p.held...) {
		if err := p.line(line); err != nil {
			return err
		}
	}
	p.held = nil
	return nil
}

func (p *tablePrinter) line(cells []string) error {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteString("  ")
		}
		pad := strings.Repeat(" ", max(0, p.widths[i]-utf8.RuneCountInString(cell)))
		if p.columns[i].numeric() {
			b.WriteString(pad + cell)
		} else {
			b.WriteString(cell + pad)
		}
	}
	_, err := p.w.WriteString(strings.TrimRight(b.String(), " ") + "\n")
	return err
}

func (p *tablePrinter) end() error {
	if p.widths == nil {
		if err := p.settle(); err != nil {
			return err
		}
	}
	return p.w.Flush()
}

// csvPrinter writes RFC 4180 with a header.
type csvPrinter struct {
	w       *csv.Writer
	columns []column
}

func (p *csvPrinter) header() error {
	names := make([]string, len(p.columns))
	for i, column := range p.columns {
		names[i] = column.name
	}
	return p.w.Write(names)
}

func (p *csvPrinter) row(cells []any) error {
	line := make([]string, len(cells))
	for i, cell := range cells {
		line[i] = p.columns[i].text(cell)
	}
	return p.w.Write(line)
}

func (p *csvPrinter) end() error {
	p.w.Flush()
	return p.w.Error()
}

// jsonPrinter writes one array of objects, a row on each line, keys in the
// order of the columns.
type jsonPrinter struct {
	w       *bufio.Writer
	columns []column
	begun   bool
}

func (p *jsonPrinter) row(cells []any) error {
	open := "[\n"
	if p.begun {
		open = ",\n"
	}
	p.begun = true
	p.w.WriteString(open + "{")
	for i, cell := range cells {
		if i > 0 {
			p.w.WriteByte(',')
		}
		p.w.Write(quoted(p.columns[i].name))
		p.w.WriteByte(':')
		p.w.Write(p.columns[i].json(cell))
	}
	return p.w.WriteByte('}') // bufio keeps the first error of them all
}

func (p *jsonPrinter) end() error {
	if p.begun {
		p.w.WriteString("\n]\n")
	} else {
		p.w.WriteString("[]\n")
	}
	return p.w.Flush()
}
