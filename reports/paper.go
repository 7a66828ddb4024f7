package reports

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// paper sets a page up for print: A4 landscape, as wide as one sheet of paper,
// the area down to last, with the rows from 1 to repeat on every sheet of it.
func (p *page) paper(w Workbook, last cell, repeat int) {
	const a4, wide, high = 9, 1, 0
	size, fitWide, fitHigh, orientation, yes := a4, wide, high, "landscape", true
	p.do(p.file.SetPageLayout(p.name, &excelize.PageLayoutOptions{
		Size: &size, Orientation: &orientation, FitToWidth: &fitWide, FitToHeight: &fitHigh,
	}))
	p.do(p.file.SetSheetProps(p.name, &excelize.SheetPropsOptions{FitToPage: &yes}))
	margin, edge := 0.4, 0.6
	p.do(p.file.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{
		Left: &margin, Right: &margin, Top: &margin, Bottom: &edge, Footer: &margin,
	}))
	p.do(p.file.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{OddFooter: footer(w)}))
	p.area("_xlnm.Print_Area", fmt.Sprintf("%s!$A$1:%s", quoted(p.name), absolute(last)))
	if repeat > 0 {
		p.area("_xlnm.Print_Titles", fmt.Sprintf("%s!$%d:$%d", quoted(p.name), repeat, repeat))
	}
}

// onePage prints the sheet on a single sheet of paper, however high it is.
func (p *page) onePage() {
	one := 1
	p.do(p.file.SetPageLayout(p.name, &excelize.PageLayoutOptions{FitToHeight: &one}))
}

// area names a range for the printer.
func (p *page) area(name, reference string) {
	p.do(p.file.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: reference, Scope: p.name}))
}

// footer is the line at the foot of each sheet of paper. It holds at most 255
// characters, and an ampersand starts a code.
func footer(w Workbook) string {
	title := cut(visible(w.Organization), 100) + " · showback " + w.Period.String() + " · " + strings.ToLower(w.state())
	return "&L&8" + strings.ReplaceAll(title, "&", "&&") + "&R&8&A · page &P of &N"
}

// quoted is a sheet's name as references spell it.
func quoted(sheet string) string { return "'" + strings.ReplaceAll(sheet, "'", "''") + "'" }

// absolute is a cell as references in other sheets spell it: $B$7.
func absolute(c cell) string {
	name, err := excelize.CoordinatesToCellName(c.column, c.row, true)
	if err != nil {
		return err.Error()
	}
	return name
}
