package rules

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/costwarden/costwarden/model/yamlfile"
)

// sheet is a CSV file as spreadsheets save it: with or without a byte order
// mark, separated by comma or semicolon, any line ends, blank rows, columns in
// any order. Its problems are collected, not returned one by one.
type sheet struct {
	file     string
	rows     []sheetRow
	problems []yamlfile.Problem
}

// err joins the problems in the order of the lines.
func (s *sheet) err() error {
	slices.SortStableFunc(s.problems, func(a, b yamlfile.Problem) int { return cmp.Compare(a.At.Line, b.At.Line) })
	var all []error
	for _, problem := range s.problems {
		all = append(all, problem)
	}
	return errors.Join(all...)
}

// sheetRow is one row, its values by column name.
type sheetRow struct {
	sheet  *sheet
	line   int
	values map[string]string
}

// readSheet reads text, whose header must name exactly the columns.
func readSheet(file string, text []byte, columns []string) *sheet {
	s := &sheet{file: file}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		s.report(lineOfInvalid(text), "not UTF-8 text; save it as \"CSV UTF-8\"")
		return s
	}
	reader := csv.NewReader(bytes.NewReader(text))
	reader.Comma = separator(text)
	reader.FieldsPerRecord = -1
	header, ok := s.next(reader)
	if !ok || !s.vetHeader(header, columns) {
		return s
	}
	for {
		row, ok := s.next(reader)
		if !ok {
			return s
		}
		s.add(header.values, row)
	}
}

// rawRow is a row before its header is known.
type rawRow struct {
	line   int
	values []string
}

// next reads a row that is not blank; false at the end, or where the rest
// cannot be read.
func (s *sheet) next(reader *csv.Reader) (rawRow, bool) {
	for {
		values, err := reader.Read()
		var broken *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return rawRow{}, false
		case errors.As(err, &broken):
			s.report(broken.Line, "%v; double the quotes inside a quoted value", broken.Err)
			return rawRow{}, false
		case err != nil:
			s.report(0, "%v", err)
			return rawRow{}, false
		}
		line, _ := reader.FieldPos(0)
		for i, value := range values {
			values[i] = strings.TrimSpace(strings.ReplaceAll(value, "\u00a0", " "))
		}
		if strings.Join(values, "") != "" {
			return rawRow{line, values}, true
		}
	}
}

// vetHeader reports columns that are unknown, missing or there twice.
func (s *sheet) vetHeader(header rawRow, columns []string) bool {
	for i, name := range header.values {
		name = strings.ToLower(name)
		header.values[i] = name
		switch {
		case slices.Contains(header.values[:i], name):
			s.report(header.line, "column %q stands here twice; keep one", name)
		case !slices.Contains(columns, name):
			s.report(header.line, "unknown column %q; %s", name, yamlfile.Suggest(name, columns))
		}
	}
	var missing []string
	for _, name := range columns {
		if !slices.Contains(header.values, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		s.report(header.line, "missing column %s; the header is %s", strings.Join(missing, ", "), strings.Join(columns, ","))
	}
	return len(s.problems) == 0
}

// add keeps a row, whose values past the header must be blank.
func (s *sheet) add(header []string, row rawRow) {
	kept := sheetRow{s, row.line, map[string]string{}}
	for i, value := range row.values {
		if i < len(header) {
			kept.values[header[i]] = value
		} else if value != "" {
			s.report(row.line, "%d values under %d columns; quote a value that holds the separator", len(row.values), len(header))
			return
		}
	}
	if len(row.values) < len(header) {
		s.report(row.line, "%d values under %d columns; write each, blank ones too", len(row.values), len(header))
		return
	}
	s.rows = append(s.rows, kept)
}

func (s *sheet) report(line int, format string, args ...any) {
	s.problems = append(s.problems, yamlfile.Problem{File: s.file, At: yamlfile.Position{Line: line}, Text: fmt.Sprintf(format, args...)})
}

// report notes a problem with the value of a column.
func (r sheetRow) report(column, format string, args ...any) {
	r.sheet.report(r.line, "column %s: %s", column, fmt.Sprintf(format, args...))
}

// required is the value of a column that must not be blank.
func (r sheetRow) required(column string) string {
	value := r.values[column]
	if value == "" {
		r.report(column, "is blank; write a value")
	}
	return value
}

// separator is the one the header line uses.
func separator(text []byte) rune {
	header, _, _ := bytes.Cut(bytes.TrimLeft(text, "\r\n"), []byte("\n"))
	if bytes.Count(header, []byte(";")) > bytes.Count(header, []byte(",")) {
		return ';'
	}
	return ','
}

func lineOfInvalid(text []byte) int {
	for i, line := range bytes.Split(text, []byte("\n")) {
		if !utf8.Valid(line) {
			return i + 1
		}
	}
	return 1
}
