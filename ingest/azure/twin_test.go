package azure_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
	"github.com/costwarden/costwarden/model"
)

// shop and bank are subscriptions of one enrollment, each with an export of its
// own.
const (
	shop = "/subscriptions/d3b0c1a2-0000-4000-8000-00000000000a"
	bank = "/subscriptions/d3b0c1a2-0000-4000-8000-00000000000b"
)

// linesOf is a FOCUS file of one euro for each sub account.
func linesOf(subAccounts ...string) string {
	lines := "BillingAccountId,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargePeriodStart,ChargePeriodEnd," +
		"BilledCost,EffectiveCost,ListCost,ContractedCost,ServiceName,ServiceCategory,ProviderName,SubAccountId\n"
	for _, subAccount := range subAccounts {
		lines += "8608480,EUR,2026-10-01T00:00:00Z,Usage,2026-10-31T00:00:00Z,2026-11-01T00:00:00Z,1,1,1,1,Virtual Machines,Compute,Microsoft," + subAccount + "\n"
	}
	return lines
}

// TestTwoSubscriptionsAreTwoSources loads two sub accounts of one account from
// two sources, and refuses a third that brings both.
func TestTwoSubscriptionsAreTwoSources(t *testing.T) {
	store := newFolderStore(t)
	counted := func(rows int) func(object) { return func(m object) { m["dataRowCount"] = rows } }
	deliver(t, store,
		delivery{export: "acme-shop", scope: shop, files: []string{linesOf(shop)}},
		delivery{export: "acme-bank", scope: bank, files: []string{linesOf(bank, "")}, change: counted(2)},
		delivery{export: "acme-all", files: []string{linesOf(shop, bank, "")}, change: counted(3)})
	db, err := model.Open(t.Context(), "", model.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	load := func(name string, config azure.Config) error {
		config.Location = "file:" + store.dir + "/exports"
		source, err := azure.Open(t.Context(), name, config)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ingest.Run(t.Context(), db, source, ingest.Options{Landing: t.TempDir(), Now: time.Date(2026, 11, 3, 6, 30, 0, 0, time.UTC)})
		return err
	}
	for name, config := range map[string]azure.Config{"shop": {Scope: shop}, "bank": {Scope: bank}} {
		if err := load(name, config); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	err = load("all", azure.Config{Exports: []string{"acme-all"}})
	want := "source bank has loaded payer 8608480, sub account " + bank + ", source shop has loaded payer 8608480, sub account " + shop +
		", and the month would count twice"
	if !errors.Is(err, ingest.ErrReconcile) || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	var held string
	if err := db.QueryRow("select sum(BilledCost)::int || ' in ' || count(*) from cost").Scan(&held); err != nil || held != "3 in 3" {
		t.Errorf("the month holds %s, %v; want 3 in 3", held, err)
	}
}
