package bucket

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsPlain reports whether path leads down only, one named step after another.
func IsPlain(path string) bool {
	if !utf8.ValidString(path) || strings.ContainsRune(path, '\\') || strings.ContainsFunc(path, unicode.IsControl) {
		return false
	}
	for step := range strings.SplitSeq(path, "/") {
		if step == "" || step == "." || step == ".." {
			return false
		}
	}
	return true
}
