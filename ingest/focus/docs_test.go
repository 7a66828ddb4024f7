package focus_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest/focus"
)

var block = regexp.MustCompile("(?s)```([a-z]+)\n(.*?)```")

// documented are the blocks of a kind in docs/connect-focus.md.
func documented(t *testing.T, kind string) []string {
	t.Helper()
	text, err := os.ReadFile("../../docs/connect-focus.md")
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, match := range block.FindAllStringSubmatch(string(text), -1) {
		if match[1] == kind {
			blocks = append(blocks, match[2])
		}
	}
	return blocks
}

// inFolder makes the paths of a documented query those of dir.
func inFolder(dir, query string) string {
	return strings.NewReplacer("read_csv('", "read_csv('"+dir+"/", "to 'bills'", "to '"+dir+"/bills'").Replace(query)
}

func TestTheDocumentedQueryMakesAFocusFileOfAnInvoice(t *testing.T) {
	v, dir := newVendor(t), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "invoice.csv"), []byte(documented(t, "csv")[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := v.db.Exec(inFolder(dir, documented(t, "sql")[0])); err != nil {
		t.Fatal(err)
	}
	v.dir = filepath.Join(dir, "bills")
	if got, err := v.load(t, focus.Config{}); err != nil || got != "2026-09 loaded EUR 1140\n2026-10 loaded EUR 1520\n" {
		t.Errorf("got %s %v", got, err)
	}
	v.asks(t, "select SubAccountId, Tags ->> 'team' as Team, x_Custom, BilledCost::integer as Billed from cost where ChargeCategory = 'Credit'",
		`{"SubAccountId":"S-4711","Team":"search","x_Custom":null,"Billed":-95}`)
	v.asks(t, "select sum((x_Custom ->> 'x_Seats')::integer) as Seats from cost", `{"Seats":29}`)
}

func TestTheDocumentedQuerySplitsAFileOfManyMonths(t *testing.T) {
	v, dir := newVendor(t), t.TempDir()
	text := bill("2026-09", "1.5") + line("2026-10", "0.1") + line("2026-10", "1E-7")
	if err := os.WriteFile(filepath.Join(dir, "all.csv"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := v.db.Exec(inFolder(dir, documented(t, "sql")[1])); err != nil {
		t.Fatal(err)
	}
	v.dir = filepath.Join(dir, "bills")
	if got, err := v.load(t, focus.Config{}); err != nil || got != "2026-09 loaded USD 1.5\n2026-10 loaded USD 0.1000001\n" {
		t.Errorf("got %s %v", got, err)
	}
}
