package sourcetest

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Sample is the text of a file of the samples that the fixtures' ledger is
// written as, unpacked.
func Sample(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "samples", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasSuffix(name, ".gz") {
		return string(content)
	}
	zipped, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(zipped)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Late is a CSV of nothing but late charges: the header of text, and as often
// as times its first line that holds mark.
func Late(t *testing.T, text, mark string, times int) string {
	t.Helper()
	header, _, _ := strings.Cut(text, "\n")
	return header + "\n" + strings.Repeat(Line(t, text, mark), times)
}

// Line is the first line of text that holds mark.
func Line(t *testing.T, text, mark string) string {
	t.Helper()
	for line := range strings.Lines(text) {
		if strings.Contains(line, mark) {
			return line
		}
	}
	t.Fatalf("no line of the sample holds %s", mark)
	return ""
}

// Zip is text as a gzip file.
func Zip(text string) string {
	var packed bytes.Buffer
	zipped := gzip.NewWriter(&packed)
	_, _ = zipped.Write([]byte(text)) // a buffer takes all
	_ = zipped.Close()
	return packed.String()
}
