package rules

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/costwarden/costwarden/model"
)

// policyTables are emptied before the policy is stored.
var policyTables = []string{
	"policy_setting", "policy_tag_key", "policy_tag_value", "policy_untaggable", "policy_account", "policy_budget",
	"policy_exchange_rate",
}

// Store replaces the policy tables in one transaction, unless they hold this
// policy already.
func (p Policy) Store(ctx context.Context, db *sql.DB) error {
	var stored string
	err := db.QueryRowContext(ctx, "select Value from policy_setting where Name = 'policy_hash'").Scan(&stored)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("store policy: %w", err)
	}
	if err == nil && stored == p.Hash {
		return nil
	}
	err = model.InTransaction(ctx, db, func(tx *sql.Tx) error {
		for _, table := range policyTables {
			if _, err := tx.ExecContext(ctx, "delete from "+table); err != nil {
				return err
			}
		}
		for _, row := range p.rows() {
			if _, err := tx.ExecContext(ctx, row.insert, row.values...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store policy: %w", err)
	}
	return nil
}

// policyRow is one row of a policy table.
type policyRow struct {
	insert string
	values []any
}

// rows are the rows of all policy tables.
func (p Policy) rows() []policyRow {
	const setting = "insert into policy_setting values (?, ?)"
	rows := []policyRow{{setting, []any{"policy_hash", p.Hash}}}
	if p.OwnerKey != "" {
		rows = append(rows, policyRow{setting, []any{"owner_key", p.OwnerKey}})
	}
	if p.ReportingCurrency != "" {
		rows = append(rows, policyRow{setting, []any{"reporting_currency", p.ReportingCurrency}})
	}
	for _, key := range p.Keys {
		rows = append(rows, key.rows()...)
	}
	for _, service := range p.Untaggable {
		rows = append(rows, policyRow{"insert into policy_untaggable values (?)", []any{service}})
	}
	for _, a := range p.Accounts {
		rows = append(rows, policyRow{
			"insert into policy_account values (?, ?, ?, ?)",
			[]any{a.SubAccountID, a.Owner, orNull(a.Contact), orNull(a.Channel)},
		})
	}
	for _, b := range p.Budgets {
		rows = append(rows, b.row())
	}
	for _, r := range p.Rates {
		rows = append(rows, policyRow{
			"insert into policy_exchange_rate values (?, ?, ?, cast(? as decimal(38,18)), ?)",
			[]any{r.Month.Start(), r.From, r.To, r.Rate.String(), orNull(r.Source)},
		})
	}
	return rows
}

func (k TagKey) rows() []policyRow {
	const key = "insert into policy_tag_key values (?, ?, ?)"
	const value = "insert into policy_tag_value values (?, ?, ?)"
	rows := []policyRow{{key, []any{k.Name, fold(k.Name), 0}}}
	for i, alias := range k.Aliases {
		rows = append(rows, policyRow{key, []any{k.Name, fold(alias), i + 1}})
	}
	for _, v := range k.Values {
		rows = append(rows, policyRow{value, []any{k.Name, fold(v.Name), v.Name}})
		for _, alias := range v.Aliases {
			rows = append(rows, policyRow{value, []any{k.Name, fold(alias), v.Name}})
		}
	}
	return rows
}

func (b Budget) row() policyRow {
	var last any
	if !b.Last.IsZero() {
		last = b.Last.Start()
	}
	return policyRow{
		"insert into policy_budget values (?, ?, ?, ?, ?, cast(? as decimal(38,18)), cast(? as integer[]), ?, ?, ?)",
		[]any{b.Name, b.SubAccountID, b.Currency, b.First.Start(), last, b.Amount.String(), strings.Join(strings.Fields(fmt.Sprint(b.Thresholds)), ","),
			orNull(b.Owner), orNull(b.Contact), orNull(b.Channel)},
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
