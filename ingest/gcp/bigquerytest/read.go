package bigquerytest

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ReadTable reads a table from a folder of fixtures: schema.json, and a file of
// lines of JSON per partition, such as 20261014.ndjson.
func ReadTable(folder, name string) (*Table, error) {
	text, err := os.ReadFile(filepath.Join(folder, "schema.json"))
	if err != nil {
		return nil, err
	}
	var schema struct {
		Fields []Column `json:"fields"`
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, fmt.Errorf("%s: %w", folder, err)
	}
	table := &Table{Name: name, Location: "EU", Columns: schema.Fields}
	files, err := filepath.Glob(filepath.Join(folder, "*.ndjson"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if err := table.readPartition(file); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return table, nil
}

// Become lets t hold what other holds, as if Google had loaded it: partitions
// that differ have changed.
func (t *Table) Become(other *Table) {
	was, is := t.byPartition(), other.byPartition()
	for partition, rows := range is {
		if !slices.Equal(rows, was[partition]) {
			t.Rebuild(partition, rows...)
		}
	}
	for partition := range was {
		if _, there := is[partition]; !there {
			t.Rebuild(partition)
		}
	}
}

func (t *Table) byPartition() map[string][]Row {
	rows := map[string][]Row{}
	for _, row := range t.Rows {
		rows[row.Partition] = append(rows[row.Partition], row)
	}
	return rows
}

func (t *Table) readPartition(file string) (err error) {
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		row, err := rowOf(lines.Text())
		if err != nil {
			return err
		}
		row.Partition = strings.TrimSuffix(filepath.Base(file), ".ndjson")
		t.Rows = append(t.Rows, row)
	}
	return lines.Err()
}

// rowOf reads of a line what a query asks for beside it.
func rowOf(line string) (Row, error) {
	var said struct {
		Invoice struct {
			Month string `json:"month"`
		} `json:"invoice"`
		ExportTime         time.Time `json:"export_time"`
		BillingPeriodStart time.Time
		XExportTime        time.Time `json:"x_ExportTime"`
	}
	if err := json.Unmarshal([]byte(line), &said); err != nil {
		return Row{}, err
	}
	if said.Invoice.Month != "" {
		return Row{Month: said.Invoice.Month, Exported: said.ExportTime.UnixMicro(), Line: line}, nil
	}
	return Row{Month: said.BillingPeriodStart.Add(12 * time.Hour).UTC().Format("200601"), Exported: said.XExportTime.UnixMicro(), Line: line}, nil
}
