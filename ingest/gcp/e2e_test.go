//go:build e2e

package gcp_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
	"github.com/costwarden/costwarden/ingest/gcp"
	"github.com/costwarden/costwarden/ingest/gcp/bigquerytest"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// TestE2EFakeGCS reads exported files from a GCS server on loopback with the
// real client.
func TestE2EFakeGCS(t *testing.T) {
	address := startFakeGCS(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *gcs)
	}{
		{"the newest export is the month", newestExportFromGCS},
		{"more than a page of objects", manyObjects},
		{"names with blanks and signs", strangeNames},
		{"no such bucket", noSuchBucket},
		{"a shard that is written over while it is read", writtenOver},
		{"the suite of sources", conforms},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, newGCS(t, address)) })
	}
}

// startFakeGCS runs the server until the test ends and returns its address.
func startFakeGCS(t *testing.T) string {
	t.Helper()
	binary := os.Getenv("COSTWARDEN_FAKE_GCS")
	if binary == "" {
		t.Fatal("COSTWARDEN_FAKE_GCS is not set; run make e2e")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host := listener.Addr().String()
	listener.Close()
	_, port, _ := net.SplitHostPort(host)
	server := exec.CommandContext(t.Context(), binary, "-scheme", "http", "-host", "127.0.0.1", "-port", port, "-public-host", host, "-backend", "memory", "-log-level", "error")
	server.Stderr = os.Stderr
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Process.Kill(); server.Wait() })
	for range 100 {
		if answer, err := http.Get("http://" + host + "/_internal/healthcheck"); err == nil {
			answer.Body.Close()
			return "http://" + host
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("fake-gcs-server does not answer")
	return ""
}

// gcs is a bucket of its own on the server, read through a door.
type gcs struct {
	*sourcetest.Door
	address string // of the server
	url     string // of the way to it that the source takes
	bucket  string
}

var buckets atomic.Int64

func newGCS(t *testing.T, address string) *gcs {
	t.Helper()
	g := &gcs{address: address, bucket: fmt.Sprintf("acme-billing-%d", buckets.Add(1))}
	g.post(t, "/storage/v1/b", "application/json", `{"name": "`+g.bucket+`"}`)
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	silent := log.New(io.Discard, "", 0)
	g.Door = newGCSDoor(&httputil.ReverseProxy{ErrorLog: silent, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }})
	between := httptest.NewServer(g.Door)
	t.Cleanup(between.Close)
	g.url = between.URL + "/storage/v1/"
	return g
}

func (g *gcs) post(t *testing.T, path, kind, body string) {
	t.Helper()
	answer, err := http.Post(g.address+path, kind, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Error(err)
		return
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("POST %s: %s", path, answer.Status)
	}
}

func (g *gcs) put(t *testing.T, key, content string) {
	t.Helper()
	g.post(t, "/upload/storage/v1/b/"+g.bucket+"/o?uploadType=media&name="+url.QueryEscape(key), "application/octet-stream", content)
}

func (g *gcs) export(t *testing.T, folder string, m said, contents ...string) {
	t.Helper()
	for i, content := range contents {
		g.put(t, fmt.Sprintf("%s/%012d.json", folder, i), content)
	}
	g.put(t, folder+"/costwarden-export.json", m.text(t))
}

func (g *gcs) source(t *testing.T) ingest.Source {
	t.Helper()
	source := open(t, gcp.Config{Location: "gs://" + g.bucket + "/gcp", Endpoint: g.url}, ingest.Place{})
	gcp.HastenFiles(source)
	return source
}

func newestExportFromGCS(t *testing.T, g *gcs) {
	g.export(t, "gcp/run-1", october("000000000000.json", "000000000001.json"), "old", "old too")
	first := onlyExport(t, g.source(t)).Version
	g.export(t, "gcp/run-2", october("000000000000.json").with("exported_at", "2026-11-02T06:00:00Z"), "new", "a shard of another run")
	source := g.source(t)
	export := onlyExport(t, source)
	if export.Version == first || export.Version != onlyExport(t, g.source(t)).Version {
		t.Errorf("versions %s, then %s; want another, and the same twice", first, export.Version)
	}
	delivery, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	if err != nil || contents(t, delivery) != "new" {
		t.Errorf("got %+v, %v; want the newest export", delivery, err)
	}
	if etag := delivery.Files[0].ETag; !strings.Contains(etag, "-") {
		t.Errorf("ETag %q; want a generation and a checksum", etag)
	}
}

func manyObjects(t *testing.T, g *gcs) {
	for i := range 1005 {
		g.put(t, fmt.Sprintf("gcp/old/%05d.json", i), "x")
	}
	g.export(t, "gcp/run", october("000000000000.json"), "new")
	source := g.source(t)
	delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
	if err != nil || contents(t, delivery) != "new" {
		t.Errorf("got %+v, %v; want the export behind a thousand objects", delivery, err)
	}
}

func strangeNames(t *testing.T, g *gcs) {
	for i, name := range []string{"a b.json", "a+b%20c.json", "ü&=?#.json"} {
		folder := fmt.Sprintf("gcp/run %d+&", i)
		g.put(t, folder+"/"+name, name)
		g.put(t, folder+"/costwarden-export.json", october(name).with("exported_at", fmt.Sprintf("2026-11-0%dT06:00:00Z", i+1)).text(t))
		source := g.source(t)
		delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
		if err != nil || contents(t, delivery) != name {
			t.Errorf("%s: got %+v, %v", name, delivery, err)
		}
	}
}

func noSuchBucket(t *testing.T, g *gcs) {
	g.bucket = "acme-nowhere"
	_, err := g.source(t).Exports(t.Context())
	if err == nil || !errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(), "list gs://acme-nowhere/gcp/: ") {
		t.Errorf("got %v, want an ErrSource that names the bucket", err)
	}
}

// writtenOver lets the door itself refuse a read whose generation no longer
// holds, as Google does and the fake does not.
func writtenOver(t *testing.T, g *gcs) {
	g.export(t, "gcp/run", october("000000000000.json"), "as it was")
	source := g.source(t)
	export := onlyExport(t, source)
	g.Arrange(&sourcetest.Fault{In: "000000000000.json", Times: sourcetest.Always, Happen: bigquerytest.Refuse(http.StatusPreconditionFailed, "conditionNotMet", "")})
	_, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	read := g.Asked("000000000000.json")
	if !errors.Is(err, bucket.ErrChanged) || len(read) != 1 || !strings.Contains(read[0], "generation 1") {
		t.Errorf("got %v of %q; want ErrChanged from a read that is held to its generation", err, read)
	}
}

// conforms runs the suite through the door. The fake does not hold reads to a
// generation, so that what needs it is left out.
func conforms(t *testing.T, g *gcs) {
	sourcetest.Run(t, filesSubject(t, "", fileHarms, func(t *testing.T) sourcetest.Store {
		store := newGCS(t, g.address)
		return &filed{put: store.put, bucket: store.bucket, endpoint: store.url, door: store.Door}
	}))
}
