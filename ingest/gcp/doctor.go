package gcp

import (
	"cmp"
	"context"
	"encoding/json"
	"os"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// Examine lists the location, reads the manifests there and the first bytes of
// one of the newest month's files. Who exports files does so when he likes.
func (f *files) Examine(ctx context.Context, tell func(ingest.Step)) ingest.Examination {
	var e ingest.Examination
	b, err := f.open()
	if err != nil {
		tell(ingest.Step{Name: "open", Err: err})
		return e
	}
	defer b.Close()
	if !b.TellIdentity(ctx, tell) {
		return e
	}
	e.Exports, err = f.exports(ctx)
	tell(ingest.Step{Name: "list", Found: ingest.MonthsText(e.Exports) + " in " + b.URL(f.location.Prefix), Err: err})
	if err != nil {
		return e
	}
	newest := e.Exports[len(e.Exports)-1]
	m, err := follow(ctx, b, newest.Ref)
	if err != nil {
		tell(ingest.Step{Name: "manifest", Err: err})
		return e
	}
	found := newest.Slice + " " + bucket.Describe(m.Kind.format(), m.encoded, m.objects) + ", of " + m.Table
	tell(ingest.Step{Name: "manifest", Found: found})
	named, _ := parseTable(m.Table) // good, as the manifest was read
	e.Bill = named.account()
	b.TellFile(ctx, m.objects, tell)
	return e
}

// identity reads who asks out of the file that holds the credentials. Those of
// the machine or the pod name nobody without being asked.
func (c Config) identity(context.Context) (bucket.Identity, error) {
	file := cmp.Or(c.CredentialsFile, os.Getenv("GOOGLE_APPLICATION_CREDENTIALS"))
	text, err := os.ReadFile(file)
	if file == "" || err != nil {
		return bucket.Identity{Name: "application default credentials"}, nil
	}
	var said struct {
		Email    string `json:"client_email"`
		Audience string `json:"audience"`
	}
	if json.Unmarshal(text, &said) != nil { // the client says what is wrong with it
		return bucket.Identity{}, nil
	}
	return bucket.Identity{Name: cmp.Or(said.Email, said.Audience, "the credentials in "+file)}, nil
}

// account is what of the table's name names the billing account, which the
// detailed, the standard and the FOCUS export of it share; else the table.
func (t table) account() string {
	if t.kindByName() == "" {
		return t.String()
	}
	const length = len("0123AB_4567CD_89EF01")
	return t.name[len(t.name)-length:]
}
