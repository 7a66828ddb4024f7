package sourcetest

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var write = flag.Bool("figures", false, "write the suite's figures into docs/reliability.md")

// page is where the figures of all sources stand.
var page = filepath.Join("..", "..", "docs", "reliability.md")

// suite is a subject, and what is counted of it.
type suite struct {
	Subject
	shown    int              // parts of the suite
	prints   map[int]string   // of the rows of each edition
	outcomes map[row][]string // what became of the month, and how often the harm happened

	delivered, pieces, broken, names, twins, struck int
}

// row names a fault and what it happened to.
type row struct{ fault, to string }

// figures are what the suite has counted, in words for readers.
func (s *suite) figures() [][2]string {
	stay := 0
	for _, harm := range s.Harms {
		if harm.Told != "" {
			stay++
		}
	}
	broken := fmt.Sprint(s.broken)
	if s.Partial {
		broken = "none can"
	}
	return [][2]string{
		{"deliveries, each held against the ledger to the last digit", fmt.Sprint(s.delivered)},
		{"what was delivered is what is fetched: files, or rows of a table", fmt.Sprint(s.pieces)},
		{"months in their order, and none outside the period asked for", "yes"},
		{"deliveries that broke off, and were waited for", broken},
		{"a version is the same in each process and at each time, and another for each delivery", "yes"},
		{"requests of a run that finds fourteen months unchanged", fmt.Sprint(s.Listing)},
		{"tables changed by a run again, or by a dry run", "0"},
		{"a closed month restated: replaced, and the change told to the last digit", "yes"},
		{"configured twice, and delivered as two exports: refused", fmt.Sprint(s.twins, " of ", s.twins)},
		{"hostile names: refused, or inside the landing folder", fmt.Sprint(s.names, " of ", s.names)},
		{"faults in spite of which the month was loaded at once", fmt.Sprint(len(s.Harms) - stay)},
		{"faults by which it stayed, with a reason, to be fetched whole by the next run", fmt.Sprint(stay)},
		{"moments at which two runs were killed: the month stayed, and the next process went on to the same bytes", fmt.Sprint(s.struck)},
		{"months doubled, lost or half", "0"},
	}
}

// tell logs the figures, and holds the page against them.
func (s *suite) tell(t *testing.T) {
	var all []string
	for _, figure := range s.figures() {
		all = append(all, figure[0]+": "+figure[1])
	}
	t.Logf("%s: %s", cmp.Or(s.Heading, t.Name()), strings.Join(all, "; "))
	if s.Heading == "" {
		return
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	now := s.on(string(text))
	if *write {
		err = os.WriteFile(page, []byte(now), 0o644)
	}
	if err != nil {
		t.Error(err)
	}
	if !*write && now != string(text) {
		t.Errorf("the column %s of docs/reliability.md is not what was counted; run make figures", s.Heading)
	}
}

// on is the page with the suite's column in its two tables.
func (s *suite) on(text string) string {
	var faults [][]string
	for harm, outcomes := range s.outcomes {
		faults = append(faults, []string{harm.fault, harm.to, strings.Join(outcomes, ", ")})
	}
	var figures [][]string
	for _, figure := range s.figures() {
		figures = append(figures, figure[:])
	}
	text = edit(text, "| what is shown |", 1, func(table *table) { table.set(s.Heading, figures) })
	return edit(text, "| fault |", 2, func(table *table) {
		table.set(s.Heading, faults)
		slices.SortFunc(table.rows, func(a, b []string) int { return slices.Compare(a[:2], b[:2]) })
	})
}

// edit changes the table of text whose first line begins with start.
func edit(text, start string, named int, change func(*table)) string {
	at := strings.Index(text, start)
	if at < 0 {
		return text + "\nno table begins with " + start + "\n"
	}
	end := at + strings.Index(text[at:]+"\n\n", "\n\n")
	table := parse(text[at:min(end, len(text))], named)
	change(&table)
	return text[:at] + table.String() + text[min(end, len(text)):]
}

// table is one of Markdown. The first cells of a row name it.
type table struct {
	head  []string
	named int
	rows  [][]string
}

func parse(text string, named int) table {
	var all [][]string
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		all = append(all, cells)
	}
	return table{all[0], named, all[2:]}
}

// set puts rows into the column called heading: their names, then its cell.
// Rows that no column fills any more go.
func (t *table) set(heading string, rows [][]string) {
	column := slices.Index(t.head, heading)
	if column < 0 {
		column = len(t.head)
		t.head = append(t.head, heading)
	}
	for i := range t.rows {
		t.rows[i] = append(t.rows[i], slices.Repeat([]string{""}, len(t.head)-len(t.rows[i]))...)
		t.rows[i][column] = ""
	}
	for _, row := range rows {
		at := slices.IndexFunc(t.rows, func(known []string) bool { return slices.Equal(known[:t.named], row[:t.named]) })
		if at < 0 {
			at = len(t.rows)
			t.rows = append(t.rows, append(slices.Clone(row[:t.named]), slices.Repeat([]string{""}, len(t.head)-t.named)...))
		}
		t.rows[at][column] = row[t.named]
	}
	t.rows = slices.DeleteFunc(t.rows, func(row []string) bool { return strings.Join(row[t.named:], "") == "" })
}

// String is the table in Markdown.
func (t *table) String() string {
	lines := []string{"| " + strings.Join(t.head, " | ") + " |", strings.Repeat("|---", len(t.head)) + "|"}
	for _, row := range t.rows {
		lines = append(lines, "| "+strings.Join(row, " | ")+" |")
	}
	return strings.Join(lines, "\n")
}
