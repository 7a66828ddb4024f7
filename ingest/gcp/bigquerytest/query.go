package bigquerytest

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// spans are the partitions that a query's filter lets through.
type spans struct {
	all  bool
	null bool
	in   [][2]time.Time
}

func (s spans) hold(partition string) bool {
	day, err := time.Parse("20060102", partition)
	if err != nil {
		return s.null || s.all
	}
	for _, span := range s.in {
		if !day.Before(span[0]) && day.Before(span[1]) {
			return true
		}
	}
	return s.all
}

const literal = `(?:timestamp|date|datetime) '([0-9-]{10})(?: 00:00:00)?'`

var (
	fromTable = regexp.MustCompile("(?m)^from `([^`]+)`\\.`([^`]+)`\\.`([^`]+)`$")
	fromList  = regexp.MustCompile("(?m)^from `([^`]+)`\\.`([^`]+)`\\.INFORMATION_SCHEMA\\.PARTITIONS\nwhere table_name = '([^']+)'$")
	spanned   = regexp.MustCompile("(`?)(\\w+)`? >= " + literal + " and `?(\\w+)`? < " + literal)
	open      = regexp.MustCompile("`?(\\w+)`? >= [a-z]+ '1970-01-01(?: 00:00:00)?' or `?\\w+`? is null$")
)

// parsed is a query of one of the shapes that the fake answers.
type parsed struct {
	table   string
	listing bool
	count   bool
	column  string // what the filter is on
	spans   spans
}

// parse reads a query. It refuses what no filter on a partition column bounds.
func parse(query string) (parsed, error) {
	if m := fromList.FindStringSubmatch(query); m != nil {
		return parsed{table: strings.Join(m[1:4], "."), listing: true}, nil
	}
	m := fromTable.FindStringSubmatch(query)
	if m == nil {
		return parsed{}, fmt.Errorf("syntax error: %s", query)
	}
	p := parsed{table: strings.Join(m[1:4], "."), count: strings.Contains(query, "count(*)")}
	_, where, _ := strings.Cut(query, "\nwhere ")
	where = strings.TrimSuffix(where, "\ngroup by partition_id, month")
	if m := open.FindStringSubmatch(where); m != nil {
		p.column, p.spans.all = m[1], true
		return p, nil
	}
	for condition := range strings.SplitSeq(where, " or ") {
		if strings.HasSuffix(condition, " is null") {
			p.spans.null = true
			continue
		}
		m := spanned.FindStringSubmatch(condition)
		if m == nil || m[2] != m[4] {
			return parsed{}, fmt.Errorf("no filter on a partition column in %q", where)
		}
		start, startErr := time.Parse(time.DateOnly, m[3])
		end, endErr := time.Parse(time.DateOnly, m[5])
		if startErr != nil || endErr != nil {
			return parsed{}, fmt.Errorf("invalid date in %q", condition)
		}
		p.column, p.spans.in = m[2], append(p.spans.in, [2]time.Time{start, end})
	}
	return p, nil
}
