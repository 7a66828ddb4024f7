//go:build e2e

package aws_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/aws"
	"github.com/costwarden/costwarden/ingest/aws/s3test"
	"github.com/costwarden/costwarden/ingest/sourcetest"
)

// TestE2EVersityGateway reads from a real S3 server on loopback with the real
// SDK: what the fake of the other tests cannot do, it does.
func TestE2EVersityGateway(t *testing.T) {
	server := startGateway(t)
	for _, c := range []struct {
		name string
		test func(*testing.T, *gateway)
	}{
		{"more than a thousand keys", thousandKeys},
		{"an object uploaded in parts", uploadedInParts},
		{"wrong secret", wrongSecret},
		{"unknown key id", unknownKey},
		{"missing bucket", missingBucket},
		{"missing export", missingExport},
		{"half rewritten while it is read", halfRewritten},
		{"delivered anew while it is read", deliveredAnew},
		{"the suite of sources", conforms},
		{"stopped and started while it is read", restarted},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, server) })
	}
}

func thousandKeys(t *testing.T, server *gateway) {
	store := server.store(t)
	for i := range 1100 {
		server.place(t, store, fmt.Sprintf("exports/acme-focus/metadata/billing_period=2025-09/2025-10-01T00:00:00.%04dZ-1/acme-focus-Manifest.json", i), "{}")
		server.place(t, store, fmt.Sprintf("exports/acme-focus/data/billing_period=2026-10/acme-focus-%05d.csv.gz", i), "left over")
	}
	deliver(t, store, "2026-10", "one", "two")
	if got := fetchOnly(t, store.source(t, "exports", "acme-focus")); got != "one two" {
		t.Errorf("fetched %q, want one two", got)
	}
}

func uploadedInParts(t *testing.T, server *gateway) {
	store := server.store(t)
	key := "exports/acme-focus/data/billing_period=2026-10/acme-focus-00001.snappy.parquet"
	parts := []string{strings.Repeat("a", 5<<20), "b"}
	store.upload(t, key, parts...)
	store.put(t, manifestKey("2026-10"), manifest(focus12, "s3://"+store.bucket+"/"+key))
	source := store.source(t, "exports", "acme-focus")
	delivery, err := source.Fetch(t.Context(), onlyExport(t, source), t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if contents(t, delivery) != parts[0]+parts[1] {
		t.Error("the file is not as uploaded")
	}
	if etag := delivery.Files[0].ETag; !strings.HasSuffix(etag, "-2") {
		t.Errorf("ETag %s, want one of two parts", etag)
	}
}

func wrongSecret(t *testing.T, server *gateway) {
	store := server.store(t)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "guessed")
	wantExportsError(t, store, "wrong secret: the secret access key does not belong to the access key id")
}

func unknownKey(t *testing.T, server *gateway) {
	store := server.store(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIANOBODY")
	wantExportsError(t, store, "No user exists with the provided access key ID. (XAdminUserNotFound")
}

func missingBucket(t *testing.T, server *gateway) {
	store := server.store(t)
	store.bucket = "acme-nowhere"
	wantExportsError(t, store, "no such bucket; check location and endpoint")
}

func missingExport(t *testing.T, server *gateway) {
	store := server.store(t)
	store.put(t, "exports/acme-cur2/metadata/BILLING_PERIOD=2026-10/acme-cur2-Manifest.json", "{}")
	wantExportsError(t, store, "but acme-cur2; set export to the one you mean")
}

// halfRewritten replaces a late file when the first piece of an early one
// arrives: the server itself refuses the read.
func halfRewritten(t *testing.T, server *gateway) {
	store := server.store(t)
	source, export := store.manyFiles(t)
	_, err := source.Fetch(t.Context(), export, t.TempDir(), once(func() {
		store.put(t, "exports/acme-focus/data/billing_period=2026-10/acme-focus-00040.csv.gz", "new")
	}))
	if !errors.Is(err, ingest.ErrNotDelivered) || !strings.Contains(err.Error(), "acme-focus-00040.csv.gz: changed while it was read") {
		t.Errorf("got %v, want: changed while it was read", err)
	}
}

func deliveredAnew(t *testing.T, server *gateway) {
	store := server.store(t)
	source, export := store.manyFiles(t)
	delivery, err := source.Fetch(t.Context(), export, t.TempDir(), once(func() { deliver(t, store, "2026-10", "all", "new") }))
	if err != nil || contents(t, delivery) != "all new" {
		t.Errorf("got %q, %v; want the new delivery", contents(t, delivery), err)
	}
}

// conforms runs the suite through a door between the SDK and the gateway.
func conforms(t *testing.T, server *gateway) {
	silent := log.New(io.Discard, "", 0)
	proxy := &httputil.ReverseProxy{ErrorLog: silent, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: server.address})
		r.Out.Host = r.In.Host // the signature holds it
	}}
	// The SDK signs by the server's clock as far as it knows it from Date.
	more := append(slices.Clone(harms),
		loads("wrong Date", "any", 1, misdate(5*time.Hour)),
		stays("wrong Date", "any", always, misdate(5*time.Hour), "this machine's clock is wrong"),
		stays("wrong Date", "any", always, misdate(-5*time.Hour), "this machine's clock is wrong"))
	sourcetest.Run(t, subject(t, "", more, func(t *testing.T) sourcetest.Store {
		store, door := server.store(t), s3test.NewDoor(proxy)
		between := httptest.NewServer(door)
		t.Cleanup(between.Close)
		return &bill{&behind{store, between.URL}, door}
	}))
}

// behind is a store that is read through a door.
type behind struct {
	*gatewayStore
	door string
}

func (b *behind) source(t *testing.T, prefix, export string) ingest.Source {
	t.Helper()
	return open(t, aws.Config{
		Location: "s3://" + b.bucket + "/" + prefix, Export: export, Region: "eu-west-1", Endpoint: b.door, PathStyle: true,
	})
}

func restarted(t *testing.T, server *gateway) {
	store := server.store(t)
	source, export := store.manyFiles(t)
	delivery, err := source.Fetch(t.Context(), export, t.TempDir(), once(func() {
		server.stop()
		if err := server.start(); err != nil {
			t.Error(err)
		}
	}))
	if err != nil || len(delivery.Files) != 40 {
		t.Errorf("got %d files, %v; want 40", len(delivery.Files), err)
	}
}

func wantExportsError(t *testing.T, store *gatewayStore, want string) {
	t.Helper()
	_, err := store.source(t, "exports", "acme-focus").Exports(t.Context())
	if err == nil || !errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func once(do func()) func(int64) {
	done := false
	return func(int64) {
		if !done {
			done = true
			do()
		}
	}
}

// gateway is versitygw over a folder.
type gateway struct {
	program string
	dir     string
	address string
	process *exec.Cmd
	buckets int
}

func startGateway(t *testing.T) *gateway {
	t.Helper()
	program := os.Getenv("COSTWARDEN_VERSITYGW")
	if program == "" {
		t.Fatal("COSTWARDEN_VERSITYGW is not set; set it to the versitygw program that make e2e builds from .ci/versitygw")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	server := &gateway{program: program, dir: t.TempDir(), address: listener.Addr().String()}
	t.Cleanup(server.stop)
	if err := server.start(); err != nil {
		t.Fatal(err)
	}
	return server
}

func (g *gateway) start() error {
	g.process = exec.Command(g.program, "--port", g.address,
		"--access", "AKIAEXAMPLE", "--secret", "not-to-be-told", "--region", "eu-west-1", "--quiet", "posix", g.dir)
	g.process.Stderr = os.Stderr
	if err := g.process.Start(); err != nil {
		return err
	}
	for range 100 {
		if connection, err := net.Dial("tcp", g.address); err == nil {
			return connection.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("%s does not answer on %s", g.program, g.address)
}

func (g *gateway) stop() {
	if g.process.Process != nil {
		g.process.Process.Kill()
		g.process.Wait()
	}
}

// store makes a new bucket.
func (g *gateway) store(t *testing.T) *gatewayStore {
	t.Helper()
	s3test.UseCredentials(t)
	configuration, err := config.LoadDefaultConfig(t.Context(), config.WithRegion("eu-west-1"))
	if err != nil {
		t.Fatal(err)
	}
	g.buckets++
	store := &gatewayStore{bucket: fmt.Sprintf("acme-billing-%d", g.buckets), endpoint: "http://" + g.address}
	store.client = s3.NewFromConfig(configuration, func(o *s3.Options) {
		o.BaseEndpoint = &store.endpoint
		o.UsePathStyle = true
		o.RequestChecksumCalculation = sdk.RequestChecksumCalculationWhenRequired
	})
	if _, err := store.client.CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket:                    &store.bucket,
		CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "eu-west-1"},
	}); err != nil {
		t.Fatal(err)
	}
	return store
}

// place writes an object as the gateway stores it, a file, which is quicker
// than a thousand uploads.
func (g *gateway) place(t *testing.T, store *gatewayStore, key, content string) {
	t.Helper()
	path := filepath.Join(g.dir, store.bucket, filepath.FromSlash(key))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// gatewayStore is a bucket of the gateway, written to with the SDK.
type gatewayStore struct {
	client           *s3.Client
	bucket, endpoint string
}

func (s *gatewayStore) put(t *testing.T, key, content string) {
	t.Helper()
	_, err := s.client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &s.bucket, Key: &key, Body: strings.NewReader(content)})
	if err != nil {
		t.Error(err)
	}
}

func (s *gatewayStore) upload(t *testing.T, key string, parts ...string) {
	t.Helper()
	upload, err := s.client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	done := &types.CompletedMultipartUpload{}
	for i, part := range parts {
		number := sdk.Int32(int32(i + 1))
		uploaded, err := s.client.UploadPart(t.Context(), &s3.UploadPartInput{
			Bucket: &s.bucket, Key: &key, UploadId: upload.UploadId, PartNumber: number, Body: bytes.NewReader([]byte(part)),
		})
		if err != nil {
			t.Fatal(err)
		}
		done.Parts = append(done.Parts, types.CompletedPart{ETag: uploaded.ETag, PartNumber: number})
	}
	if _, err := s.client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: &s.bucket, Key: &key, UploadId: upload.UploadId, MultipartUpload: done,
	}); err != nil {
		t.Fatal(err)
	}
}

// manyFiles delivers a month of more files than are fetched at once, so that
// the last of them is not asked for while the first arrives.
func (s *gatewayStore) manyFiles(t *testing.T) (ingest.Source, ingest.Export) {
	t.Helper()
	var files []string
	for i := range 40 {
		files = append(files, fmt.Sprintf("old %d", i))
	}
	deliver(t, s, "2026-10", files...)
	source := s.source(t, "exports", "acme-focus")
	return source, onlyExport(t, source)
}

func (s *gatewayStore) source(t *testing.T, prefix, export string) ingest.Source {
	t.Helper()
	source, err := aws.Open(t.Context(), "aws-payer", aws.Config{
		Location: "s3://" + s.bucket + "/" + prefix, Export: export, Region: "eu-west-1", Endpoint: s.endpoint, PathStyle: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return source
}

func (s *gatewayStore) url(key string) string { return "s3://" + s.bucket + "/" + key }
