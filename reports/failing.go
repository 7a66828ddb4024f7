package reports

import (
	"fmt"
	"time"
)

// failures says what of a source failed, in a reader's words.
var failures = map[string]string{
	"whole":          "its export could not be read",
	"source":         "the newest delivery of the month could not be read",
	"reconciliation": "the newest delivery of the month was refused",
	"other":          "the newest delivery of the month could not be loaded",
}

// warn draws a line for each source that failed in the last run and whose
// numbers of the month may be old, and returns the first row beneath.
func (p *page) warn(found answers, row int) int {
	for _, line := range found["failing"] {
		const charactersPerLine, lineHeight, margin = 130, 14, 8
		said := failing(line)
		p.merge(cell{1, row}, cell{overviewColumns, row}, said, look{bold: true, color: red, fill: redWash, align: "left", indent: 1, wrap: true})
		p.height(row, float64(1+len(said)/charactersPerLine)*lineHeight+margin)
		row++
	}
	if len(found["failing"]) > 0 {
		row++
	}
	return row
}

// failing is what a reader must know of a source that failed.
func failing(l line) string {
	stands := "None of its cost is in these numbers."
	if loaded, is := l["LoadedAt"].(time.Time); is {
		stands = "Its numbers stand as of the last good load, " + loaded.Format("2006-01-02 15:04") + " UTC."
	}
	return fmt.Sprintf("%s failed in the last run: %s. %s", l.text("SourceName"), failures[l.text("Failed")], stands)
}

// isFailing reports whether a warning about the source is drawn.
func (a answers) isFailing(source string) bool {
	for _, line := range a["failing"] {
		if line.text("SourceName") == source {
			return true
		}
	}
	return false
}
