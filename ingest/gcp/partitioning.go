package gcp

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
)

// partitioning is how a table is cut. Only a filter on its column, by
// constants, keeps a query from reading all of the table.
type partitioning struct {
	column  string // _PARTITIONTIME where rows lie by when they came
	sqlType string // TIMESTAMP, DATE or DATETIME
	unit    string // HOUR, DAY, MONTH, YEAR
	listed  bool   // BigQuery keeps a list of the partitions

	expiration time.Duration // the age at which BigQuery drops a partition; zero: it never does
}

// pseudoColumn is the column of tables that are cut by when rows came.
const pseudoColumn = "_PARTITIONTIME"

// layouts of partition ids by unit.
var layouts = map[string]string{"HOUR": "2006010215", "DAY": "20060102", "MONTH": "200601", "YEAR": "2006"}

// Ids of partitions that are no span of time.
const (
	noTime   = "__NULL__"          // the rows whose partition column is null
	streamed = "__UNPARTITIONED__" // the rows that BigQuery has not sorted in yet
)

// partitioningOf reads how the table t is cut. column is the configured column
// of days, for tables that BigQuery does not cut.
func partitioningOf(t table, meta *bigquery.TableMetadata, column string) (partitioning, error) {
	cut := meta.TimePartitioning
	switch {
	case meta.RangePartitioning != nil:
		return partitioning{}, fmt.Errorf("table %s: is partitioned by a range of numbers; set table to Google's own export", t)
	case cut != nil && column != "" && !strings.EqualFold(column, cut.Field):
		return partitioning{}, fmt.Errorf("table %s: is partitioned by %s, and partition_column says %s; leave partition_column out", t, orPseudo(cut.Field), column)
	case cut == nil && column == "":
		return partitioning{}, fmt.Errorf("table %s: is a view or a copy without partitions, so that each query would read all of it; "+
			"set table to Google's own export, or set partition_column to the column that holds the day", t)
	case cut == nil:
		p := partitioning{column: column, unit: "DAY"}
		return p, p.find(t, meta.Schema)
	}
	p := partitioning{column: orPseudo(cut.Field), sqlType: "TIMESTAMP", unit: string(cut.Type), listed: true, expiration: cut.Expiration}
	if p.unit == "" {
		p.unit = "DAY"
	}
	if cut.Field == "" {
		return p, nil
	}
	return p, p.find(t, meta.Schema)
}

func orPseudo(column string) string {
	if column == "" {
		return pseudoColumn
	}
	return column
}

// find takes the type of p's column from the schema.
func (p *partitioning) find(t table, schema bigquery.Schema) error {
	i := slices.IndexFunc(schema, func(f *bigquery.FieldSchema) bool { return strings.EqualFold(f.Name, p.column) })
	if i < 0 {
		return fmt.Errorf("table %s: has no column %s; set partition_column to the column that holds the day", t, p.column)
	}
	p.column, p.sqlType = schema[i].Name, string(schema[i].Type)
	if !slices.Contains([]string{"TIMESTAMP", "DATE", "DATETIME"}, p.sqlType) {
		return fmt.Errorf("table %s: the column %s is a %s; want a TIMESTAMP, DATE or DATETIME that holds the day", t, p.column, p.sqlType)
	}
	return nil
}

// null is the id of the rows that have no time.
func (p partitioning) null() string {
	if p.column == pseudoColumn {
		return streamed
	}
	return noTime
}

var plainID = regexp.MustCompile(`^([0-9]{4,10}|__NULL__|__UNPARTITIONED__)$`)

// spans are the half-open spans of the partitions ids, neighbours together,
// and whether the partition without a time is among them.
func (p partitioning) spans(ids []string) (spans [][2]time.Time, null bool, err error) {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	for _, id := range ids {
		if id == p.null() {
			null = true
			continue
		}
		start, end, err := p.span(id)
		if err != nil {
			return nil, false, err
		}
		if last := len(spans) - 1; last >= 0 && spans[last][1].Equal(start) {
			spans[last][1] = end
			continue
		}
		spans = append(spans, [2]time.Time{start, end})
	}
	return spans, null, nil
}

// span is when the partition id begins and ends.
func (p partitioning) span(id string) (start, end time.Time, err error) {
	start, err = time.Parse(layouts[p.unit], id)
	if err != nil {
		return start, end, fmt.Errorf("partition %q: want the id of one %s", id, strings.ToLower(p.unit))
	}
	switch p.unit {
	case "HOUR":
		return start, start.Add(time.Hour), nil
	case "MONTH":
		return start, start.AddDate(0, 1, 0), nil
	case "YEAR":
		return start, start.AddDate(1, 0, 0), nil
	}
	return start, start.AddDate(0, 0, 1), nil
}

// filter is the condition, of constants alone, that a row lies in the
// partitions ids.
func (p partitioning) filter(ids []string) (string, error) {
	spans, null, err := p.spans(ids)
	if err != nil {
		return "", err
	}
	var conditions []string
	for _, s := range spans {
		conditions = append(conditions, fmt.Sprintf("%s >= %s and %s < %s", p.quoted(), p.literal(s[0]), p.quoted(), p.literal(s[1])))
	}
	if null {
		conditions = append(conditions, p.quoted()+" is null")
	}
	return strings.Join(conditions, " or "), nil
}

// all is the condition that a row lies in any partition, for tables that
// demand one.
func (p partitioning) all() string {
	return fmt.Sprintf("%s >= %s or %s is null", p.quoted(), p.literal(time.Unix(0, 0).UTC()), p.quoted())
}

func (p partitioning) quoted() string {
	if p.column == pseudoColumn {
		return p.column
	}
	return "`" + p.column + "`"
}

func (p partitioning) literal(t time.Time) string {
	layout := time.DateTime
	if p.sqlType == "DATE" {
		layout = time.DateOnly
	}
	return fmt.Sprintf("%s '%s'", strings.ToLower(p.sqlType), t.Format(layout))
}

// id is the expression of the id of the partition that a row lies in.
func (p partitioning) id() string {
	format := map[string]string{"HOUR": "%Y%m%d%H", "DAY": "%Y%m%d", "MONTH": "%Y%m", "YEAR": "%Y"}[p.unit]
	return fmt.Sprintf("ifnull(format_%s('%s', %s), '%s')", strings.ToLower(p.sqlType), format, p.quoted(), p.null())
}
