package rules

import (
	"slices"
	"strings"
	"testing"
)

// FuzzHeader reads any text as a rule file: what is taken for a rule has all
// that a header must say, and every problem names the file.
func FuzzHeader(f *testing.F) {
	whole := "-- title: Untagged cost\n-- severity: warning\n-- owner: team\n-- why: Nobody\n--   knows\n-- act: Tag it\n-- method: Sum\n"
	for _, text := range []string{
		whole + "select 1", whole + "-- param: minimum_cost decimal(38,18) 10 \"smallest cost\"\n",
		whole + "-- param: p varchar 'it''s' \"x\"\n", whole + "-- param: p date '\n", whole + "-- title: Again\n",
		whole + "--   goes on\n", "--   goes on\n", "-- param:", "-- param: a b c \"d\"\n-- param: a b c \"d\"\n",
		"--", "-- :", "-- title:\r\n", "\ufeff-- title: x", "-- severity: none\n", "/* */", "", "\x00", "-- title: \xff",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		rule, err := parse("family/name", "name.sql", text)
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, "name.sql") && !strings.ContainsAny(text, "\n\r") {
					t.Errorf("problem %q names no file", line)
				}
			}
			return
		}
		for _, said := range []string{rule.Title, rule.Owner, rule.Why, rule.Act, rule.Method} {
			if strings.TrimSpace(said) == "" {
				t.Errorf("a rule with a part unsaid: %+v", rule)
			}
		}
		if !slices.Contains(severities, rule.Severity) || rule.SQL != text {
			t.Errorf("a rule that is none: %+v", rule)
		}
		for i, param := range rule.Params {
			if !paramType.MatchString(param.Type) || slices.Contains(standard, param.Name) ||
				slices.ContainsFunc(rule.Params[:i], func(p Param) bool { return p.Name == param.Name }) {
				t.Errorf("a parameter that is none: %+v", param)
			}
		}
	})
}
