package yamlfile_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/model/yamlfile"
	"github.com/google/go-cmp/cmp"
)

type bucket struct {
	Location string `yaml:"location"`
	Region   string `yaml:"region"`
}

type source struct {
	At   yamlfile.Position
	Name yamlfile.Text `yaml:"name"`
	AWS  *bucket       `yaml:"aws"`
}

type settings struct {
	Warehouse string                       `yaml:"warehouse"`
	Threads   int                          `yaml:"threads"`
	Quiet     bool                         `yaml:"quiet"`
	Share     float64                      `yaml:"share"`
	LockWait  time.Duration                `yaml:"lock_wait"`
	Since     month                        `yaml:"since"`
	Sources   []source                     `yaml:"sources"`
	Rules     map[string]map[string]string `yaml:"rules"`
	Aliases   map[string][]string          `yaml:"aliases"`
}

type month struct{ model.Period }

func (m *month) UnmarshalText(text []byte) (err error) {
	m.Period, err = model.ParsePeriod(string(text))
	return err
}

func TestDecodeReadsEveryKindOfValue(t *testing.T) {
	const text = `# a comment
warehouse: data/costwarden.duckdb
threads: 2
quiet: true
share: 0.25
lock_wait: 90s
since: 2026-10
sources:
  - name: payer
    aws: { location: "file:./bucket", region: eu-west-1 }
  - name: 012345678901
    aws:
rules: { rightsizing/previous_generation: { minimum_saving: 20 } }
aliases:
  platform: [plattform, Platform Team]
  search:
`
	var got settings
	if err := yamlfile.Decode("costwarden.yaml", []byte(text), &got); err != nil {
		t.Fatal(err)
	}
	since, _ := model.ParsePeriod("2026-10")
	want := settings{
		Warehouse: "data/costwarden.duckdb", Threads: 2, Quiet: true, Share: 0.25, LockWait: 90 * time.Second, Since: month{since},
		Sources: []source{
			{yamlfile.Position{Line: 9, Column: 5}, yamlfile.Text{Value: "payer", At: yamlfile.Position{Line: 9, Column: 11}}, &bucket{"file:./bucket", "eu-west-1"}},
			{yamlfile.Position{Line: 11, Column: 5}, yamlfile.Text{Value: "012345678901", At: yamlfile.Position{Line: 11, Column: 11}}, nil},
		},
		Rules:   map[string]map[string]string{"rightsizing/previous_generation": {"minimum_saving": "20"}},
		Aliases: map[string][]string{"platform": {"plattform", "Platform Team"}, "search": nil},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b month) bool { return a.String() == b.String() })); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
}

func TestDecodeKeepsDefaultsWhereTheFileIsSilent(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n", "warehouse:\n", "\ufeffquiet: false\r\n"} {
		got := settings{Warehouse: "default.duckdb"}
		if err := yamlfile.Decode("c.yaml", []byte(text), &got); err != nil || got.Warehouse != "default.duckdb" {
			t.Errorf("%q: got %q, %v", text, got.Warehouse, err)
		}
	}
}

func TestDecodeTellsAllThatIsWrongAtOnce(t *testing.T) {
	const text = `warehous: a
threads: many
quiet: yes
lock_wait: 90
since: October
sources:
  - nmae: payer
    aws: [a]
  -
share: {}
threads: 3
aliases: { platform: plattform }
rules: &r { a: { b: [1] } }
zzzzzz: *r
`
	want := []string{
		`c.yaml:1:1: unknown key "warehous"; did you mean "warehouse"?`,
		`c.yaml:2:10: threads: want a whole number, got "many"`,
		`c.yaml:3:8: quiet: want true or false, got "yes"`,
		`c.yaml:4:12: lock_wait: want a duration such as 30s, 5m or 2h, got "90"`,
		`c.yaml:5:8: since: month "October": want YYYY-MM, such as 2026-10`,
		`c.yaml:7:5: sources[0]: unknown key "nmae"; did you mean "name"?`,
		`c.yaml:8:10: sources[0].aws: want keys and values, got a list`,
		`c.yaml:9:4: sources[1]: empty entry; write a value or remove it`,
		`c.yaml:10:8: share: want a number, got keys and values`,
		`c.yaml:11:1: key "threads" stands here again, first in line 2; keep one`,
		`c.yaml:12:22: aliases.platform: want a list such as [a, b], got "plattform"`,
		`c.yaml:13:21: rules.a.b: want text, got a list`,
		`c.yaml:14:1: unknown key "zzzzzz"; known here: aliases, lock_wait, quiet, rules, share, since, sources, threads, warehouse`,
	}
	err := yamlfile.Decode("c.yaml", []byte(text), new(settings))
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("want -, got +\n%s", diff)
	}
	var problem yamlfile.Problem
	if !errors.As(err, &problem) || problem.At.Line != 1 {
		t.Errorf("the first problem is %+v; want line 1", problem)
	}
}

func TestDecodeRefusesWhatIsNotOneDocument(t *testing.T) {
	for text, want := range map[string]string{
		"warehouse: a\n---\nwarehouse: b\n": "c.yaml:3:1: a second document; keep one",
		"warehouse: [a\n":                   "c.yaml:1: did not find expected ',' or ']'",
		"- a\n":                             "c.yaml:1:1: want keys and values, got a list",
		"warehouse: &a [*a]\n":              "c.yaml:1:12: warehouse: want text, got a list",
		"aliases: { a: &a [*a] }\n":         "c.yaml:1:19: aliases.a[0]: aliases (*a) are not read; write the value out",
	} {
		if err := yamlfile.Decode("c.yaml", []byte(text), new(settings)); err == nil || err.Error() != want {
			t.Errorf("%q: got %v; want %s", text, err, want)
		}
	}
}

func TestSuggestFindsSwappedLetters(t *testing.T) {
	if got := yamlfile.Suggest("regoin", []string{"location", "region"}); got != `did you mean "region"?` {
		t.Errorf("got %s", got)
	}
	if got := yamlfile.Suggest("colour", nil); got != "none is known here" {
		t.Errorf("got %s", got)
	}
}
