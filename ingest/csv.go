package ingest

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// group is files that are read alike: of one part, with dates in one order, and
// in CSV with one header.
type group struct {
	header []string
	files  []File
	err    error // why the header could not be read
}

// alike groups the files of delivery that are read alike, in their order.
func alike(delivery Delivery, m mapping) []group {
	var groups []group
	for _, file := range delivery.Files {
		var header []string
		var err error
		if delivery.Encoding == "csv" {
			header, err = readHeader(file, m)
		}
		i := slices.IndexFunc(groups, func(g group) bool {
			return err == nil && slices.Equal(g.header, header) && g.files[0].Part == file.Part && g.files[0].dayFirst == file.dayFirst
		})
		if i < 0 {
			groups = append(groups, group{header, []File{file}, err})
			continue
		}
		groups[i].files = append(groups[i].files, file)
	}
	return groups
}

// paths are where the files of group lie, written for SQL.
func (group group) paths() []string {
	var paths []string
	for _, file := range group.files {
		paths = append(paths, quoteText(file.Path))
	}
	return paths
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
	text, err = unmarked(text)
	if err != nil {
		return nil, err
	}
	limited := &io.LimitedReader{R: text, N: longestLine}
	header, err := csv.NewReader(limited).Read()
	if limited.N == 0 {
		return nil, fmt.Errorf("%w: %s is no CSV: its header is longer than %d MiB", ErrReconcile, file.Object, longestLine>>20)
	}
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: %s is empty, not even a header", ErrNotDelivered, file.Object)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s is no CSV: %w", ErrReconcile, file.Object, err)
	}
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

// unmarked reads a CSV without the byte order marks that some writers put before
// its header, and a second time before the first row.
func unmarked(text io.Reader) (io.Reader, error) {
	in := bufio.NewReaderSize(text, 1<<20) // longer than any header
	if _, err := skipMarks(in); err != nil {
		return nil, err
	}
	line, err := in.ReadSlice('\n')
	header := bytes.Clone(line)
	if errors.Is(err, io.EOF) {
		return bytes.NewReader(header), nil
	}
	if errors.Is(err, bufio.ErrBufferFull) { // no header that could be read into memory
		return io.MultiReader(bytes.NewReader(header), in), nil
	}
	if err != nil {
		return nil, err
	}
	_, err = skipMarks(in)
	return io.MultiReader(bytes.NewReader(header), in), err
}

// skipMarks reads on behind the byte order marks that in begins with and tells
// whether there were any.
func skipMarks(in *bufio.Reader) (any bool, err error) {
	for {
		next, err := in.Peek(len(byteOrderMark))
		if string(next) != byteOrderMark {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return any, err
		}
		if _, err := in.Discard(len(byteOrderMark)); err != nil {
			return any, err
		}
		any = true
	}
}

// isMarked reports whether unmarked would leave something out of file.
func isMarked(file File) (bool, error) {
	f, err := os.Open(file.Path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 64<<10)
	marked, err := skipMarks(in)
	if err != nil || marked {
		return marked, err
	}
	if _, err := in.ReadBytes('\n'); errors.Is(err, io.EOF) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	return skipMarks(in)
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
func scanCSV(group group) (string, error) {
	if group.err != nil {
		return "", group.err
	}
	var columns []string
	for _, name := range group.header {
		columns = append(columns, quoteText(name)+": 'VARCHAR'")
	}
	return fmt.Sprintf(`read_csv([%s], columns = {%s}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"',
		nullstr = '', strict_mode = true, max_line_size = %d, hive_partitioning = false, filename = '%s')`,
		strings.Join(group.paths(), ", "), strings.Join(columns, ", "), longestLine, readFrom), nil
}
