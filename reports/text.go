package reports

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// cellLimit is the most UTF-16 units a cell of an xlsx file holds.
const cellLimit = 32_767

// cutMark ends a text that did not fit.
const cutMark = " … (cut)"

// cellText makes text from a bill safe and whole in a cell. Cells are stored
// as strings, which a spreadsheet never executes; because such a sheet may be
// saved as CSV and opened again, a text that would then start a formula also
// gets a leading apostrophe. Control characters are shown by their pictures
// and what is too long ends in a visible mark.
func cellText(s string) string {
	s = visible(s)
	if startsFormula(s) {
		s = "'" + s
	}
	return cut(s, cellLimit)
}

// startsFormula reports whether a spreadsheet reading s from a CSV file may
// take it for a formula: by its first character that is not a space, in ASCII
// or full width. Tabs and line ends count, too; they are pictures by now.
func startsFormula(s string) bool {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	first, _ := utf8.DecodeRuneInString(s)
	return s != "" && strings.ContainsRune("=+-@＝＋－＠␉␊␍", first)
}

// visible replaces what XML cannot hold or a reader could not see: control
// characters by their pictures (␉ for a tab), characters that turn the
// direction of writing, and bytes that are no character, by �.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < 0x20:
			return r + '␀'
		case r == 0x7F:
			return '␡'
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == 0xFFFE, r == 0xFFFF:
			return utf8.RuneError
		}
		return r
	}, s)
}

// cut shortens s to at most limit UTF-16 units, with a visible mark.
func cut(s string, limit int) string {
	if len(s) <= limit || units(s) <= limit {
		return s
	}
	room := limit - units(cutMark)
	for i, r := range s {
		if room -= utf16.RuneLen(r); room < 0 {
			return s[:i] + cutMark
		}
	}
	return s
}

func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}
