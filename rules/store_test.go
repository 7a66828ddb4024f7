package rules_test

import (
	"database/sql"
	"testing"

	"github.com/costwarden/costwarden/model"
	"github.com/costwarden/costwarden/rules"
	"github.com/google/go-cmp/cmp"
)

func openDB(t *testing.T) *sql.DB {
	t.Helper()
	db, err := model.Open(t.Context(), "", model.Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// ask returns the first column of each row, as text.
func ask(t *testing.T, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func do(t *testing.T, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatal(err)
	}
}

func store(t *testing.T, db *sql.DB, files map[string]string) rules.Policy {
	t.Helper()
	policy, err := rules.LoadPolicy(folder(t, files))
	if err != nil {
		t.Fatal(err)
	}
	if err := policy.Store(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return policy
}

func TestStoreReplacesThePolicy(t *testing.T) {
	db := openDB(t)
	store(t, db, map[string]string{
		"accounts.csv": "sub_account_id,owner,contact,channel\n1,web,,\n",
		"tags.yaml":    "owner_key: squad\n",
	})
	policy := store(t, db, map[string]string{
		"accounts.csv": "sub_account_id,owner,contact,channel\n1,core,,\n",
		"budgets.csv":  budgetHeader + "a,1,USD,2026-01,,10.01,50 100,,,\na,1,USD,2025-01,2025-12,5,,,,\n",
		"tags.yaml":    "owner_key: team\nkeys: { team: { aliases: [Squad], values: { Core: [kern] } } }\nuntaggable: [Support]\n",
	})
	for query, want := range map[string][]string{
		"select Owner from policy_account":                                {"core"},
		"select Name || '=' || Value from policy_setting order by Name":   {"owner_key=team", "policy_hash=" + policy.Hash},
		"select Alias || Rank from policy_tag_key order by Rank":          {"team0", "squad1"},
		"select Alias || '=' || Value from policy_tag_value order by all": {"core=Core", "kern=Core"},
		"select ServiceName from policy_untaggable":                       {"Support"},
		"select concat_ws(' ', Amount, Thresholds, FirstMonth) from policy_budget order by FirstMonth": {
			"5.000000000000000000 [80, 100] 2025-01-01 00:00:00", "10.010000000000000000 [50, 100] 2026-01-01 00:00:00"},
	} {
		if diff := cmp.Diff(want, ask(t, db, query)); diff != "" {
			t.Errorf("%s: want -, got +\n%s", query, diff)
		}
	}
}

func TestStoreLeavesAnUnchangedPolicyAlone(t *testing.T) {
	db := openDB(t)
	files := map[string]string{"accounts.csv": "sub_account_id,owner,contact,channel\n1,web,,\n"}
	store(t, db, files)
	do(t, db, "update policy_account set Owner = 'touched'")
	store(t, db, files)
	if got := ask(t, db, "select Owner from policy_account"); got[0] != "touched" {
		t.Errorf("the tables were written again: %v", got)
	}
	files["accounts.csv"] += "\n"
	store(t, db, files)
	if got := ask(t, db, "select Owner from policy_account"); got[0] != "web" {
		t.Errorf("the tables were not written again: %v", got)
	}
}

func TestOwnersAreFoldedByThePolicy(t *testing.T) {
	db := openDB(t)
	store(t, db, map[string]string{
		"accounts.csv": "sub_account_id,owner,contact,channel\n1,account owner,,\n",
		"tags.yaml":    "owner_key: team\nkeys: { team: { aliases: [squad], values: { platform: [plattform], search: } } }\n",
	})
	for tags, want := range map[string]string{
		`{"TEAM": " Plattform "}`:                           "platform",
		`{"squad": "search", "team": "platform"}`:           "platform",
		`{"squad": "search", "team": " "}`:                  "search",
		`{"squad": "search", "team": "phoenix"}`:            "search",
		`{"team": "phoenix"}`:                               "account owner, not phoenix",
		`{"env": "prod", "C:\\x\"y": "=1+1", "team": null}`: "account owner",
		`{}`: "account owner",
	} {
		do(t, db, "delete from daily_cost")
		do(t, db, `insert into daily_cost by name select 's' as x_SourceName, '2025-10' as x_Slice, 'i' as x_ImportId,
			date '2025-10-01' as x_ChargeDate, timestamp '2025-10-01' as BillingPeriodStart, 'USD' as BillingCurrency, 'AWS' as ProviderName,
			'9' as BillingAccountId, '1' as SubAccountId, 'Compute' as ServiceCategory, 'EC2' as ServiceName, 'Usage' as ChargeCategory,
			cast(? as json) as Tags, 1 as BilledCost, 1 as EffectiveCost, 1 as ListCost, 1 as ContractedCost, 1 as x_Rows`, tags)
		got := ask(t, db, "select x_Owner || coalesce(', not ' || x_UnknownOwner, '') from owned_cost")
		if diff := cmp.Diff([]string{want}, got); diff != "" {
			t.Errorf("%s: want -, got +\n%s", tags, diff)
		}
	}
}
