package main

import (
	"fmt"
	"strings"

	"github.com/costwarden/costwarden/ingest"
)

// verdict is what one check came to.
type verdict struct {
	subject string // configuration, folder, source aws-payer, channel finops, schedule
	check   string // what was tried of it
	status  string // ok, warn or fail
	detail  string // what is there, or what is wrong
	advice  string // what to do; empty: nothing, or the detail says it
	code    int    // what a failure ends in
}

func ok(subject, check, format string, args ...any) verdict {
	return verdict{subject: subject, check: check, status: "ok", detail: fmt.Sprintf(format, args...)}
}

// warn says that something works, and what should be looked at.
func warn(subject, check string, err error) verdict {
	detail, advice := advised(err)
	return verdict{subject: subject, check: check, status: "warn", detail: detail, advice: advice}
}

func failed(subject, check string, code int, err error) verdict {
	detail, advice := advised(err)
	detail = strings.TrimPrefix(detail, subject+": ") // the line says it
	return verdict{subject: subject, check: check, status: "fail", detail: detail, advice: advice, code: code}
}

// advised parts an error into what is wrong and what to do, which stands
// behind the first semicolon by the custom of this program's errors. Of joined
// errors all but the first stand whole below it. Whatever a server or a library
// said, no secret is shown.
func advised(err error) (detail, advice string) {
	text := err.Error()
	for _, kind := range []error{ingest.ErrSource, ingest.ErrReconcile} { // the exit code says it
		text = strings.TrimPrefix(text, kind.Error()+": ")
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		lines[i] = ingest.WithoutSecrets(line)
	}
	detail, lines[0], _ = strings.Cut(lines[0], "; ")
	return detail, strings.TrimSpace(strings.Join(lines, "\n"))
}
