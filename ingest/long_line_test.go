package ingest_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// A line of 2 GiB, in a gzip file of 2 MB: 128 members of 16 MiB each.
var twoGiB = strings.Repeat(gzipped(strings.Repeat("a", 16<<20)), 128)

func TestALineOf2GiBIsRefusedAndTheMonthStays(t *testing.T) {
	for _, test := range []struct{ name, before, says string }{
		{"as header", "", "part-00001.csv.gz:1: a line of more than 16 MiB"},
		{"below lines", focusHeader + focusLine("1") + focusLine("2"), "part-00001.csv.gz:4: a line of more than 16 MiB"},
		{"below a line of two", focusHeader + strings.Replace(focusLine("1"), "Amazon", "\"two\nlines\"", 1), "part-00001.csv.gz:4: a line of more than 16 MiB"},
		{"in a quote left open", focusHeader + focusLine("1") + "\"", "part-00001.csv.gz:3: a line of more than 16 MiB, or a quote that is left open"},
	} {
		t.Run(test.name, func(t *testing.T) {
			db, landing := open(t), t.TempDir()
			if _, err := run(t, db, csv("aws_focus_1_2", "v1", focusHeader+focusLine("5"))); err != nil {
				t.Fatal(err)
			}
			source := &folder{format: "aws_focus_1_2", encoding: "csv", version: "v2", files: map[string]string{"part-00001.csv.gz": gzipped(test.before) + twoGiB}}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := ingest.Run(t.Context(), db, source, ingest.Options{Landing: landing, Now: afterOctober})
			runtime.ReadMemStats(&after)
			if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v; want %s", err, test.says)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 64<<20 {
				t.Errorf("it took %d MiB of memory", grown>>20)
			}
			if size := biggest(t, landing); size > 32<<20 {
				t.Errorf("it unpacked %d MiB", size>>20)
			}
			if got := query(t, db, "select sum(BilledCost) from cost"); got != "5.000000000000000000\n" {
				t.Errorf("the month holds %s", got)
			}
		})
	}
}

// biggest is the size of the biggest file below dir.
func biggest(t *testing.T, dir string) (size int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			size = max(size, info.Size())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return size
}

func TestTheColumnsOfAFileWhoseHeaderNeverEnds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "part.csv.gz")
	if err := os.WriteFile(file, []byte(twoGiB), 0o600); err != nil {
		t.Fatal(err)
	}
	delivery := ingest.Delivery{Encoding: "csv", Files: []ingest.File{{Path: file, Object: "part.csv.gz"}}}
	_, err := ingest.Columns(t.Context(), delivery)
	if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), "part.csv.gz is no CSV: its header is longer than 16 MiB") {
		t.Errorf("got %v", err)
	}
}
