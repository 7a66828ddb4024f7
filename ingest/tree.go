package ingest

import (
	"slices"
	"strings"
)

// textColumns describes the columns that m reads to read_json, every value as
// text.
func (m mapping) textColumns() string {
	var fields []string
	for _, tree := range treesOf(m.columns) {
		fields = append(fields, quoteText(tree.name)+": "+quoteText(tree.textType()))
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// tree is a column with what is inside it.
type tree struct {
	name    string
	list    bool
	members []tree
}

// treesOf puts columns together by their paths.
func treesOf(columns []column) []tree {
	var trees []tree
	for _, c := range columns {
		t := tree{name: c.name, list: c.kind == "list", members: treesOf(c.members)}
		trees = grow(trees, strings.Split(c.name, "."), t)
	}
	return trees
}

// grow adds leaf to trees at path.
func grow(trees []tree, path []string, leaf tree) []tree {
	i := slices.IndexFunc(trees, func(t tree) bool { return t.name == path[0] })
	if i < 0 {
		trees = append(trees, tree{name: path[0]})
		i = len(trees) - 1
	}
	if len(path) == 1 {
		leaf.name = path[0]
		trees[i] = leaf
		return trees
	}
	trees[i].members = grow(trees[i].members, path[1:], leaf)
	return trees
}

// textType is the type of t with text in the place of every value.
func (t tree) textType() string {
	if len(t.members) == 0 {
		return "VARCHAR"
	}
	var members []string
	for _, member := range t.members {
		members = append(members, quoteName(member.name)+" "+member.textType())
	}
	text := "STRUCT(" + strings.Join(members, ", ") + ")"
	if t.list {
		text += "[]"
	}
	return text
}
