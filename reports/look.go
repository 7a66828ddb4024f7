package reports

import "github.com/xuri/excelize/v2"

// The palette: ink on white, one teal, greys; red, amber and green only where
// they mean something.
const (
	ink   = "1F2933"
	muted = "6B7785"
	teal  = "14505C"
	wash  = "F2F5F7"
	rule  = "D9DFE4"

	red, redWash     = "A61B1B", "FBE3E1"
	amber, amberWash = "8A5A00", "FCEFCF"
	green, greenWash = "1B6B3A", "DDF1E4"
)

// seriesColors colour a chart's series from the largest on; the eighth is the
// rest.
var seriesColors = []string{"14505C", "4C8C9B", "A9CBD1", "C98B2B", "E6C88F", "7A6A8F", "B9AFC8", "C9D0D6"}

const (
	typeface = "Arial"
	textSize = 10
)

// look is how a cell looks.
type look struct {
	size   float64 // points; 0: textSize
	color  string  // ink where empty
	fill   string
	format string // number format
	align  string
	bold   bool
	wrap   bool
	shrink bool
	above  bool // a line above
	below  bool // a hair line below
	gap    bool // a white gap at the left
	indent int
}

// style is l as excelize wants it.
func (l look) style() *excelize.Style {
	style := &excelize.Style{
		Font:      &excelize.Font{Family: typeface, Size: l.size, Color: l.color, Bold: l.bold},
		Alignment: &excelize.Alignment{Horizontal: l.align, Vertical: "center", WrapText: l.wrap, ShrinkToFit: l.shrink, Indent: l.indent},
	}
	if l.size == 0 {
		style.Font.Size = textSize
	}
	if l.color == "" {
		style.Font.Color = ink
	}
	if l.fill != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{l.fill}}
	}
	if l.format != "" {
		style.CustomNumFmt = &l.format
	}
	if l.above {
		style.Border = append(style.Border, excelize.Border{Type: "top", Color: muted, Style: 1})
	}
	if l.below {
		style.Border = append(style.Border, excelize.Border{Type: "bottom", Color: rule, Style: 1})
	}
	if l.gap {
		style.Border = append(style.Border, excelize.Border{Type: "left", Color: "FFFFFF", Style: 5})
	}
	return style
}
