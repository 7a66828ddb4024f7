package bigquerytest

import (
	"fmt"
	"slices"
	"time"
)

// Table is a table or view that a server holds.
type Table struct {
	Name        string // project.dataset.table
	Location    string // EU
	Columns     []Column
	Field       string        // the partition column; empty: _PARTITIONTIME
	View        bool          // a view: not partitioned, and in no list of partitions
	Unlisted    bool          // the list of partitions is refused
	Expiration  time.Duration // partitions are dropped at that age; zero: never
	Rows        []Row
	Modified    time.Time // when it last changed
	BytesPerRow int64     // what reading a row costs; zero: the length of its line

	changed map[string]int64 // how often each partition was written to
}

// Column is a column of a table's schema.
type Column struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Mode    string   `json:"mode,omitempty"`
	Columns []Column `json:"fields,omitempty"`
}

// Row is a row of a table.
type Row struct {
	Partition string // 20261014
	Month     string // 202610; empty: null
	Exported  int64  // microseconds since 1970
	Line      string // what to_json_string writes of it
}

// Append adds rows, as a load of Google does.
func (t *Table) Append(rows ...Row) {
	t.Rows = append(t.Rows, rows...)
	for _, row := range rows {
		t.touch(row.Partition)
	}
}

// Rebuild replaces the rows of partition.
func (t *Table) Rebuild(partition string, rows ...Row) {
	t.Rows = slices.DeleteFunc(t.Rows, func(row Row) bool { return row.Partition == partition })
	t.Append(rows...)
	t.touch(partition)
}

func (t *Table) touch(partition string) {
	if t.changed == nil {
		t.changed = map[string]int64{}
	}
	t.changed[partition]++
}

// describe is the answer to tables.get.
func (t *Table) describe(project, dataset, name string) map[string]any {
	answer := map[string]any{
		"kind":             "bigquery#table",
		"id":               t.Name,
		"tableReference":   map[string]any{"projectId": project, "datasetId": dataset, "tableId": name},
		"schema":           map[string]any{"fields": t.Columns},
		"location":         t.Location,
		"type":             "TABLE",
		"creationTime":     "1767225600000",
		"lastModifiedTime": fmt.Sprint(max(0, t.Modified.UnixMilli())),
	}
	if t.View {
		answer["type"] = "VIEW"
		return answer
	}
	partitioning := map[string]any{"type": "DAY"}
	if t.Field != "" {
		partitioning["field"] = t.Field
	}
	if t.Expiration > 0 {
		partitioning["expirationMs"] = fmt.Sprint(t.Expiration.Milliseconds())
	}
	answer["timePartitioning"] = partitioning
	return answer
}

// listing is what INFORMATION_SCHEMA.PARTITIONS holds.
func (t *Table) listing() [][]any {
	counts := map[string]int64{}
	for _, row := range t.Rows {
		counts[row.Partition]++
	}
	var rows [][]any
	for partition, count := range counts {
		rows = append(rows, []any{partition, count, 1790000000000000 + t.changed[partition]})
	}
	return rows
}

// counting is what the rows in spans come to by partition and month.
func (t *Table) counting(spans spans) [][]any {
	type key struct{ partition, month string }
	counts, newest := map[key]int64{}, map[key]int64{}
	var order []key
	for _, row := range t.Rows {
		if !spans.hold(row.Partition) {
			continue
		}
		k := key{row.Partition, row.Month}
		if counts[k] == 0 {
			order = append(order, k)
		}
		counts[k]++
		newest[k] = max(newest[k], row.Exported)
	}
	var rows [][]any
	for _, k := range order {
		rows = append(rows, []any{k.partition, text(k.month), counts[k], newest[k]})
	}
	return rows
}

// reading is the rows in spans.
func (t *Table) reading(spans spans) [][]any {
	var rows [][]any
	for _, row := range t.Rows {
		if spans.hold(row.Partition) {
			rows = append(rows, []any{text(row.Month), row.Exported, row.Line})
		}
	}
	return rows
}

// bytes is what a pass over the rows in spans reads.
func (t *Table) bytes(spans spans, counting bool) int64 {
	var bytes int64
	for _, row := range t.Rows {
		switch {
		case !spans.hold(row.Partition):
		case counting:
			bytes += 16
		case t.BytesPerRow > 0:
			bytes += t.BytesPerRow
		default:
			bytes += int64(len(row.Line))
		}
	}
	return bytes
}

// text is a string of a row, null where it is empty.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}
