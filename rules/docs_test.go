package rules_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/rules"
)

// A file of an example: its path alone on a line in backquotes, then a block.
var exampleFile = regexp.MustCompile("(?m)^`rules/([a-z0-9_/.]+)`\n\n```[a-z]+\n((?:[^`]|`[^`])*?)\n```$")

func TestTheExampleInTheDocsWorks(t *testing.T) {
	text, err := os.ReadFile("../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, match := range exampleFile.FindAllStringSubmatch(string(text), -1) {
		files[match[1]] = match[2] + "\n"
	}
	if len(files) != 3 {
		t.Fatalf("found %d files; want a rule, given.csv and want.csv", len(files))
	}
	example := loadOwn(t, "spend/new_service", files)
	if err := rules.Test(t.Context(), example); err != nil {
		t.Error(err)
	}
}

func TestTheDocsListEveryBuiltInRule(t *testing.T) {
	text, err := os.ReadFile("../docs/rules.md")
	if err != nil {
		t.Fatal(err)
	}
	all, err := rules.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if !strings.Contains(string(text), "| `"+r.ID+"` |") {
			t.Errorf("docs/rules.md does not list %s", r.ID)
		}
	}
}
