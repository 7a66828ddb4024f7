package ingest

import (
	"bytes"
	"fmt"
	"io"
)

// longestLine is what a line of a CSV may hold, in bytes, line breaks in quotes
// included. Lines of bills have some kilobytes. A longer one is a quote that is
// left open or no bill, and would fill the memory of whoever reads it.
const longestLine = 16 << 20

// copyCSV copies text, the CSV in object, and counts its lines below the
// header. It stops where text is not UTF-8, and at a line of more than
// longestLine.
func copyCSV(to io.Writer, text io.Reader, object string) (lines int64, err error) {
	count := &lineCount{object: object, line: 1}
	if err := copyText(io.MultiWriter(to, count), text, object); err != nil {
		return 0, err
	}
	if count.bytes > 0 {
		count.lines++
	}
	return max(count.lines-1, 0), nil
}

// lineCount is a writer that counts the lines of a CSV. Empty ones do not count.
type lineCount struct {
	object string
	line   int64 // where in the text the line begins that has not ended
	breaks int64 // line breaks in it, all of them in quotes
	bytes  int   // what it holds so far
	quoted bool  // it is inside quotes
	lines  int64 // lines that have ended
}

func (c *lineCount) Write(piece []byte) (int, error) {
	for text := range bytes.Lines(piece) {
		if bytes.Count(text, []byte{'"'})%2 == 1 {
			c.quoted = !c.quoted
		}
		inside := bytes.TrimRight(text, "\r\n")
		if c.bytes += len(inside); c.bytes > longestLine {
			return 0, fmt.Errorf("%w: %s:%d: a line of more than %d MiB, or a quote that is left open; the file is not whole or no CSV; "+
				"wait for the next delivery or ask the provider for a new one", ErrReconcile, c.object, c.line, longestLine>>20)
		}
		if text[len(text)-1] == '\n' {
			c.endOfText()
		}
	}
	return len(piece), nil
}

// endOfText is at a line break, which ends the line unless it is in quotes.
func (c *lineCount) endOfText() {
	c.breaks++
	if c.quoted {
		return
	}
	if c.bytes > 0 {
		c.lines++
	}
	c.line += c.breaks
	c.breaks, c.bytes = 0, 0
}
