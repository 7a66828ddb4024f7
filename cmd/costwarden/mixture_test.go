package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// mixes are the aggregates and windows of a query over money of several
// currencies, such as sum(billedcost). The columns of money are known by name,
// those that the query makes of them are found.
func mixes(ctx context.Context, db *sql.DB, money map[string]bool, query string) ([]string, error) {
	var text string
	if err := db.QueryRowContext(ctx, "select cast(json_serialize_sql(cast(? as varchar)) as varchar)", query).Scan(&text); err != nil {
		return nil, err
	}
	var parse map[string]any
	if err := json.Unmarshal([]byte(text), &parse); err != nil {
		return nil, err
	}
	if parse["error"] == true {
		return nil, fmt.Errorf("%v: %s", parse["error_message"], query)
	}
	m := mixture{money: maps.Clone(money), currency: map[string]bool{"billingcurrency": true}}
	for known := -1; known < len(m.money)+len(m.currency); {
		known = len(m.money) + len(m.currency)
		eachNode(parse, m.learn)
	}
	eachNode(parse, m.inspect)
	return m.found, nil
}

// mixture is what is known of a query: the names that stand for money and for
// its currency, and where money of several is mixed.
type mixture struct {
	money, currency map[string]bool
	found           []string
}

// eachNode visits every node of a parse.
func eachNode(node any, visit func(map[string]any)) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			eachNode(child, visit)
		}
	case map[string]any:
		visit(node)
		for _, key := range slices.Sorted(maps.Keys(node)) {
			eachNode(node[key], visit)
		}
	}
}

// learn takes an alias for money, or for a currency, where its expression is.
func (m *mixture) learn(node map[string]any) {
	alias, _ := node["alias"].(string)
	alias = strings.ToLower(alias)
	switch {
	case alias == "" || node["class"] == nil:
	case m.currency[nameOf(node)]:
		m.currency[alias] = true
	case len(m.moneyIn(node)) > 0:
		m.money[alias] = true
	}
}

// nameOf is the column that node refers to, in lower case.
func nameOf(node map[string]any) string {
	names, _ := node["column_names"].([]any)
	if node["class"] != "COLUMN_REF" || len(names) == 0 {
		return ""
	}
	name, _ := names[len(names)-1].(string)
	return strings.ToLower(name)
}

// counting are the functions whose result is no money, whatever they are asked:
// numbers of rows, yes or no, and amounts that have been converted.
var counting = []string{"bool_and", "bool_or", "converted", "converted_by", "count", "count_star", "json_object", "rank", "row_number"}

// moneyIn are the columns of money that the value of node is made of. What a
// condition compares is not among them.
func (m *mixture) moneyIn(node any) []string {
	switch node := node.(type) {
	case []any:
		var all []string
		for _, child := range node {
			all = append(all, m.moneyIn(child)...)
		}
		return all
	case map[string]any:
		function, _ := node["function_name"].(string)
		switch {
		case node["class"] == "COMPARISON", node["class"] == "CONJUNCTION", node["class"] == "SUBQUERY", node["type"] == "SELECT_NODE":
			return nil
		case slices.Contains(counting, strings.ToLower(function)):
			return nil
		case m.money[nameOf(node)]:
			return []string{nameOf(node)}
		}
		var all []string
		for _, key := range slices.Sorted(maps.Keys(node)) {
			if key != "filter" && key != "filter_expr" && key != "orders" && key != "partitions" {
				all = append(all, m.moneyIn(node[key])...)
			}
		}
		return all
	}
	return nil
}

// inspect looks at a select for money that is added, compared or ranked over
// rows that are not of one currency.
func (m *mixture) inspect(node map[string]any) {
	if node["type"] != "SELECT_NODE" {
		return
	}
	grouped := m.parted(node)
	for _, part := range []string{"select_list", "having", "qualify", "modifiers"} {
		m.inspectExpression(node[part], grouped)
	}
}

func (m *mixture) inspectExpression(node any, grouped bool) {
	switch node := node.(type) {
	case []any:
		for _, child := range node {
			m.inspectExpression(child, grouped)
		}
	case map[string]any:
		if node["class"] == "SUBQUERY" || node["type"] == "SELECT_NODE" {
			return // a select of its own, which eachNode comes to
		}
		function, _ := node["function_name"].(string)
		function = strings.ToLower(function)
		switch {
		case node["class"] == "WINDOW" && !m.hasCurrency(node["partitions"]):
			m.note(function, " over", append(m.moneyIn(node["children"]), m.moneyIn(node["orders"])...))
		case node["class"] == "FUNCTION" && !grouped && slices.Contains(aggregates, function):
			m.note(function, "", m.moneyIn(node["children"]))
		}
		for _, key := range slices.Sorted(maps.Keys(node)) {
			m.inspectExpression(node[key], grouped)
		}
	}
}

func (m *mixture) note(function, suffix string, money []string) {
	if len(money) > 0 {
		m.found = append(m.found, function+"("+strings.Join(slices.Compact(money), ", ")+")"+suffix)
	}
}

// aggregates are the functions that make one value of many rows' amounts.
var aggregates = []string{
	"any_value", "arbitrary", "arg_max", "arg_min", "argmax", "argmin", "array_agg", "avg", "favg", "first", "fsum", "histogram", "kahan_sum", "last", "list", "mad", "max", "max_by",
	"mean", "median", "min", "min_by", "mode", "product", "quantile", "quantile_cont", "quantile_disc", "stddev", "stddev_pop", "stddev_samp", "string_agg",
	"sum", "sumkahan", "sum_no_overflow", "var_pop", "var_samp", "variance",
}

// parted reports whether the rows that a select aggregates are of one currency:
// grouped by it, or chosen by it.
func (m *mixture) parted(node map[string]any) bool {
	if m.chosen(node["where_clause"]) {
		return true
	}
	list, _ := node["select_list"].([]any)
	if node["aggregate_handling"] == "FORCE_AGGREGATES" { // group by all
		return m.hasCurrency(list)
	}
	groups, _ := node["group_expressions"].([]any)
	sets, _ := node["group_sets"].([]any)
	isCurrency := func(group any) bool {
		at, ok := group.(float64)
		return ok && int(at) < len(groups) && m.isCurrency(groups[int(at)], list)
	}
	return len(sets) > 0 && !slices.ContainsFunc(sets, func(set any) bool {
		of, _ := set.([]any)
		return !slices.ContainsFunc(of, isCurrency)
	})
}

// isCurrency reports whether a group is the currency, by name or by its place in
// the list of what is selected.
func (m *mixture) isCurrency(group any, list []any) bool {
	expression, _ := group.(map[string]any)
	if constant, ok := expression["value"].(map[string]any); ok {
		if at, ok := constant["value"].(float64); ok && int(at) <= len(list) {
			expression, _ = list[int(at)-1].(map[string]any)
		}
	}
	return m.currency[nameOf(expression)]
}

// hasCurrency reports whether the currency is one of the expressions.
func (m *mixture) hasCurrency(expressions any) bool {
	all, _ := expressions.([]any)
	return slices.ContainsFunc(all, func(expression any) bool {
		node, _ := expression.(map[string]any)
		return m.currency[nameOf(node)]
	})
}

// chosen reports whether a condition lets one currency pass.
func (m *mixture) chosen(condition any) bool {
	node, _ := condition.(map[string]any)
	switch node["type"] {
	case "COMPARE_EQUAL":
		return m.hasCurrency([]any{node["left"]}) || m.hasCurrency([]any{node["right"]})
	case "CONJUNCTION_AND":
		all, _ := node["children"].([]any)
		return slices.ContainsFunc(all, m.chosen)
	}
	return false
}
