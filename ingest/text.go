package ingest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"unicode/utf8"
)

// checkText reads a plain CSV to its end, as copyCSV does.
func checkText(ctx context.Context, file File) (lines int64, err error) {
	in, err := os.Open(file.Path)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	return copyCSV(io.Discard, contextReader{ctx, in}, file.Object)
}

// copyText copies text, the content of object, and stops at the first line
// that is not UTF-8.
func copyText(to io.Writer, text io.Reader, object string) error {
	check := &textCheck{object: object, line: 1}
	if _, err := io.Copy(io.MultiWriter(to, check), text); err != nil {
		return err
	}
	if len(check.open) > 0 {
		return check.fault()
	}
	return nil
}

// textCheck is a writer that takes UTF-8 only.
type textCheck struct {
	object string
	line   int    // where the next piece begins
	open   []byte // the beginning of a character that the next piece ends
}

func (c *textCheck) Write(piece []byte) (int, error) {
	text := piece
	if len(c.open) > 0 {
		text = append(c.open, piece...)
	}
	whole := wholeCharacters(text)
	for line := range bytes.Lines(text[:whole]) {
		if !utf8.Valid(line) {
			return 0, c.fault()
		}
		if line[len(line)-1] == '\n' {
			c.line++
		}
	}
	c.open = bytes.Clone(text[whole:])
	return len(piece), nil
}

func (c *textCheck) fault() error {
	return fmt.Errorf("%w: %s:%d: not UTF-8 text; wait for the next delivery or ask the provider for a new one",
		ErrReconcile, c.object, c.line)
}

// wholeCharacters is how much of text is left without a character that is cut
// off at its end.
func wholeCharacters(text []byte) int {
	for i := len(text) - 1; i >= 0 && i > len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if !utf8.FullRune(text[i:]) {
				return i
			}
			break
		}
	}
	return len(text)
}
