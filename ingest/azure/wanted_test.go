package azure_test

import (
	"errors"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
)

// TestCostsThatWouldCountTwice lays two exports beside each other: refused as
// they are, read once the configuration says which.
func TestCostsThatWouldCountTwice(t *testing.T) {
	for _, c := range []struct {
		name       string
		deliveries []delivery
		want       string
		config     azure.Config // that settles it
		reads      string
	}{
		{
			"a billing account and a subscription", []delivery{october("all"), {export: "acme-shop", scope: subscription, files: []string{"shop"}}},
			"{exports/bills/} holds exports of 2 scopes: /providers/microsoft.billing/billingaccounts/8608480 (export acme-focus), " +
				"/subscriptions/d3b0c1a2-0000-4000-8000-0123456789ab (export acme-shop); the costs of one that lies within another would count twice: " +
				"set scope, or exports, to the one that this source reads",
			azure.Config{Scope: "/Subscriptions/D3B0C1A2-0000-4000-8000-0123456789AB/"}, "shop",
		},
		{
			"two exports of a dataset", []delivery{october("daily"), {export: "acme-monthly", submitted: "2026-11-05T06:10:00Z", files: []string{"monthly"}}},
			"{exports/bills/} holds two exports of FocusCost of one scope, acme-focus and acme-monthly; " +
				"name in exports the one to read, or both to take the newest run of each month",
			azure.Config{Exports: []string{"acme-focus", "Acme-Monthly"}}, "monthly",
		},
		{
			"FOCUS and actual cost", []delivery{october("focus"), half("ActualCost", "2026-11-01T06:10:00Z", "actual"), half("AmortizedCost", "2026-11-01T06:10:00Z", "amortized")},
			"{exports/bills/} holds 2026-10 as ActualCost (export acme-actual), AmortizedCost (export acme-amortized), FocusCost (export acme-focus), " +
				"which tell the same costs; name in exports those to read: FocusCost, or both ActualCost and AmortizedCost",
			azure.Config{Exports: []string{"acme-actual", "acme-amortized"}}, "ActualCost: actual AmortizedCost: amortized",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, store store) {
				deliver(t, store, c.deliveries...)
				_, err := store.source(t, below).Exports(t.Context())
				if want := urls(store, "source azure-ea: "+c.want); err == nil || err.Error() != want || !errors.Is(err, ingest.ErrSource) {
					t.Errorf("got  %v\nwant %s", err, want)
				}
				c.config.Location = "exports/bills"
				if got := contents(t, fetchOnly(t, store.source(t, c.config))); got != c.reads {
					t.Errorf("fetched %s, want %s", got, c.reads)
				}
			})
		})
	}
}

// TestAnExportThatFollowsAnother has FOCUS take over from actual and amortized
// cost: no month counts twice.
func TestAnExportThatFollowsAnother(t *testing.T) {
	store := newFolderStore(t)
	actual, amortized := half("ActualCost", "2026-10-08T06:10:00Z", "a"), half("AmortizedCost", "2026-10-08T06:10:00Z", "b")
	actual.month, amortized.month = "2026-09", "2026-09"
	deliver(t, store, october("focus"), actual, amortized)
	exports, err := store.source(t, below).Exports(t.Context())
	if err != nil || sliceNames(exports) != "2026-09 2026-10" {
		t.Errorf("got %s, %v; want both months", sliceNames(exports), err)
	}
}

func TestWhatTheConfigurationNamesAndIsNotThere(t *testing.T) {
	for _, c := range []struct {
		config azure.Config
		want   string
	}{
		{azure.Config{Exports: []string{"acme-fokus"}},
			"no run of an export acme-fokus is in {exports/bills/}, but of acme-focus, acme-prices; set exports to those you mean"},
		{azure.Config{Exports: []string{"acme-prices"}},
			"no export of costs is in {exports/bills/}; export FocusCost, or both ActualCost and AmortizedCost"},
		{azure.Config{Scope: subscription},
			"no export of scope /subscriptions/d3b0c1a2-0000-4000-8000-0123456789ab is in {exports/bills/}, but of " +
				"/providers/microsoft.billing/billingaccounts/8608480 (export acme-focus); set scope to the one you mean"},
	} {
		store := newFolderStore(t)
		deliver(t, store, october("october"), delivery{export: "acme-prices", dataset: "PriceSheet", files: []string{"prices"}})
		c.config.Location = "exports/bills"
		_, err := store.source(t, c.config).Exports(t.Context())
		if want := urls(store, "source azure-ea: "+c.want); err == nil || err.Error() != want || !errors.Is(err, ingest.ErrSource) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
