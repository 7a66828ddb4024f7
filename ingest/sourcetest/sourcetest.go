// Package sourcetest is the one suite that every source passes. A provider's
// package says how the provider delivers its bill and what the bill comes to;
// the suite delivers, restates, breaks off, and lets requests fail in between,
// and holds the tables against the ledger that the bill was written from.
//
//	func TestSource(t *testing.T) {
//		sourcetest.Run(t, sourcetest.Subject{Heading: "AWS", Open: openStore, ...})
//	}
//
//	Subject ──> Store: Deliver, Break, ... ──> Door (faults) ──> ingest.Source ──> tables
//	   └── Ledger, Late: what the month must come to, in each edition ────────────────┘
//
// What the suite has counted stands in docs/reliability.md, in the source's
// column of each table; the suite fails once the page says something else.
package sourcetest

import (
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/model"
)

// Impatient is the patience of buckets in tests: milliseconds between the
// tries, and a second of silence.
var Impatient = bucket.Patience{Tries: 4, Pause: time.Millisecond, Stall: time.Second}

// Subject is a source to be shown.
type Subject struct {
	Heading string       // of its column in docs/reliability.md; empty: it is not on that page
	Month   model.Period // the month of the bill
	Ledger  []Total      // what the bill comes to, by the fixtures' own account of it
	Late    Total        // what each late charge adds
	Partial bool         // a month is what is there: no delivery can break off half-way

	Open     func(t *testing.T) Store                   // an empty place, and a source that reads it
	Contents func(t *testing.T, file string) []string   // of a fetched file; nil: its bytes
	Twin     func(t *testing.T, store Store) TwinSource // delivers the bill as another export; nil: there is no other

	Listing  int               // how many requests a run takes that finds fourteen months and all of them unchanged
	Requests map[string]string // what harms happen to, by its name for readers: a part of the request's line
	Harms    []Harm
}

// TwinSource is a source, and what its refusal says.
type TwinSource struct {
	ingest.Source
	Told string
}

// Named is source under another name.
func Named(source ingest.Source, name string) ingest.Source { return named{source, name} }

type named struct {
	ingest.Source
	name string
}

func (n named) Name() string { return n.name }

// Store is where a provider delivers to. A test may deliver while a request is
// answered.
type Store interface {
	// Deliver delivers month in an edition of the bill, over what was
	// delivered of it before: the ledger's charges and as many late ones as
	// the edition's number. It returns what must be fetched, in any order.
	// Months but the subject's own are delivered for their names alone.
	Deliver(t *testing.T, month model.Period, edition int) []string
	// Break delivers as much of it as is there when a delivery breaks off.
	Break(t *testing.T, month model.Period, edition int)
	// Smuggle delivers month as if name were the name of its file. It
	// reports false where nothing can have that name.
	Smuggle(t *testing.T, month model.Period, name string) bool
	// Source opens the source called name as a new process would.
	Source(t *testing.T, name string, place ingest.Place) ingest.Source
	// Door is what all requests pass through.
	Door() *Door
}

// first is the edition that a test delivers first: enough late charges to fill
// some pages.
const first = 50

// shows are the parts of the suite, in the order in which they run.
var shows = []struct {
	name string
	test func(*testing.T, *suite)
}{
	{"all that is delivered is fetched", complete},
	{"months come in order and periods are kept to", months},
	{"what is not delivered yet is waited for", notDelivered},
	{"a version is of its delivery alone", versions},
	{"unchanged months take few requests", unchanged},
	{"a run again changes nothing, a restatement is told", restated},
	{"a bill is never in twice", twice},
	{"no name leaves the landing folder", hostile},
	{"no fault doubles, halves or loses a month", faults},
	{"no kill doubles, halves or loses a month", kills},
}

// Run shows that subject's source holds to the contract of ingest.Source.
func Run(t *testing.T, subject Subject) {
	s := &suite{Subject: subject, prints: map[int]string{}, outcomes: map[row][]string{}}
	for _, show := range shows {
		t.Run(show.name, func(t *testing.T) {
			show.test(t, s)
			s.shown++
		})
	}
	if s.shown == len(shows) && !t.Failed() {
		s.tell(t)
	}
}
