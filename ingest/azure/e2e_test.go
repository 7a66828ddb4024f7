//go:build e2e

package azure_test

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/sas"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// TestE2EAzurite reads from a real Blob service on loopback, over https, with
// the real SDK: what the fake of the other tests cannot do, it does.
func TestE2EAzurite(t *testing.T) {
	server := startAzurite(t, "--oauth", "basic")
	for _, c := range []struct {
		name string
		test func(*testing.T, *azurite)
	}{
		{"each way to sign in", eachWayToSignIn},
		{"wrong key", wrongKey},
		{"signatures that do not do", wrongSignatures},
		{"identities that do not do", wrongIdentities},
		{"missing container", missingContainer},
		{"names with blanks and signs", strangeNames},
		{"more than a page of blobs", manyBlobs},
		{"a blob uploaded in blocks", uploadedInBlocks},
		{"written over between list and get", writtenOver},
		{"delivered anew between list and get", deliveredAnew},
		{"the suite of sources", conforms},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, server) })
	}
}

func eachWayToSignIn(t *testing.T, server *azurite) {
	store := server.store(t)
	deliver(t, store, october("one", "two"))
	t.Setenv("ACME_KEY", server.key)
	t.Setenv("ACME_SAS", server.signature(t, store, sas.ContainerPermissions{Read: true, List: true}, time.Hour))
	t.Setenv("ACME_SAS_ADDRESS", server.address+"/"+store.container+"?"+server.signature(t, store, sas.ContainerPermissions{Read: true, List: true}, time.Hour))
	t.Setenv("ACME_ACCOUNT_SAS", server.accountSignature(t))
	t.Setenv("ACME_CONNECTION", "DefaultEndpointsProtocol=https;AccountName="+server.account+";AccountKey="+server.key+";BlobEndpoint="+server.address)
	t.Setenv("ACME_SIGNED_CONNECTION", "BlobEndpoint="+server.address+";SharedAccessSignature="+server.accountSignature(t))
	signInAsClient(t, server, "a-client-secret")
	for name, config := range map[string]azure.Config{
		"key":                    {KeyEnv: "ACME_KEY", Endpoint: server.address},
		"key in a file":          {KeyFile: written(t, server.key), Endpoint: server.address},
		"signature":              {SASEnv: "ACME_SAS", Endpoint: server.address},
		"address with signature": {SASEnv: "ACME_SAS_ADDRESS", Endpoint: server.address},
		"signature of account":   {SASEnv: "ACME_ACCOUNT_SAS", Endpoint: server.address},
		"connection string":      {ConnectionStringEnv: "ACME_CONNECTION"},
		"and with a signature":   {ConnectionStringEnv: "ACME_SIGNED_CONNECTION"},
		"identity":               {Endpoint: server.address},
	} {
		t.Run(name, func(t *testing.T) {
			config.Location = store.location("bills")
			if got := contents(t, fetchOnly(t, open(t, config))); got != "one two" {
				t.Errorf("fetched %q, want one two", got)
			}
		})
	}
}

// wrongKey asks a server without tokens: one that takes them takes a key for a
// bad token. Azure itself answers AuthenticationFailed, see
// TestFaultsThatStayAreTold.
func wrongKey(t *testing.T, _ *azurite) {
	server := startAzurite(t)
	t.Setenv("ACME_KEY", accountKey)
	wantExportsError(t, azure.Config{Location: server.store(t).location("bills"), KeyEnv: "ACME_KEY", Endpoint: server.address},
		"refused, whoever asks", "(AuthorizationFailure, request ")
}

func wrongSignatures(t *testing.T, server *azurite) {
	store := server.store(t)
	both := sas.ContainerPermissions{Read: true, List: true}
	valid, _ := url.ParseQuery(server.signature(t, store, both, time.Hour))
	valid.Set("sig", "c2hvcnQgYW5kIHN0b3V0")
	for name, c := range map[string]struct{ signature, want string }{
		"expired":   {server.signature(t, store, both, -time.Hour), "or make a new shared access signature if this one has expired"},
		"no list":   {server.signature(t, store, sas.ContainerPermissions{Read: true}, time.Hour), "the shared access signature lacks permissions; make one with read and list"},
		"not its":   {valid.Encode(), "or make a new shared access signature if this one has expired"},
		"elsewhere": {server.signature(t, server.store(t), both, time.Hour), "or make a new shared access signature if this one has expired"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("ACME_SAS", c.signature)
			wantExportsError(t, azure.Config{Location: store.location("bills"), SASEnv: "ACME_SAS", Endpoint: server.address}, c.want)
		})
	}
}

func wrongIdentities(t *testing.T, server *azurite) {
	config := azure.Config{Location: server.store(t).location("bills"), Endpoint: server.address}
	t.Run("wrong secret", func(t *testing.T) {
		signInAsClient(t, server, "guessed")
		wantExportsError(t, config, "sign in: refused by Microsoft Entra ID: wrong client secret; set the secret's value, not its id (AADSTS7000215)")
	})
	t.Run("none", func(t *testing.T) {
		signInAsClient(t, server, "")
		wantExportsError(t, config, "no identity found to sign in as; attach a managed or workload identity")
	})
}

func missingContainer(t *testing.T, server *azurite) {
	t.Setenv("ACME_KEY", server.key)
	wantExportsError(t, azure.Config{Location: "azblob://" + server.account + "/nowhere/bills", KeyEnv: "ACME_KEY", Endpoint: server.address},
		"no such container; check location (ContainerNotFound, request ")
}

func strangeNames(t *testing.T, server *azurite) {
	store := server.store(t)
	names := []string{"part 0 + 1.csv", "pärt~2.csv", "part&4=5;6.csv", "part'(7)!.csv"}
	d := naming(func(name string) string { return " " + name }, "0", "2", "4", "7")
	d.export, d.names = "acme ünit & co", names
	deliver(t, store, d)
	if got := contents(t, fetchOnly(t, store.source(t, below))); got != "0 2 4 7" {
		t.Errorf("fetched %q, want 0 2 4 7", got)
	}
}

func manyBlobs(t *testing.T, server *azurite) {
	store := server.store(t)
	for i := range 1100 {
		store.put(t, fmt.Sprintf("exports/bills/acme-focus/left-over/%04d.csv", i), "a")
	}
	deliver(t, store, october("october"))
	if got := contents(t, fetchOnly(t, store.source(t, below))); got != "october" {
		t.Errorf("fetched %q, want october", got)
	}
}

func uploadedInBlocks(t *testing.T, server *azurite) {
	store := server.store(t)
	body := strings.Repeat("0123456789", 3<<20)
	d := october(body)
	deliver(t, store, d)
	store.upload(t, path.Join(d.usual().folder(), "part_0_0001.csv"), body)
	source := store.source(t, below)
	var arrived int
	delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), func(n int64) { arrived += int(n) })
	if err != nil || contents(t, delivery) != body || arrived != len(body) {
		t.Errorf("got %d bytes, %v; want the %d that were uploaded", arrived, err, len(body))
	}
}

// writtenOver writes a file over as it is asked for: Azurite itself refuses
// the read, for the ETag that it was listed with.
func writtenOver(t *testing.T, server *azurite) {
	store := server.store(t)
	source, door := store.behindDoor(t)
	deliver(t, store, october("old", "too"))
	export := onlyExport(t, source)
	file := path.Join("exports", october().usual().folder(), "part_1_0001.csv")
	door.Arrange(&sourcetest.Fault{In: "part_1_0001.csv", Times: 1, Before: func() { store.put(t, file, "new") }})
	delivery, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	if err != nil || contents(t, delivery) != "old new" { // the run is whole again by its manifest
		t.Errorf("got %q, %v; want old new", contents(t, delivery), err)
	}
	if reads := len(door.Asked("part_1_0001.csv")); reads != 2 {
		t.Errorf("%d reads, want one refused and one more", reads)
	}
	door.Arrange(&sourcetest.Fault{In: "part_1_0001.csv", Times: 1, Before: func() { store.put(t, file, "longer") }})
	_, err = source.Fetch(t.Context(), export, t.TempDir(), nil)
	if err == nil || !errors.Is(err, ingest.ErrNotDelivered) || !strings.HasSuffix(err.Error(), "part_1_0001.csv has 6 bytes and its manifest says 3: it is being written") {
		t.Errorf("got %v, want the month held back", err)
	}
}

func deliveredAnew(t *testing.T, server *azurite) {
	store := server.store(t)
	source, door := store.behindDoor(t)
	old := october("old", "old too").usual()
	deliver(t, store, old)
	export := onlyExport(t, source)
	door.Arrange(&sourcetest.Fault{In: "part_0_0001.csv", Times: 1, Before: func() {
		deliver(t, store, delivery{run: "new", submitted: "2026-11-02T06:10:00Z", files: []string{"new", "new too"}})
		for _, name := range append(old.names, "manifest.json") {
			store.remove(t, path.Join("exports", old.folder(), name))
		}
	}})
	delivery, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	if err != nil || contents(t, delivery) != "new new too" {
		t.Errorf("got %q, %v; want the new delivery", contents(t, delivery), err)
	}
}

// conforms runs the suite through a door between the SDK and Azurite.
func conforms(t *testing.T, server *azurite) {
	sourcetest.Run(t, subject(t, "", func(t *testing.T) sourcetest.Store {
		store := server.store(t)
		door, address := store.door(t)
		return &bill{&behind{store, address}, door}
	}))
}

// behind is a store that is read through a door.
type behind struct {
	*azuriteStore
	address string
}

func (b *behind) source(t *testing.T, config azure.Config) ingest.Source {
	t.Helper()
	t.Setenv("ACME_KEY", b.server.key)
	config.Location = b.location(strings.TrimPrefix(config.Location, "exports/"))
	config.KeyEnv, config.Endpoint = "ACME_KEY", b.address
	return open(t, config)
}

// behindDoor is a source that reads the store through a door.
func (s *azuriteStore) behindDoor(t *testing.T) (ingest.Source, *sourcetest.Door) {
	t.Helper()
	door, address := s.door(t)
	return (&behind{s, address}).source(t, below), door
}

// door is a door before the server, and the account's address there.
func (s *azuriteStore) door(t *testing.T) (*sourcetest.Door, string) {
	t.Helper()
	address, err := url.Parse(s.server.address)
	if err != nil {
		t.Fatal(err)
	}
	silent := log.New(io.Discard, "", 0)
	door := newDoor(&httputil.ReverseProxy{ErrorLog: silent, Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = address.Scheme, address.Host
	}})
	between := httptest.NewServer(door)
	t.Cleanup(between.Close)
	return door, between.URL + address.Path
}

// wantExportsError wants an ErrSource that says all of wants.
func wantExportsError(t *testing.T, config azure.Config, wants ...string) {
	t.Helper()
	_, err := open(t, config).Exports(t.Context())
	unsaid := func(want string) bool { return err == nil || !strings.Contains(err.Error(), want) }
	if !errors.Is(err, ingest.ErrSource) || slices.ContainsFunc(wants, unsaid) {
		t.Errorf("got  %v\nwant %s", err, wants)
	}
}
