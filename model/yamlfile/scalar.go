package yamlfile

import (
	"encoding"
	"reflect"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// scalar sets into from a node that must be one plain value.
func (w *walker) scalar(node *yaml.Node, path string, into reflect.Value) {
	if node.Kind != yaml.ScalarNode {
		w.report(node, path, "want %s, got %s", wanted(into), kindOf(node))
		return
	}
	err := set(into, node)
	if err == nil {
		return
	}
	if _, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		w.report(node, path, "%v", err)
		return
	}
	w.report(node, path, "want %s, got %q", wanted(into), node.Value)
}

// set reads the node's text as into's type wants it.
func set(into reflect.Value, node *yaml.Node) error {
	switch target := into.Addr().Interface().(type) {
	case encoding.TextUnmarshaler:
		return target.UnmarshalText([]byte(node.Value))
	case *Text:
		*target = Text{node.Value, place(node)}
		return nil
	case *time.Duration:
		duration, err := time.ParseDuration(node.Value)
		*target = duration
		return err
	}
	switch {
	case into.Kind() == reflect.String:
		into.SetString(node.Value)
		return nil
	case into.Kind() == reflect.Bool:
		if node.Value != "true" && node.Value != "false" {
			return strconv.ErrSyntax
		}
		into.SetBool(node.Value == "true")
		return nil
	case into.CanInt():
		number, err := strconv.ParseInt(node.Value, 10, into.Type().Bits())
		into.SetInt(number)
		return err
	case into.CanUint():
		number, err := strconv.ParseUint(node.Value, 10, into.Type().Bits())
		into.SetUint(number)
		return err
	default:
		number, err := strconv.ParseFloat(node.Value, into.Type().Bits())
		into.SetFloat(number)
		return err
	}
}

// wanted says in words what fits into.
func wanted(into reflect.Value) string {
	switch {
	case into.Type() == reflect.TypeFor[time.Duration]():
		return "a duration such as 30s, 5m or 2h"
	case into.Kind() == reflect.Bool:
		return "true or false"
	case into.CanInt():
		return "a whole number"
	case into.CanUint():
		return "a whole number, not negative"
	case into.CanFloat():
		return "a number"
	default:
		return "text"
	}
}
