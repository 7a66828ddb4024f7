package ingest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
)

// codeInMapping finds the codes that a mapping gives to rows: a word of several
// that a condition chooses and null takes the place of.
var codeInMapping = regexp.MustCompile(`'((?:[A-Z][a-z]+){2,})'(?:, '((?:[A-Z][a-z]+){2,})'\))?, null\)`)

func TestEveryChangeCodeIsExplained(t *testing.T) {
	files, err := filepath.Glob("mappings/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range codeInMapping.FindAllStringSubmatch(string(text), -1) {
			for _, code := range found[1:] {
				if code != "" {
					codes[code] = file
				}
			}
		}
	}
	if codes["MissingListCost"] == "" || codes["UnreadableTags"] == "" || codes["ContractedCostFromPriceSheet"] == "" {
		t.Fatalf("found the codes %v; want those of Azure at least", codes)
	}
	_, repairs, ok := strings.Cut(ingest.CheckDialect([]string{"no repair"}).Error(), "want any of ")
	if !ok {
		t.Fatal("the repairs of a dialect are not listed any more where they were")
	}
	for code := range strings.SplitSeq(repairs, ", ") {
		codes[code] = "a dialect"
	}
	db := open(t)
	for code, file := range codes {
		if got := query(t, db, fmt.Sprintf("select Meaning from change_code where ChangeCode = '%s'", code)); got == "" {
			t.Errorf("%s gives %s, which model/views/change_code.sql does not explain", file, code)
		}
	}
}
