package main

import (
	"io"
	"strings"
	"unicode/utf8"
)

// folder folds long lines between words, as a terminal does not.
type folder struct{ w io.Writer }

// foldAt is the width that every terminal has.
const foldAt = 80

func (f folder) Write(text []byte) (int, error) {
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		width := 0
		for i, word := range strings.Fields(line) {
			length := utf8.RuneCountInString(word)
			switch {
			case i == 0:
			case width+1+length > foldAt:
				b.WriteString("\n  ")
				width = 2
			default:
				b.WriteString(" ")
				width++
			}
			b.WriteString(word)
			width += length
		}
		b.WriteString("\n")
	}
	_, err := io.WriteString(f.w, b.String())
	return len(text), err
}
