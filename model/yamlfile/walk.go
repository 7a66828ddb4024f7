package yamlfile

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// walker fills Go values from nodes and collects what is wrong.
type walker struct {
	file     string
	problems []error
}

// report notes a problem with the value named path at node.
func (w *walker) report(node *yaml.Node, path, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if path != "" {
		text = path + ": " + text
	}
	w.problems = append(w.problems, Problem{w.file, place(node), text})
}

func place(node *yaml.Node) Position { return Position{node.Line, node.Column} }

var (
	positionType = reflect.TypeFor[Position]()
	textType     = reflect.TypeFor[Text]()
)

// value sets into from node.
func (w *walker) value(node *yaml.Node, path string, into reflect.Value) {
	if node.Kind == yaml.AliasNode {
		w.report(node, path, "aliases (*%s) are not read; write the value out", node.Value)
		return
	}
	if node.ShortTag() == "!!null" {
		return
	}
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		w.value(node, path, into.Elem())
		return
	}
	if isScalar(into) {
		w.scalar(node, path, into)
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		w.structure(node, path, into)
	case reflect.Map:
		w.mapping(node, path, into)
	case reflect.Slice:
		w.list(node, path, into)
	default:
		panic(fmt.Sprintf("yamlfile: cannot decode into %s", into.Type()))
	}
}

func isScalar(into reflect.Value) bool {
	if _, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok || into.Type() == textType {
		return true
	}
	kind := into.Kind()
	return kind == reflect.String || kind == reflect.Bool || into.CanInt() || into.CanUint() || into.CanFloat()
}

// structure sets the fields of into from the keys of node.
func (w *walker) structure(node *yaml.Node, path string, into reflect.Value) {
	fields := map[string]reflect.Value{}
	var names []string
	for i := range into.NumField() {
		name, _, _ := strings.Cut(into.Type().Field(i).Tag.Get("yaml"), ",")
		switch {
		case into.Field(i).Type() == positionType:
			into.Field(i).Set(reflect.ValueOf(place(node)))
		case name != "" && name != "-":
			fields[name] = into.Field(i)
			names = append(names, name)
		}
	}
	w.each(node, path, func(key, value *yaml.Node) {
		if field, ok := fields[key.Value]; ok {
			w.value(value, under(path, key.Value), field)
			return
		}
		w.report(key, path, "unknown key %q; %s", key.Value, Suggest(key.Value, names))
	})
}

// mapping sets the entries of into, a map with text keys, from node.
func (w *walker) mapping(node *yaml.Node, path string, into reflect.Value) {
	if into.Type().Key().Kind() != reflect.String {
		panic(fmt.Sprintf("yamlfile: cannot decode into %s; keys are text", into.Type()))
	}
	into.Set(reflect.MakeMap(into.Type()))
	w.each(node, path, func(key, value *yaml.Node) {
		entry := reflect.New(into.Type().Elem()).Elem()
		w.value(value, under(path, key.Value), entry)
		into.SetMapIndex(reflect.ValueOf(key.Value).Convert(into.Type().Key()), entry)
	})
}

// each calls do for every key of node that stands there for the first time.
func (w *walker) each(node *yaml.Node, path string, do func(key, value *yaml.Node)) {
	if node.Kind != yaml.MappingNode {
		w.report(node, path, "want keys and values, got %s", kindOf(node))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Kind != yaml.ScalarNode {
			w.report(key, path, "a key must be text, got %s", kindOf(key))
			continue
		}
		if line, ok := seen[key.Value]; ok {
			w.report(key, path, "key %q stands here again, first in line %d; keep one", key.Value, line)
			continue
		}
		seen[key.Value] = key.Line
		do(key, node.Content[i+1])
	}
}

// list sets into, a slice, from the entries of node.
func (w *walker) list(node *yaml.Node, path string, into reflect.Value) {
	if node.Kind != yaml.SequenceNode {
		w.report(node, path, "want a list such as [a, b], got %s", kindOf(node))
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(node.Content), len(node.Content)))
	for i, entry := range node.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		if entry.ShortTag() == "!!null" {
			w.report(entry, at, "empty entry; write a value or remove it")
			continue
		}
		w.value(entry, at, into.Index(i))
	}
}

func under(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// kindOf names what node is, for a message.
func kindOf(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "keys and values"
	case yaml.SequenceNode:
		return "a list"
	default:
		return fmt.Sprintf("%q", node.Value)
	}
}
