package rules

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/model/yamlfile"
)

// TagKey is a tag key of the policy with the spellings found in bills.
type TagKey struct {
	Name    string
	Aliases []string // other spellings, the most trusted first; letter case never matters
	Values  []TagValue
}

// TagValue is a value a key may have. Where a key lists values, others are unknown.
type TagValue struct {
	Name    string
	Aliases []string
}

// tagsFile is tags.yaml.
type tagsFile struct {
	OwnerKey   yamlfile.Text         `yaml:"owner_key"`
	Keys       map[string]tagKeyFile `yaml:"keys"`
	Untaggable []yamlfile.Text       `yaml:"untaggable"`
}

type tagKeyFile struct {
	At      yamlfile.Position
	Aliases []yamlfile.Text            `yaml:"aliases"`
	Values  map[string][]yamlfile.Text `yaml:"values"`
}

// readTags reads tags.yaml.
func (p *Policy) readTags(file string, text []byte) error {
	var tags tagsFile
	if err := yamlfile.Decode(file, text, &tags); err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(tags.Keys))
	p.OwnerKey = tags.OwnerKey.Value
	var problems spellings
	problems.file = file
	if p.OwnerKey != "" && len(names) == 0 {
		names = []string{p.OwnerKey}
	}
	if p.OwnerKey != "" && !slices.Contains(names, p.OwnerKey) {
		problems.report(tags.OwnerKey.At, "owner_key %q is not among keys; %s", p.OwnerKey, yamlfile.Suggest(p.OwnerKey, names))
	}
	problems.start("key")
	for _, name := range names {
		problems.take(name, yamlfile.Text{Value: name, At: tags.Keys[name].At})
	}
	for _, name := range names {
		p.Keys = append(p.Keys, readKey(name, tags.Keys[name], &problems))
	}
	problems.start("service")
	for _, service := range tags.Untaggable {
		if problems.takeExact(service) {
			p.Untaggable = append(p.Untaggable, service.Value)
		}
	}
	return errors.Join(problems.found...)
}

// readKey reads one key; its aliases join the spellings of all keys, its
// values have spellings of their own.
func readKey(name string, from tagKeyFile, keys *spellings) TagKey {
	key := TagKey{Name: name}
	for _, alias := range from.Aliases {
		if keys.take(name, alias) {
			key.Aliases = append(key.Aliases, alias.Value)
		}
	}
	values := spellings{file: keys.file}
	values.start("value")
	names := slices.Sorted(maps.Keys(from.Values))
	for _, value := range names {
		values.take(value, yamlfile.Text{Value: value, At: from.At})
	}
	for _, value := range names {
		entry := TagValue{Name: value}
		for _, alias := range from.Values[value] {
			if values.take(value, alias) {
				entry.Aliases = append(entry.Aliases, alias.Value)
			}
		}
		key.Values = append(key.Values, entry)
	}
	keys.found = append(keys.found, values.found...)
	return key
}

// spellings finds words that stand for two things.
type spellings struct {
	file  string
	what  string
	owner map[string]string // folded spelling -> what it stands for
	found []error
}

// start begins a new set of words.
func (s *spellings) start(what string) { s.what, s.owner = what, map[string]string{} }

// take notes that text stands for name, and reports false where it already
// stands for something. An alias that repeats its own name in another case is
// harmless and dropped.
func (s *spellings) take(name string, text yamlfile.Text) bool {
	folded := fold(text.Value)
	earlier, taken := s.owner[folded]
	switch {
	case folded == "":
		s.report(text.At, "a blank %s; write a word or remove it", s.what)
	case taken && earlier != name:
		s.report(text.At, "%q stands for %s %q and %q; letter case does not tell them apart, keep one", text.Value, s.what, earlier, name)
	}
	if folded == "" || taken {
		return false
	}
	s.owner[folded] = name
	return true
}

// takeExact notes a word that means itself, in its own letter case.
func (s *spellings) takeExact(text yamlfile.Text) bool {
	if _, taken := s.owner[text.Value]; taken {
		s.report(text.At, "%s %q stands here again; keep one", s.what, text.Value)
		return false
	}
	s.owner[text.Value] = text.Value
	return true
}

func (s *spellings) report(at yamlfile.Position, text string, args ...any) {
	s.found = append(s.found, yamlfile.Problem{File: s.file, At: at, Text: fmt.Sprintf(text, args...)})
}

// fold is the form in which keys and values are compared.
func fold(text string) string { return strings.ToLower(strings.TrimSpace(text)) }
