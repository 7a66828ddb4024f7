//go:build e2e

package gcp_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
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
		{"faults that pass", faultsThatPass},
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

// gcs is a bucket of its own on the server, behind a door that can go wrong.
type gcs struct {
	address string // of the server
	door    string // of the way to it that the source takes
	bucket  string
	fault   atomic.Pointer[func(w http.ResponseWriter, r *http.Request) bool] // reports whether it has answered
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
	proxy := httputil.NewSingleHostReverseProxy(target)
	direct := proxy.Director
	proxy.Director = func(r *http.Request) { direct(r); r.Host = target.Host }
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fault := g.fault.Load(); fault != nil && (*fault)(w, r) {
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(door.Close)
	g.door = door.URL
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
	source := open(t, gcp.Config{Location: "gs://" + g.bucket + "/gcp", Endpoint: g.door + "/storage/v1/"}, ingest.Place{})
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
	pinned := false
	fault := func(w http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(r.URL.Path, "000000000000.json") {
			return false
		}
		pinned = r.URL.Query().Get("ifGenerationMatch") != ""
		w.WriteHeader(http.StatusPreconditionFailed)
		return true
	}
	g.fault.Store(&fault)
	_, err := source.Fetch(t.Context(), export, t.TempDir(), nil)
	if !errors.Is(err, bucket.ErrChanged) || !pinned {
		t.Errorf("got %v, pinned %t; want ErrChanged from a read that is held to its generation", err, pinned)
	}
}

func faultsThatPass(t *testing.T, g *gcs) {
	body := strings.Repeat("0123456789", 100_000)
	g.export(t, "gcp/run", october("000000000000.json"), body)
	for name, happen := range map[string]http.HandlerFunc{
		"503": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"429": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"a short body": func(w http.ResponseWriter, r *http.Request) {
			again, err := http.NewRequest(http.MethodGet, g.address+r.URL.RequestURI(), nil)
			if err != nil {
				t.Error(err)
				return
			}
			again.Header = r.Header
			answer, err := http.DefaultClient.Do(again)
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			whole, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Error(err)
			}
			for name, values := range answer.Header {
				w.Header()[name] = values
			}
			w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
			w.WriteHeader(answer.StatusCode)
			w.Write(whole[:len(whole)/2])
		},
	} {
		for _, where := range []string{"/o", "costwarden-export.json", "000000000000.json"} {
			times := 2
			fault := func(w http.ResponseWriter, r *http.Request) bool {
				if times == 0 || !strings.HasSuffix(r.URL.Path, where) {
					return false
				}
				times--
				happen(w, r)
				return true
			}
			g.fault.Store(&fault)
			source := g.source(t)
			delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
			if err != nil || contents(t, delivery) != body || times > 0 {
				t.Errorf("%s of %s: %v, %d times left; want the file whole", name, where, err, times)
			}
		}
	}
}
