package schedules

import (
	"fmt"
	"io"
	"strings"
)

// Crontab writes the jobs as lines of a crontab that call binary with the
// config file, both absolute paths.
func Crontab(w io.Writer, jobs []Job, zone, binary, config string) error {
	var b strings.Builder
	b.WriteString("# Written by: costwarden schedule render crontab\n")
	b.WriteString("# CRON_TZ is understood by cronie; where cron is another, these are times of the machine's own zone.\n")
	fmt.Fprintf(&b, "CRON_TZ=%s\n", zone)
	for _, job := range jobs {
		if err := job.Check(); err != nil {
			return err
		}
		words := append([]string{binary}, job.CommandLine(config)...)
		for i, word := range words {
			words[i] = quote(word)
		}
		// A bare % ends the command in a crontab, even inside quotes.
		command := strings.ReplaceAll(strings.Join(words, " "), "%", `\%`)
		fmt.Fprintf(&b, "%s %s\n", strings.Join(strings.Fields(job.Spec), " "), command)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// quote writes word so that a POSIX shell reads it as one word.
func quote(word string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=,@+%", r)
	}
	if word != "" && strings.TrimFunc(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
