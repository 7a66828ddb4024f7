package main

import "embed"

//go:embed queries/*.sql
var queries embed.FS

// query is the text of queries/name.sql.
func query(name string) string {
	text, err := queries.ReadFile("queries/" + name + ".sql")
	if err != nil {
		panic(err) // a name that is not in the binary
	}
	return string(text)
}
