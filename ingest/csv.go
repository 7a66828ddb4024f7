package ingest

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// headed is CSV files that have one header.
type headed struct {
	header []string
	files  []File
	err    error // why the header could not be read
}

// byHeader groups files by their headers, in the order of files.
func byHeader(files []File, m mapping) []headed {
	var groups []headed
	for _, file := range files {
		header, err := readHeader(file, m)
		i := slices.IndexFunc(groups, func(g headed) bool { return err == nil && slices.Equal(g.header, header) })
		if i < 0 {
			groups = append(groups, headed{header, []File{file}, err})
			continue
		}
		groups[i].files = append(groups[i].files, file)
	}
	return groups
}

// byteOrderMark opens files that a spreadsheet has saved.
const byteOrderMark = "\ufeff"

// readHeader reads the names in the first line of a CSV. Names that differ in
// casing alone are told apart where m knows what to do with them.
func readHeader(file File, m mapping) ([]string, error) {
	f, err := os.Open(file.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := plainText(f)
	if err != nil {
		return nil, fmt.Errorf("%w: %s is not a whole %s file: %w", ErrReconcile, file.Object, packings[filepath.Ext(file.Path)].name, err)
	}
	header, err := csv.NewReader(text).Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %s is empty, not even a header", ErrNotDelivered, file.Object)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s is no CSV: %w", ErrReconcile, file.Object, err)
	}
	header[0] = strings.TrimPrefix(header[0], byteOrderMark)
	seen := map[string]string{}
	for i, name := range header {
		if strings.ContainsAny(name, "\r\n") { // DuckDB would find no line below such a header
			return nil, fmt.Errorf("%w: %s has a column %q; no name may hold a line break", ErrReconcile, file.Object, name)
		}
		other, twice := seen[strings.ToLower(name)]
		if twice && name != other && m.mayRepeat(name) {
			header[i] = fmt.Sprintf("%s%s%d", name, again, i+1)
			continue
		}
		if twice {
			return nil, fmt.Errorf("%w: %s has the columns %q and %q; one name may stand once, whatever its casing",
				ErrReconcile, file.Object, other, name)
		}
		seen[strings.ToLower(name)] = name
	}
	return header, nil
}

// plainText reads what is inside f where its name says that it is packed.
func plainText(f *os.File) (io.Reader, error) {
	if packing, packed := packings[filepath.Ext(f.Name())]; packed {
		return packing.open(f)
	}
	return f, nil
}

// scanCSV is the table function that reads group: every column as text, in
// the dialect of RFC 4180, with nothing left to a guess.
func scanCSV(group headed) (string, error) {
	if group.err != nil {
		return "", group.err
	}
	var files, columns []string
	for _, file := range group.files {
		files = append(files, quoteText(file.Path))
	}
	for _, name := range group.header {
		columns = append(columns, quoteText(name)+": 'VARCHAR'")
	}
	return fmt.Sprintf(`read_csv([%s], columns = {%s}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
		nullstr = '', strict_mode = true, max_line_size = 16777216, hive_partitioning = false)`,
		strings.Join(files, ", "), strings.Join(columns, ", ")), nil
}
