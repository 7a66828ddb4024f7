// Package yamlfile reads a YAML file that a person wrote into a struct, and
// tells the person everything that is wrong with it at once:
//
//	costwarden.yaml:3:1: unknown key "warehous"; did you mean "warehouse"?
//	costwarden.yaml:9:14: sources[1].aws.region: want text, got a list
//
// Struct fields are named by their yaml tag. Nested structs, maps with text
// keys, slices, pointers, text, booleans, numbers, durations and whatever
// implements encoding.TextUnmarshaler are understood. A text field takes any
// scalar as it is written: 012345678901 keeps its leading zero. A key without
// a value leaves the field as it was, so defaults are set before decoding.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Position is a place in a file, both counted from 1. A struct field of this
// type is set to the place where the struct's first key stands.
type Position struct{ Line, Column int }

// Text is a scalar that remembers its place, for checks that come after
// decoding and want to name the line.
type Text struct {
	Value string
	At    Position
}

// Problem is one thing wrong with a file. Line is 0 where none is known.
type Problem struct {
	File string
	At   Position
	Text string
}

func (p Problem) Error() string {
	switch {
	case p.At.Line == 0:
		return fmt.Sprintf("%s: %s", p.File, p.Text)
	case p.At.Column == 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.At.Line, p.Text)
	default:
		return fmt.Sprintf("%s:%d:%d: %s", p.File, p.At.Line, p.At.Column, p.Text)
	}
}

// Decode reads text, the content of file, into the struct that into points
// to. Every unknown key, duplicate key and value of the wrong kind becomes a
// Problem; all are joined into the error it returns, in the file's order. It
// panics where into is of a type it cannot fill.
func Decode(file string, text []byte, into any) error {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		panic(fmt.Sprintf("yamlfile: decode into %T; want a pointer", into))
	}
	var document, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return syntax(file, err)
	}
	w := walker{file: file}
	w.value(document.Content[0], "", target.Elem())
	switch err := decoder.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		w.problems = append(w.problems, syntax(file, err))
	default:
		w.report(second.Content[0], "", "a second document; keep one")
	}
	return errors.Join(w.problems...)
}

var syntaxLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

// syntax turns the parser's error into a Problem.
func syntax(file string, err error) error {
	match := syntaxLine.FindStringSubmatch(err.Error())
	if match == nil {
		return Problem{File: file, Text: err.Error()}
	}
	line, _ := strconv.Atoi(match[1])
	return Problem{File: file, At: Position{Line: line}, Text: match[2]}
}
