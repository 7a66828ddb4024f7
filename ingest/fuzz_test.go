package ingest

import (
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/costwarden/costwarden/model"
)

// connect gives one connection to a database in memory, with the macros laid.
func connect(f *testing.F) *sql.Conn {
	f.Helper()
	db, err := model.Open(context.Background(), "", model.Options{Threads: 1})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	conn, err := db.Conn(context.Background())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { conn.Close() })
	words, err := macrosFor("aws_cur_2_0")
	if err != nil {
		f.Fatal(err)
	}
	if _, err := conn.ExecContext(context.Background(), words); err != nil {
		f.Fatal(err)
	}
	return conn
}

// FuzzCSVHeader puts any text before a line of numbered values: each value
// stands in the column that the header names at its place, or an error says
// why the file cannot be read.
func FuzzCSVHeader(f *testing.F) {
	conn := connect(f)
	for _, header := range []string{
		"BilledCost,Tags", "\ufeffBilledCost", "a,A", "a,a", "a,,b", ",", "", " ", "a\r", "\"a\nb\",c", "\"a\"\"b\"", "\"a", "a\"b",
		"it's", "a': 'INTEGER'}, files = ['x", "a\\", "a;drop table cost--", "\x00", "\xff\xfe", "a\x00b", "ä,Ä", "ſ,s", "K,k", "ﬁ,fi",
		"\"\n\"\r", "\"a\nb\",c\r", "a b, c", "rowid", "filename", "column0", "a|b\tc",
	} {
		f.Add(header)
	}
	file := filepath.Join(f.TempDir(), "it's a [file]*.csv")
	f.Fuzz(func(t *testing.T, header string) {
		if err := os.WriteFile(file, []byte(header+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		delivery := Delivery{Encoding: "csv", Files: []File{{Path: file, Object: "part.csv"}}}
		names, err := readHeader(delivery.Files[0], mapping{})
		if err != nil {
			return
		}
		var line []string
		for i := range names {
			line = append(line, "value "+string(rune('a'+i%26)))
		}
		text := header + "\n" + strings.Join(line, ",") + "\n"
		if again, err := csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil || len(again) != 2 {
			return // the header goes on in what should be the next line
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		from, err := scan(delivery, mapping{})
		if err != nil {
			return
		}
		got, err := firstLine(conn, from)
		if err != nil {
			return
		}
		if len(got) != len(names) {
			t.Fatalf("columns %q; want %q", slices.Collect(maps.Keys(got)), names)
		}
		for i, name := range names {
			if got[name] != line[i] {
				t.Errorf("column %q holds %q; want %q", name, got[name], line[i])
			}
		}
	})
}

// RFC 4180 has a carriage return before a line feed, or in quotes.
var (
	quoted     = regexp.MustCompile(`"(?:[^"]|"")*"`)
	loneReturn = regexp.MustCompile(`\r(?:[^\n]|$)`)
)

// FuzzCSVLines puts any text below a header of two columns. What reads as a CSV
// of two columns has the same lines in DuckDB, all of them and as many as are
// counted, or is an error.
func FuzzCSVLines(f *testing.F) {
	conn := connect(f)
	for _, lines := range []string{
		"1,2\n3,4\n", "1,2\r\n3,4\r\n", "1,2\n3,4", "1,2\n\n3,4\n", "1,\"a\nb\"\n", "1,\"a\r\nb\"\r\n", "1,\"a\rb\"\n", "1,\"a\"\"b\"\n", "1,\"\"\n", ",\n,\n",
		"1,2\r3,4\r", "1,2\n3,4\r\n", "1,\"a\n3,4\n", "1,a\"b\n", "1,2,3\n", "1\n", "\x00,1\n", "\xff,1\n", "#,1\n", " 1 , 2 \n", "1,\\\n3,\"\\\"\n",
		"NULL,\\N\n", "'1,2'\n", "1;2,3\n", "\ufeff1,2\n", "1,2\x1a3,4\n",
	} {
		f.Add(lines)
	}
	file := filepath.Join(f.TempDir(), "part.csv")
	f.Fuzz(func(t *testing.T, below string) {
		text := "a,b\n" + below
		want, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil || loneReturn.MatchString(quoted.ReplaceAllString(text, "")) {
			return // no RFC 4180
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		from, err := scan(Delivery{Encoding: "csv", Files: []File{{Path: file, Object: "part.csv"}}}, mapping{})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		got, err := readAll(conn, from)
		if err != nil {
			return
		}
		if diff := cmp.Diff(want[1:], got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q:\n%s", text, diff)
		}
		lines, err := copyCSV(io.Discard, strings.NewReader(text), "part.csv")
		if err == nil && lines != int64(len(got)) {
			t.Errorf("%q: counted %d lines; DuckDB read %d", text, lines, len(got))
		}
	})
}

// readAll reads the lines of a scan in the order of the file. A line break in
// a value is a newline, and null an empty text, as encoding/csv has them.
func readAll(conn *sql.Conn, from string) ([][]string, error) {
	const query = "select replace(coalesce(columns(* exclude (x_ReadFrom)), ''), chr(13) || chr(10), chr(10)) from "
	rows, err := conn.QueryContext(context.Background(), query+from)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var lines [][]string
	for rows.Next() {
		cells, into := make([]string, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		lines = append(lines, cells)
	}
	return lines, rows.Err()
}

// firstLine reads the only line of a scan, by column.
func firstLine(conn *sql.Conn, from string) (map[string]string, error) {
	rows, err := conn.QueryContext(context.Background(), "select * exclude (x_ReadFrom) from "+from)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	cells, into := make([]string, len(names)), make([]any, len(names))
	for i := range cells {
		into[i] = &cells[i]
	}
	line := map[string]string{}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		for i, name := range names {
			line[name] = cells[i]
		}
	}
	return line, rows.Err()
}

// FuzzTags hides tags behind the two schemes of AWS, among keys that are no
// tags, and finds them again as they were.
func FuzzTags(f *testing.F) {
	conn := connect(f)
	const unpack = "select aws_tags(?)::varchar"
	for _, seed := range [][4]string{
		{"team", "search", "env", "prod"}, {"user_team", "a,\"user_b\":\"c", "aws_x", "{\"user_y"},
		{"resourceTags/x", "\\", "accountTag/y", "\"}"}, {"", "", "a\"b", "c\\\"d"}, {"ключ", "値", "\u2028", "\x00"},
		{"a", ",", "b", "{"}, {"a", "resourceTags/\"", "b", ",\"accountTag/x\":\"y\""}, {"a\\", "b\\", "c\\\\", "\n"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, key, value, otherKey, otherValue string) {
		want := map[string]string{valid(key): valid(value), valid(otherKey): valid(otherValue)}
		tagged := map[string]any{}
		lowered := map[string]any{}
		for k, v := range want {
			tagged["resourceTags/"+k] = v
			tagged["accountTag/"+k] = v
			tagged["costCategory/"+k] = nil
			lowered["user_"+k] = v
			if name, ours := strings.CutPrefix(k, "aws:"); ours {
				delete(lowered, "user_"+k)
				lowered["aws_"+name] = v
			}
		}
		for _, given := range []map[string]any{tagged, lowered} {
			text := compact(t, given)
			var read sql.NullString
			if err := conn.QueryRowContext(context.Background(), unpack, text).Scan(&read); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			got := map[string]string{}
			if err := json.Unmarshal([]byte(read.String), &got); err != nil {
				t.Fatalf("%s becomes %s: %v", text, read.String, err)
			}
			if !maps.Equal(got, want) {
				t.Errorf("%s becomes %s; want %q", text, read.String, want)
			}
		}
	})
}

// valid is text as JSON can carry it to DuckDB.
func valid(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "\x00", "")
}

// compact is JSON without blanks, as AWS writes it.
func compact(t *testing.T, tags map[string]any) string {
	t.Helper()
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tags); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(text.String())
}
