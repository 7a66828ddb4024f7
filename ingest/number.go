package ingest

import (
	"bufio"
	"io"
)

// longNumbers is a writer of JSON that puts numbers of more than 15 digits into
// quotes and changes nothing else. DuckDB reads each number of a JSON as a
// double, which holds 15 digits and not always more; a text it leaves alone,
// and BigQuery's NUMERIC has up to 38.
type longNumbers struct {
	out     *bufio.Writer // keeps the first error and returns it ever after
	number  []byte        // a number read so far
	digits  int           // how many digits it has
	quoted  bool          // inside a text
	escaped bool          // behind a backslash in a text
}

func newLongNumbers(to io.Writer) *longNumbers {
	return &longNumbers{out: bufio.NewWriterSize(to, 1<<16)}
}

func (w *longNumbers) Write(piece []byte) (int, error) {
	start := 0 // where what is not written yet begins
	for i, b := range piece {
		switch {
		case w.escaped:
			w.escaped = false
		case w.quoted:
			w.escaped = b == '\\'
			w.quoted = b != '"'
		case w.isNumeric(b):
			if len(w.number) == 0 {
				w.out.Write(piece[start:i])
			}
			w.number = append(w.number, b)
			if b >= '0' && b <= '9' {
				w.digits++
			}
			start = i + 1
		default:
			w.endNumber()
			w.quoted = b == '"'
		}
	}
	_, err := w.out.Write(piece[start:])
	return len(piece), err
}

// isNumeric reports whether b, outside of texts, begins a number or goes on
// with it.
func (w *longNumbers) isNumeric(b byte) bool {
	switch {
	case b >= '0' && b <= '9', b == '-':
		return true
	case b == '+', b == '.', b == 'e', b == 'E':
		return len(w.number) > 0
	}
	return false
}

// endNumber writes the number that is read to its end.
func (w *longNumbers) endNumber() {
	if len(w.number) == 0 {
		return
	}
	if w.digits > 15 {
		w.number = append(append([]byte{'"'}, w.number...), '"')
	}
	w.out.Write(w.number)
	w.number, w.digits = w.number[:0], 0
}

// Close writes what is left; it does not close what it writes to.
func (w *longNumbers) Close() error {
	w.endNumber()
	return w.out.Flush()
}
