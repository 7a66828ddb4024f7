package ingest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/model"
)

// A reader that loses a line would be noticed.
func TestAFileOfWhichALineWasNotReadIsRefused(t *testing.T) {
	db, err := model.Open(t.Context(), "", model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const table = `create temp table read as select * from (values ('a.csv', 2), ('b.csv', 3)) as line (x_ReadFrom, Lines)`
	if _, err := conn.ExecContext(t.Context(), table); err != nil {
		t.Fatal(err)
	}
	m := mapping{control: `select '1' as BillingAccountId, '' as InvoiceId, '' as x_BillingEntity, 'USD' as BillingCurrency, null as BillingPeriodStart,
		x_ReadFrom, Lines, 0 as SplitLines, 0 as SourceCost, 'billed' as CostBasis, null as Note from read`}
	files := []File{{Path: "a.csv", Object: "exports/a.csv.gz", lines: 2}, {Path: "b.csv", Object: "exports/b.csv.gz", lines: 4}}
	err = loading{mapping: m, delivery: Delivery{Encoding: "csv", Files: files}}.layControl(t.Context(), conn)
	if !errors.Is(err, ErrReconcile) || !strings.Contains(err.Error(), ": exports/b.csv.gz has 4 lines, and 3 were read;") {
		t.Errorf("got %v", err)
	}
}

func TestLinesAreCountedThroughQuotes(t *testing.T) {
	for text, want := range map[string]int64{
		"":                               0,
		"a,b\n":                          0,
		"a,b\n1,2":                       1,
		"a,b\n1,2\n":                     1,
		"a,b\r\n1,2\r\n3,4\r\n":          2,
		"a,b\n1,\"two\nlines\n\"\n3,4\n": 2,
		"a,b\n1,\"say \"\"hi\"\"\n\"\n":  1,
		"a,b\n1,2\n\n3,4\n\n":            2,
	} {
		file := filepath.Join(t.TempDir(), "part.csv")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := checkText(t.Context(), File{Path: file}); got != want || err != nil {
			t.Errorf("%q: got %d, %v; want %d", text, got, err, want)
		}
	}
}
