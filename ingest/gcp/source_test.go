package gcp_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

const always = sourcetest.Always

var (
	loads, stays = sourcetest.Loads, sourcetest.Stays

	backendError = bigquerytest.Refuse(503, "backendError", "try again")
	slowDown     = bigquerytest.Refuse(429, "rateLimitExceeded", "slow down")
	generation   = sourcetest.Put(regexp.MustCompile(`"generation":"\d+"`), `"generation":"1"`)
	item         = regexp.MustCompile(`\{[^{}]*\},?`)
)

// sample is the main account's month of the samples.
func sample(t *testing.T, kind string) string {
	t.Helper()
	return sourcetest.Sample(t, "gcp_"+kind+"/json/2026-01.json.gz")
}

// late are late charges of the ledger's first line.
func late(t *testing.T, edition int) string {
	t.Helper()
	return strings.Repeat(sourcetest.Line(t, sample(t, "detailed"), "acme-mobile-prod"), edition)
}

// subject is what both ways to read the bill have alike.
func subject(t *testing.T) sourcetest.Subject {
	t.Helper()
	return sourcetest.Subject{
		Month:  period("2026-01"),
		Ledger: sourcetest.Ledger(t, "gcp_truth.json", "Totals", "USD"),                     // the other account's are in euro
		Late:   sourcetest.Total{BillingCurrency: "USD", Billed: "0.25", Effective: "0.25"}, // line 1 of gcp_ledger.csv
	}
}

const told = "source bill has loaded payer 01A2B3-C4D5E6-F70819"
