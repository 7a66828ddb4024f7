package rules

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed unstable.sql
var unstableSQL string

// call is a function with what decides whether a rule may call it.
type call struct {
	mention
	arguments int
	ordered   bool // it has an order by of its own
	isTable   bool // it stands after from
}

// bare is the number of arguments of a word that stands without brackets:
// current_date is a column or a call, only the name tells.
const bare = -1

func callOf(node map[string]any, line int) call {
	children, _ := node["children"].([]any)
	orders, _ := node["orders"].([]any) // of a window
	if modifier, ok := node["order_bys"].(map[string]any); ok {
		orders, _ = modifier["orders"].([]any)
	}
	return call{mention{strings.ToLower(word(node, "function_name")), line}, len(children), len(orders) > 0, false}
}

// readers are the functions a rule may read from: they make rows of values.
var readers = []string{"generate_series", "json_each", "json_tree", "range", "unnest"}

// unstable are the words that DuckDB does not list as depending on clock or
// session, and that do.
var unstable = []string{
	"current_catalog", "current_date", "current_role", "current_setting", "current_time", "current_timestamp", "current_user",
	"getenv", "getvariable", "localtime", "localtimestamp", "session_user", "user", "version",
}

// orderly are the functions whose result depends on the order of the rows.
var orderly = []string{
	"any_value", "arbitrary", "array_agg", "first", "group_concat", "json_group_array", "last", "list", "listagg", "string_agg",
}

// vetCalls returns a problem for each call that would make a rule's result
// depend on more than charges, policy and parameters.
func vetCalls(ctx context.Context, tx querier, rule Rule, query *selection) ([]error, error) {
	listed, err := words(ctx, tx, unstableSQL)
	if err != nil {
		return nil, fmt.Errorf("vet %s: %w", rule.ID, err)
	}
	var problems []error
	for _, c := range query.calls {
		switch {
		case c.arguments == bare:
			if slices.Contains(unstable, c.name) {
				problems = append(problems, rule.at(c.mention, "%s depends on the clock or the session; read $period_start and $period_end", c.name))
			}
		case c.isTable && !slices.Contains(readers, c.name):
			problems = append(problems, rule.at(c.mention, "reads from %s(); a rule reads tables and views only", c.name))
		case slices.Contains(listed, c.name), slices.Contains(unstable, c.name), c.name == "age" && c.arguments == 1:
			problems = append(problems, rule.at(c.mention, "%s() depends on the clock, the session or chance; read $period_start and $period_end", c.name))
		case slices.Contains(orderly, c.name) && !c.ordered:
			problems = append(problems, rule.at(c.mention, "%s() depends on the order of rows; add order by inside the brackets, or take max()", c.name))
		}
	}
	return problems, nil
}
