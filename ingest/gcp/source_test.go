package gcp_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	bills "github.com/costwarden/costwarden/fixtures/gcp"
	"github.com/costwarden/costwarden/ingest"
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
	truth, err := bills.ReadTruth(sampleTruth(t))
	if err != nil {
		t.Fatal(err)
	}
	s := sourcetest.Subject{
		Month: period("2026-01"),
		Late:  sourcetest.Total{BillingCurrency: "USD", Billed: "0.25", Effective: "0.25"}, // line 1 of gcp_ledger.csv
	}
	for _, total := range truth.Totals {
		if total.BillingCurrency == "USD" { // the other account's are in euro
			s.Ledger = append(s.Ledger, sourcetest.Total{BillingCurrency: "USD",
				Billed: total.Costs.BilledCost.String(), Effective: total.Costs.EffectiveCost.String()})
		}
	}
	return s
}

// sampleTruth is a folder that the truth of the samples lies in as Write leaves it.
func sampleTruth(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	text, err := os.ReadFile("../../fixtures/samples/gcp_truth.json")
	if err == nil {
		err = os.Mkdir(dir+"/gcp", 0o700)
	}
	if err == nil {
		err = os.WriteFile(dir+"/gcp/truth.json", text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// renamed is a source under another name.
type renamed struct {
	ingest.Source
	name string
}

func (r renamed) Name() string { return r.name }

const told = "source bill has loaded payer 01A2B3-C4D5E6-F70819"
