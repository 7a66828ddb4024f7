package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// These tests hold the walls between the packages and keep the tree tidy.

const module = "github.com/costwarden/costwarden"

// stages are the packages that meet in tables only.
var stages = []string{"ingest", "rules", "reports", "schedules"}

// goPackage is what go list tells of a package.
type goPackage struct {
	ImportPath string
	Imports    []string
}

// ours lists the packages of the module with what each imports, without its tests.
func ours(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	if len(packages) < 6 {
		t.Fatalf("go list found %d packages; want the whole module", len(packages))
	}
	return packages
}

// house is the first folder of one of our packages, empty for another's.
func house(importPath string) string {
	inside, ok := strings.CutPrefix(importPath, module+"/")
	if !ok {
		return ""
	}
	first, _, _ := strings.Cut(inside, "/")
	return first
}

func TestHouseStagesNeverImportEachOther(t *testing.T) {
	for _, p := range ours(t) {
		from := house(p.ImportPath)
		for _, imported := range p.Imports {
			to := house(imported)
			switch {
			case to == "" || to == from:
			case from == "model":
				t.Errorf("%s imports %s; model imports nothing of ours", p.ImportPath, imported)
			case to == "cmd":
				t.Errorf("%s imports %s; nothing imports a command", p.ImportPath, imported)
			case slices.Contains(stages, from) && to != "model":
				t.Errorf("%s imports %s; stages meet in tables and share model only", p.ImportPath, imported)
			}
		}
	}
}

// sdks are the cloud SDKs and the one package that may import each.
var sdks = map[string]string{
	"github.com/aws/":            "ingest/aws",
	"gocloud.dev/blob/s3blob":    "ingest/aws",
	"github.com/Azure/":          "ingest/azure",
	"gocloud.dev/blob/azureblob": "ingest/azure",
	"cloud.google.com/":          "ingest/gcp",
	"google.golang.org/":         "ingest/gcp",
	"gocloud.dev/blob/gcsblob":   "ingest/gcp",
}

func TestHouseEachCloudSDKHasOneImporter(t *testing.T) {
	for _, p := range ours(t) {
		for _, imported := range p.Imports {
			for sdk, home := range sdks {
				inside := p.ImportPath == module+"/"+home || strings.HasPrefix(p.ImportPath, module+"/"+home+"/")
				if strings.HasPrefix(imported, sdk) && !inside {
					t.Errorf("%s imports %s; only %s may", p.ImportPath, imported, home)
				}
			}
		}
	}
}

func TestHouseWhatServesTestsIsImportedByTests(t *testing.T) {
	for _, p := range ours(t) {
		for _, imported := range p.Imports {
			if house(imported) != "" && strings.HasSuffix(imported, "test") && !strings.HasSuffix(p.ImportPath, "test") {
				t.Errorf("%s imports %s, which is for tests", p.ImportPath, imported)
			}
		}
	}
}

// topLevel is all that may lie beside the packages. Folders end in a slash.
var topLevel = []string{
	"cmd/", "model/", "ingest/", "rules/", "reports/", "schedules/", "fixtures/", "docs/",
	"go.mod", "go.sum", "Makefile", "README.md", "LICENSE", "NOTICE",
}

// written are folders that a build or a run writes and git ignores.
var written = []string{"bin/", "data/", "out/", "tmp/", "costwarden-demo/"}

func TestHouseTopLevelHoldsOnlyTheHouse(t *testing.T) {
	entries, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if entry.IsDir() {
			name += "/"
		}
		if !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) && !slices.Contains(written, name) {
			t.Errorf("%s lies at the top level; move it below a package or docs", name)
		}
	}
}

// unwanted is what no text of ours may say.
var unwanted = []struct {
	pattern *regexp.Regexp
	why     string
}{
	{regexp.MustCompile(`/(home|Users)/[a-z]|/root/`), "a path of somebody's machine"},
	{regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`), "unfinished work"},
	{regexp.MustCompile(`AKIA[0-9A-Z]{16}`), "an access key"},
	{regexp.MustCompile(`-----BEGIN [A-Z ]*PRIVATE KEY`), "a private key"},
	{regexp.MustCompile(`(?m)^(<{7}|>{7}) `), "a merge left half done"},
}

// texts are the endings of the files that people write.
var texts = []string{".go", ".sql", ".md", ".yaml", ".yml", ".csv", ".txtar", ".sh", ".mod"}

func TestHouseTextsAreClean(t *testing.T) {
	root := os.DirFS("../..")
	seen := 0
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name == ".git" || name == ".ci/bin" || slices.Contains(written, name+"/") {
				return fs.SkipDir
			}
			return nil
		}
		if !slices.Contains(texts, path.Ext(name)) || filepath.Base(name) == "walls_test.go" {
			return nil
		}
		seen++
		text, err := fs.ReadFile(root, name)
		for _, u := range unwanted {
			if found := u.pattern.Find(text); found != nil {
				t.Errorf("%s says %q, %s", name, found, u.why)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Errorf("looked at %d files; want the whole tree", seen)
	}
}
