package main

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/model"
)

// page is what the demo prints at its end, at most 80 columns wide.
type page struct {
	*bufio.Writer
	colour bool
}

// heading starts a section.
func (p page) heading(text string) {
	fmt.Fprintf(p, "\n%s\n", p.paint("1", text))
}

// paint colours text as a terminal does by a code.
func (p page) paint(code, text string) string {
	if !p.colour {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// barWidth is how long the longest bar is.
const barWidth = 9

// bar draws value on a scale of which largest is the end.
func (p page) bar(value, largest model.Money) string {
	if largest.IsZero() || value.Negative() {
		return ""
	}
	eighths := int(value.Float() / largest.Float() * barWidth * 8)
	text := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		text += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return p.paint("36", text)
}

// thousands writes n with a comma between groups of three digits.
func thousands(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// gridColumns is how many providers have a column; a line's total is of all.
const gridColumns = 4

// grid is a table of amounts: a line per currency and name, a column per
// provider, and the line's total.
type grid struct {
	providers []string
	lines     []*gridLine
}

type gridLine struct {
	currency, name string
	cells          map[string]model.Money // by provider
	total          model.Money
}

// add puts an amount into the line of currency and name, which is the last one
// or a new one. Without a provider it is the line's total.
func (g *grid) add(currency, name, provider string, amount model.Money) {
	n := len(g.lines)
	if n == 0 || g.lines[n-1].currency != currency || g.lines[n-1].name != name {
		g.lines = append(g.lines, &gridLine{currency: currency, name: name, cells: map[string]model.Money{}})
		n++
	}
	if provider == "" {
		g.lines[n-1].total = amount
		return
	}
	g.lines[n-1].cells[provider] = amount
	if !slices.Contains(g.providers, provider) && len(g.providers) < gridColumns {
		g.providers = append(g.providers, provider)
	}
}

// alone reports whether line n is the only one of its currency but for the
// total.
func (g grid) alone(n int) bool {
	of := func(i int) string { return g.lines[i].currency }
	return n > 0 && of(n-1) == of(n) && (n == 1 || of(n-2) != of(n))
}

// names writes the heads of the columns. A provider is called by its first word.
func (g grid) names(p page) {
	fmt.Fprintf(p, "  %-17s", "")
	for _, provider := range g.providers {
		word, _, _ := strings.Cut(provider, " ")
		fmt.Fprintf(p, "%10.9s", word)
	}
	fmt.Fprintf(p, "%10s\n", "total")
}

// write writes a line, its amounts with so many places after the point, and
// what is to stand behind it.
func (g grid) write(p page, line *gridLine, places int32, behind string) {
	text := fmt.Sprintf("  %s  %-12.12s", line.currency, line.name)
	for _, provider := range g.providers {
		cell := "–"
		if amount, ok := line.cells[provider]; ok {
			cell = amount.Format(places)
		}
		text += fmt.Sprintf("%10s", cell)
	}
	text += fmt.Sprintf("%10s  ", line.total.Format(places))
	fmt.Fprintln(p, strings.TrimRight(text+behind, " "))
}
