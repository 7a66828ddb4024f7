package azure_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

func TestABrokenDownloadGoesOnWhereItBroke(t *testing.T) {
	store := newBlobStore(t)
	deliver(t, store, october(strings.Repeat("0123456789", 100_000)))
	source := store.source(t, below)
	store.Arrange(&sourcetest.Fault{In: fileRead, Times: 1, Happen: sourcetest.Shorten})
	fetchOnly(t, source)
	requests := store.Asked(fileRead)
	if len(requests) != 2 || !strings.HasSuffix(requests[1], "bytes=500000-") {
		t.Errorf("asked %q, want the second half alone the second time", requests)
	}
}

// TestAnswersThatStallAreGivenUp lets one of each kind hang.
func TestAnswersThatStallAreGivenUp(t *testing.T) {
	store := newBlobStore(t)
	deliver(t, store, october("a,b"))
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	store.Arrange(
		&sourcetest.Fault{In: listRequest, Times: 1, Before: func() { <-release }},
		&sourcetest.Fault{In: manifestRead, Times: 1, Before: func() { <-release }},
		&sourcetest.Fault{In: fileRead, Times: 1, Before: func() { <-release }})
	if got := contents(t, fetchOnly(t, store.source(t, below))); got != "a,b" {
		t.Errorf("fetched %q, want a,b", got)
	}
}

// TestASignatureCopiedWithItsAddress is of the address that lists a container.
func TestASignatureCopiedWithItsAddress(t *testing.T) {
	t.Setenv("ACME_SAS", "https://acmecosts.blob.core.windows.net/exports?restype=container&comp=list&sv=2024-11-04&sig=not-to-be-told")
	store := newBlobStore(t)
	deliver(t, store, october("a,b"))
	if got := contents(t, fetchOnly(t, store.source(t, azure.Config{Location: "exports", SASEnv: "ACME_SAS"}))); got != "a,b" {
		t.Errorf("fetched %q, want a,b", got)
	}
}

// signed is a source that signs in with a shared access signature.
var signed = azure.Config{SASEnv: "ACME_SAS"}

func TestFaultsThatStayAreTold(t *testing.T) {
	file := "exports/" + october().usual().folder() + "/part_0_0001.csv"
	const list, read, said = "list {exports/bills/}: ", "fetch 2026-10: read {FILE}: ", ", request 4442587fb7d0a2f9)"
	notPermitted := refuse(403, "AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.")
	notAuthorized := refuse(403, "AuthorizationFailure", "This request is not authorized to perform this operation.")
	for _, c := range []struct {
		name, want string
		happen     sourcetest.Happening
		requests   int
		config     azure.Config
	}{
		{"wrong key", list + "wrong key: it is not one of the storage account's two, or was rotated; " +
			"set the one that the account shows (AuthenticationFailed" + said,
			refuse(403, "AuthenticationFailed", "The MAC signature found in the HTTP request 'c2VjcmV0' is not the same as any computed signature."), 1, azure.Config{}},
		{"the clock", list + "this machine's clock is wrong; set it (AuthenticationFailed" + said,
			refuse(403, "AuthenticationFailed", "Request date header too old: 'Mon, 23 Nov 2026 06:00:00 GMT'"), 1, azure.Config{}},
		{"expired signature", list + "the shared access signature has expired, or is not valid yet; make a new one (AuthenticationFailed" + said,
			refuse(403, "AuthenticationFailed", "Signature not valid in the specified time frame: Start [..] - Expiry [..] - Current [..]"), 1, signed},
		{"wrong signature", list + "wrong shared access signature: it was cut off when copied, or the key that signed it was rotated; " +
			"make a new one (AuthenticationFailed" + said,
			refuse(403, "AuthenticationFailed", "Signature did not match. String to sign used was rl"), 1, signed},
		{"a signature without list", list + "the shared access signature lacks permissions; make one with read and list (AuthorizationPermissionMismatch" + said,
			notPermitted, 1, signed},
		{"no role", list + "signed in, but without a role that may read; assign Storage Blob Data Reader on the container " +
			"to this identity, which takes up to ten minutes to apply (AuthorizationPermissionMismatch" + said,
			notPermitted, 1, azure.Config{}},
		{"the firewall", list + "refused, whoever asks, as the storage account's firewall does; let this machine's network in (AuthorizationFailure" + said,
			notAuthorized, 1, azure.Config{}},
		{"the firewall and a signature", list + "refused, whoever asks, as the storage account's firewall does; " +
			"let this machine's network in, or make a new shared access signature if this one has expired (AuthorizationFailure" + said,
			notAuthorized, 1, signed},
		{"keys forbidden", list + "the storage account refuses account keys and what they sign; " +
			"sign in as an identity, or have the account allow keys (KeyBasedAuthenticationNotPermitted" + said,
			refuse(403, "KeyBasedAuthenticationNotPermitted", "Key based authentication is not permitted on this storage account."), 1, azure.Config{}},
		{"no container", list + "no such container; check location (ContainerNotFound" + said,
			refuse(404, "ContainerNotFound", "The specified container does not exist."), 1, azure.Config{}},
		{"archived", read + "archived; rehydrate the blobs of this month, or end the lifecycle rule for this folder (BlobArchived" + said,
			refuse(409, "BlobArchived", "This operation is not permitted on an archived blob."), 1, azure.Config{}},
		{"an unknown code", read + "the storage answered 418 I'm a teapot (ShortAndStout" + said,
			refuse(418, "ShortAndStout", "Tip me over and pour me out."), 1, azure.Config{}},
		{"down for good", read + "the storage answered 500 Internal Server Error (InternalError" + said,
			refuse(500, "InternalError", "The server encountered an internal error."), 4, azure.Config{}},
		{"not modified for good", read + "the storage answered 304 Not Modified, which nobody asked for, as a cache does; go around it (304)",
			unmodified, 4, azure.Config{}},
		{"no blob storage", read + "an answer without the time when the blob was written; check endpoint, which may be no Blob service",
			untimed, 1, azure.Config{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("ACME_SAS", "sv=2024-11-04&sr=c&sp=rl&se=2026-12-31&sig=not-to-be-told")
			store := newBlobStore(t)
			deliver(t, store, october("a,b"))
			c.config.Location = below.Location
			source := store.source(t, c.config)
			export := onlyExport(t, source)
			ofFile := strings.HasPrefix(c.want, read)
			in := listRequest
			if ofFile {
				in = fileRead
			}
			store.Arrange(&sourcetest.Fault{In: in, Times: always, Happen: c.happen})
			_, err := source.Exports(t.Context())
			if ofFile {
				_, err = source.Fetch(t.Context(), export, t.TempDir(), nil)
			}
			if want := urls(store, "source azure-ea: "+strings.Replace(c.want, "FILE", file, 1)); err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
			if !errors.Is(err, ingest.ErrSource) {
				t.Errorf("%v is no ErrSource", err)
			}
			if got := len(store.Asked(in)); got != c.requests {
				t.Errorf("%d requests, want %d", got, c.requests)
			}
		})
	}
}

func TestAnEndpointThatDoesNotAnswer(t *testing.T) {
	t.Setenv("ACME_SAS", "sv=2024-11-04&sig=not-to-be-told")
	store := newBlobStore(t)
	store.endpoint = "http://127.0.0.1:1/acmecosts"
	_, err := store.source(t, azure.Config{Location: "exports", SASEnv: "ACME_SAS"}).Exports(t.Context())
	if err == nil || !errors.Is(err, ingest.ErrSource) ||
		!strings.HasPrefix(err.Error(), "source azure-ea: list azblob://acmecosts/exports/: no answer: ") ||
		!strings.HasSuffix(err.Error(), "; check endpoint and network") {
		t.Errorf("got %v, want: no answer; check endpoint and network", err)
	}
}

func TestAnAccountThatIsNotThere(t *testing.T) {
	store := newBlobStore(t)
	store.endpoint = "http://acmenowhere.blob.invalid" // RFC 6761 keeps .invalid from ever being found
	_, err := store.source(t, below).Exports(t.Context())
	want := "source azure-ea: list azblob://acmecosts/exports/bills/: there is no storage account at acmenowhere.blob.invalid; check location, and cloud or endpoint"
	if err == nil || err.Error() != want || !errors.Is(err, ingest.ErrSource) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestSecretsAreNotTold lets each way of failing happen to each kind of secret.
func TestSecretsAreNotTold(t *testing.T) {
	t.Setenv("ACME_SAS", "sv=2024-11-04&sig=not-to-be-told%2Fever")
	for name, happen := range map[string]sourcetest.Happening{
		"an unknown code": refuse(418, "Teapot", "The signature not-to-be-told is short and stout"),
		"a reset":         sourcetest.Cut,
		"a redirect": func(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
			w.Header().Set("Location", "http://127.0.0.1:1/elsewhere?sig=not-to-be-told")
			w.WriteHeader(http.StatusTemporaryRedirect)
		},
		"no answer in HTTP": func(w http.ResponseWriter, _ *httptest.ResponseRecorder) {
			connection, _, _ := w.(http.Hijacker).Hijack()
			connection.Write([]byte("SSH-2.0-OpenSSH_9.2\r\n"))
			connection.Close()
		},
	} {
		for _, config := range []azure.Config{{Location: "exports"}, {Location: "exports", SASEnv: "ACME_SAS"}} {
			store := newBlobStore(t)
			store.Arrange(&sourcetest.Fault{In: "GET", Times: always, Happen: happen})
			_, err := store.source(t, config).Exports(t.Context())
			if err == nil || strings.Contains(err.Error(), "not-to-be-told") || strings.Contains(err.Error(), accountKey) {
				t.Errorf("%s: got %v, want an error without secrets", name, err)
			}
		}
	}
}

// TestAMonthDeliveredAnewWhileItIsRead has an export that overwrites its runs:
// the old run is gone before it was read.
func TestAMonthDeliveredAnewWhileItIsRead(t *testing.T) {
	store := newBlobStore(t)
	old := october("old", "old too").usual()
	deliver(t, store, old)
	source := store.source(t, below)
	export := onlyExport(t, source)
	store.Arrange(&sourcetest.Fault{In: "part_0_0001.csv", Times: 1, Before: func() {
		deliver(t, store, delivery{run: "new", submitted: "2026-11-02T06:10:00Z", files: []string{"new", "new too"}})
		for _, name := range append(old.names, "manifest.json") {
			store.remove(t, "exports/"+old.folder()+"/"+name)
		}
	}})
	delivery, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	if err != nil || contents(t, delivery) != "new new too" {
		t.Errorf("got %q, %v; want the new delivery", contents(t, delivery), err)
	}
}

func TestAMonthDeletedWhileItIsRead(t *testing.T) {
	store := newBlobStore(t)
	old := october("old").usual()
	deliver(t, store, old)
	source := store.source(t, below)
	export := onlyExport(t, source)
	store.Arrange(&sourcetest.Fault{In: fileRead, Times: 1, Before: func() {
		store.remove(t, "exports/"+old.folder()+"/manifest.json")
		store.remove(t, "exports/"+old.folder()+"/part_0_0001.csv")
	}})
	_, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	want := "source azure-ea: fetch 2026-10: not delivered yet: its run was deleted while it was read; run again later"
	if err == nil || err.Error() != want || !errors.Is(err, ingest.ErrNotDelivered) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestABlobWrittenOverWhileItIsRead has the run written again in its place, as
// its first file is asked for and as its last one is.
func TestABlobWrittenOverWhileItIsRead(t *testing.T) {
	for _, at := range []string{"part_0_0001.csv", "part_1_0001.csv"} {
		store := newBlobStore(t)
		deliver(t, store, october("old", "too"))
		source := store.source(t, below)
		export := onlyExport(t, source)
		store.Arrange(&sourcetest.Fault{In: at, Times: 1, Before: func() { deliver(t, store, october("new", "two")) }})
		delivery, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
		if err != nil || contents(t, delivery) != "new two" {
			t.Errorf("at %s: got %q, %v; want the new delivery, whole", at, contents(t, delivery), err)
		}
	}
}

// TestABlobWrittenOverBeforeItsManifest has a run that is written again, its
// first file longer than before, and its manifest not yet.
func TestABlobWrittenOverBeforeItsManifest(t *testing.T) {
	store := newBlobStore(t)
	deliver(t, store, october("old"))
	source, landing := store.source(t, below), t.TempDir()
	export := onlyExport(t, source)
	rewritten := "exports/" + october().usual().folder() + "/part_0_0001.csv"
	store.Arrange(&sourcetest.Fault{In: fileRead, Times: 1, Before: func() { store.put(t, rewritten, "newer") }})
	_, err := source.Fetch(t.Context(), export, landing, nil)
	want := "source azure-ea: fetch 2026-10: not delivered yet: the run of acme-focus submitted 2026-11-01 06:10 UTC: " +
		"part_0_0001.csv has 5 bytes and its manifest says 3: it is being written"
	if err == nil || err.Error() != want || !errors.Is(err, ingest.ErrNotDelivered) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if left, _ := os.ReadDir(landing); len(left) > 0 {
		t.Errorf("left in the landing: %v", left)
	}
}

func TestAMonthThatKeepsChangingIsGivenUp(t *testing.T) {
	store := newBlobStore(t)
	deliver(t, store, october("old"))
	source := store.source(t, below)
	export := onlyExport(t, source)
	store.Arrange(&sourcetest.Fault{In: fileRead, Times: always, Before: func() { deliver(t, store, october("new")) }})
	_, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	if err == nil || !errors.Is(err, ingest.ErrNotDelivered) || !strings.HasSuffix(err.Error(), "changed while it was read, each time; run again later") {
		t.Errorf("got %v, want: changed each time", err)
	}
	if got := len(store.Asked(fileRead)); got != 3 {
		t.Errorf("read %d times, want 3", got)
	}
}

func TestAManifestReplacedBeforeItIsRead(t *testing.T) {
	store := newBlobStore(t)
	old := october("old").usual()
	deliver(t, store, old)
	store.Arrange(&sourcetest.Fault{In: manifestRead, Times: 1, Before: func() {
		deliver(t, store, delivery{run: "new", submitted: "2026-11-02T06:10:00Z", files: []string{"new"}})
		store.remove(t, "exports/"+old.folder()+"/manifest.json")
	}})
	if got := contents(t, fetchOnly(t, store.source(t, below))); got != "new" {
		t.Errorf("fetched %q, want new", got)
	}
}

func TestAServerWithoutETags(t *testing.T) {
	store := newBlobStore(t)
	deliver(t, store, october("old"))
	source := store.source(t, below)
	store.Arrange(&sourcetest.Fault{In: listRequest, Times: always, Happen: relabel("")})
	old := onlyExport(t, source).Version
	if got := contents(t, fetchOnly(t, source)); got != "old" {
		t.Errorf("fetched %q, want old", got)
	}
	deliver(t, store, october("new"))
	if onlyExport(t, source).Version == old {
		t.Errorf("version %s for both deliveries", old)
	}
	if got := contents(t, fetchOnly(t, source)); got != "new" {
		t.Errorf("fetched %q, want new", got)
	}
}
