package rules

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/model/yamlfile"
)

// fields are the header's words; all but param must stand there, once.
var fields = []string{"title", "severity", "owner", "why", "act", "method", "param"}

var (
	fieldLine    = regexp.MustCompile(`^-- ([a-z_]+):\s*(.*)$`)
	continued    = regexp.MustCompile(`^--\s{3,}(\S.*)$`)
	commentLine  = regexp.MustCompile(`^\s*--`)
	paramPattern = regexp.MustCompile(`^([a-z][a-z0-9_]*)\s+([a-z]+(?:\(\d+, *\d+\))?)\s+('[^']*'|\S+)\s+"([^"]+)"$`)
)

// field is one header line with the lines that continue it.
type field struct {
	line        int
	name, value string
}

// parse reads the text of a rule file; all problems of its header come at once.
func parse(id, file, text string) (Rule, error) {
	rule := Rule{ID: id, SQL: text, File: file}
	found, problems := header(file, text)
	seen := map[string]bool{}
	for _, f := range found {
		if err := rule.set(f, seen[f.name]); err != nil {
			problems = append(problems, fmt.Errorf("%s:%d: %w", file, f.line, err))
		}
		seen[f.name] = true
	}
	for _, name := range fields {
		if name != "param" && !seen[name] {
			problems = append(problems, fmt.Errorf("%s: header has no %s; add a line -- %s: and say it", file, name, name))
		}
	}
	return rule, errors.Join(problems...)
}

// header splits the comment lines at the top of text into fields.
func header(file, text string) ([]field, []error) {
	var found []field
	var problems []error
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, "\r ")
		if !commentLine.MatchString(line) {
			break
		}
		if match := fieldLine.FindStringSubmatch(line); match != nil {
			found = append(found, field{i + 1, match[1], match[2]})
		} else if match := continued.FindStringSubmatch(line); match != nil && len(found) > 0 {
			last := &found[len(found)-1]
			last.value = strings.TrimSpace(last.value + " " + match[1])
		} else {
			problems = append(problems, fmt.Errorf(
				"%s:%d: not a header line; write -- word: text, go on with three blanks after --, and keep other comments below the header", file, i+1))
		}
	}
	return found, problems
}

// set puts one field in its place.
func (r *Rule) set(f field, again bool) error {
	if again && f.name != "param" {
		return fmt.Errorf("%s stands here again; keep one", f.name)
	}
	if f.value == "" {
		return fmt.Errorf("%s is empty; say it in a few words", f.name)
	}
	switch f.name {
	case "title":
		r.Title = f.value
	case "severity":
		r.Severity = f.value
		if !slices.Contains(severities, f.value) {
			return fmt.Errorf("severity %q; want one of %s", f.value, strings.Join(severities, ", "))
		}
	case "owner":
		r.Owner = f.value
	case "why":
		r.Why = f.value
	case "act":
		r.Act = f.value
	case "method":
		r.Method = f.value
	case "param":
		return r.declare(f.value)
	default:
		return fmt.Errorf("unknown header word %q; %s", f.name, yamlfile.Suggest(f.name, fields))
	}
	return nil
}

// declare adds the parameter that a param line describes.
func (r *Rule) declare(line string) error {
	match := paramPattern.FindStringSubmatch(line)
	if match == nil {
		return fmt.Errorf(`param %q; write name type default "note", such as minimum_cost decimal(38,18) 10 "smallest cost reported"`, line)
	}
	value := strings.Trim(match[3], "'")
	param := Param{Name: match[1], Type: match[2], Default: value, Note: match[4], Value: value}
	if slices.Contains(standard, param.Name) {
		return fmt.Errorf("param %s is always there; remove the line", param.Name)
	}
	if !paramType.MatchString(param.Type) {
		return fmt.Errorf("param %s has type %q; want boolean, integer, bigint, date, varchar or a decimal such as decimal(38,18)", param.Name, param.Type)
	}
	if slices.ContainsFunc(r.Params, func(p Param) bool { return p.Name == param.Name }) {
		return fmt.Errorf("param %s is declared again; keep one", param.Name)
	}
	r.Params = append(r.Params, param)
	return nil
}
