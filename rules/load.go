package rules

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

//go:embed */*.sql testdata
var builtIn embed.FS

var idPattern = regexp.MustCompile(`^[a-z][a-z0-9_]*/[a-z][a-z0-9_]*$`)

// Load reads the rules built in and those in the folders dirs, each laid out
// as <family>/<name>.sql, ordered by ID. All problems come at once, each with
// file and line; two files of one ID are a problem that names both.
func Load(dirs ...string) ([]Rule, error) {
	rules, err := loadFolder(builtIn, "built in: ")
	problems := []error{err}
	for _, dir := range dirs {
		if _, err := os.Stat(dir); err != nil {
			problems = append(problems, fmt.Errorf("rules folder %s: %w", dir, err))
			continue
		}
		own, err := loadFolder(os.DirFS(dir), filepath.ToSlash(filepath.Clean(dir))+"/")
		rules, problems = append(rules, own...), append(problems, err)
	}
	slices.SortStableFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	for i := 1; i < len(rules); i++ {
		if a, b := rules[i-1], rules[i]; a.ID == b.ID {
			problems = append(problems, fmt.Errorf("rule %s is in two files, %s and %s; rename one", a.ID, a.File, b.File))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return rules, nil
}

// loadFolder reads every rule under folder; prefix makes a path a file name
// for messages. Cases below testdata belong to the rules, they are not rules.
func loadFolder(folder fs.FS, prefix string) ([]Rule, error) {
	var rules []Rule
	var problems []error
	err := fs.WalkDir(folder, ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file == "testdata":
			return fs.SkipDir
		case entry.IsDir() || path.Ext(file) != ".sql":
			return nil
		}
		rule, err := read(folder, file, prefix)
		if err != nil {
			problems = append(problems, err)
			return nil
		}
		rules = append(rules, rule)
		return nil
	})
	return rules, errors.Join(append(problems, err)...)
}

func read(folder fs.FS, file, prefix string) (Rule, error) {
	id := strings.TrimSuffix(file, ".sql")
	if !idPattern.MatchString(id) {
		return Rule{}, fmt.Errorf("%s%s: want <family>/<name>.sql, both in lower case with underscores", prefix, file)
	}
	text, err := fs.ReadFile(folder, file)
	if err != nil {
		return Rule{}, fmt.Errorf("read rule %s%s: %w", prefix, file, err)
	}
	rule, err := parse(id, prefix+file, strings.TrimPrefix(string(text), "\ufeff"))
	if err != nil {
		return rule, err
	}
	rule.cases, err = fs.Sub(folder, path.Join("testdata", id))
	return rule, err
}
