// Package rules judges the charges of each month by rules that a FinOps
// practitioner can read, change and add.
//
// A rule is one SQL file, family/name.sql: a header that says what it is for,
// then one select over the tables and views of package model. The policy, YAML
// and CSV files of one folder, says what is wanted: owners, tags, budgets.
//
//	LoadPolicy(folder) ─> Policy.Store ─> policy_* tables ┐
//	Load(folders) ─> Configure ─> Vet ─> Run ─────────────┴─> finding, judgement
//
// Run judges only what changed: judgement keeps, per rule and month, the hash
// of all a judgement depends on. Test runs a rule over given.csv and compares
// with want.csv, in a database of its own.
package rules

import "io/fs"

// Rule is one .sql file: a header that says what it is for, and one select
// that returns Scope, Subject, BillingCurrency, Cost, MonthlySaving, Evidence
// and, where findings differ in it, Severity.
type Rule struct {
	ID       string // family/name: budget/breach
	Title    string
	Severity string // info, warning, critical
	Owner    string // who acts on it
	Why      string
	Act      string // what to do about a finding
	Method   string // how Cost and MonthlySaving are worked out
	Params   []Param
	SQL      string // the whole file; its header is comment lines
	File     string // where it was read from, for messages

	cases fs.FS // the folder of its given/want cases
}

// Param is a value the rule reads as $Name and a user may change.
type Param struct {
	Name    string
	Type    string // a DuckDB type
	Default string
	Note    string
	Value   string // what the rule is run with: Default, unless configured
}

// severities are the words finding.Severity may hold, mildest first.
var severities = []string{"info", "warning", "critical"}
