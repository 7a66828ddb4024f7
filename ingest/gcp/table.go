package gcp

import (
	"fmt"
	"regexp"
	"strings"
)

// table names a table or view of BigQuery.
type table struct{ project, dataset, name string }

var (
	// projects of an organisation's own domain are written example.com:project
	tablePattern = regexp.MustCompile("^((?:[a-z0-9.-]+:)?[a-z][a-z0-9-]+)[.]([A-Za-z0-9_]+)[.]([A-Za-z0-9_-]+)$")
	// the account's id with its dashes written as underscores
	standardName = regexp.MustCompile(`^gcp_billing_export_v1_[0-9A-F]{6}_[0-9A-F]{6}_[0-9A-F]{6}$`)
	detailedName = regexp.MustCompile(`^gcp_billing_export_resource_v1_[0-9A-F]{6}_[0-9A-F]{6}_[0-9A-F]{6}$`)
	focusName    = regexp.MustCompile(`^gcp_billing_export_focus_[0-9A-F]{6}_[0-9A-F]{6}_[0-9A-F]{6}$`)
)

// parseTable reads project.dataset.table.
func parseTable(text string) (table, error) {
	match := tablePattern.FindStringSubmatch(text)
	if match == nil {
		if strings.ContainsAny(text, "*`$") {
			return table{}, fmt.Errorf("table %q: want the plain name of one table, project.dataset.table, without quotes, * or $", text)
		}
		return table{}, fmt.Errorf("table %q: want project.dataset.table", text)
	}
	return table{match[1], match[2], match[3]}, nil
}

func (t table) String() string { return t.project + "." + t.dataset + "." + t.name }

// kind says which of Google's exports a table is.
type kind string

// The exports that hold a billing account's whole bill.
const (
	detailed kind = "detailed"
	standard kind = "standard"
	focus    kind = "focus"
)

var kinds = []kind{detailed, standard, focus}

// format is the name of the mapping of k.
func (k kind) format() string { return "gcp_" + string(k) }

// kindByName is what the name that Google gives an export says; empty for
// other names.
func (t table) kindByName() kind {
	switch {
	case detailedName.MatchString(t.name):
		return detailed
	case standardName.MatchString(t.name):
		return standard
	case focusName.MatchString(t.name):
		return focus
	}
	return ""
}

// refuseOther refuses Google's exports that are no bill of an account.
func (t table) refuseOther() error {
	for name, why := range map[string]string{
		"reseller_billing_": "the reseller's export holds the bills of all customers' accounts in one table, at the reseller's cost and at the customers'; " +
			"ask for the ordinary export of the account that is to be read",
		"cloud_pricing_export":     "prices only, no costs",
		"cud_subscriptions_export": "commitments only, no costs",
		"recommendations_export":   "recommendations only, no costs",
		"insights_export":          "insights only, no costs",
	} {
		if strings.HasPrefix(t.name, name) {
			return fmt.Errorf("table %s: %s; set table to gcp_billing_export_resource_v1_<account>", t, why)
		}
	}
	return nil
}
