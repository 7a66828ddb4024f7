package ingest

import (
	"regexp"
	"strings"
)

// secretShapes are what secrets look like in messages, and what is put there
// instead. The providers' packages keep their own out of errors; this is for
// what a server or a library may say that nobody has seen yet.
var secretShapes = []struct {
	shape   *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`(://[^\s?"']*)\?[^\s"']+`), "$1?..."},            // the query of an address: signatures
	{regexp.MustCompile(`://[^\s/@"']+@`), "://...@"},                     // user and password in an address
	{regexp.MustCompile(`(?i)\b(bearer|basic) [\w.~+/=-]{8,}`), "$1 ..."}, // the header Authorization
	{regexp.MustCompile(`(?i)\b(\w*(?:sig|signature|secret|password|passwd|token|key|credential))(["']?=["']?|["']\s*:\s*["'])[^\s&;,"']{8,}`), "$1$2..."},
}

// longestReason is how many bytes of a reason are kept.
const longestReason = 10_000

// WithoutSecrets is a message on one line, fit to be kept and shown.
func WithoutSecrets(message string) string {
	message = strings.Join(strings.FieldsFunc(message, func(r rune) bool { return r == '\n' || r == '\r' }), "; ")
	for _, s := range secretShapes {
		message = s.shape.ReplaceAllString(message, s.instead)
	}
	if len(message) > longestReason {
		message = strings.ToValidUTF8(message[:longestReason], "") + " ..."
	}
	return message
}
