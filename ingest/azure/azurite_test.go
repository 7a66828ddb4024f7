//go:build e2e

package azure_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/sas"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/service"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
)

// certificate is of 127.0.0.1, which these tests trust: a token is sent over
// https only.
var certificate struct{ file, key string }

// TestMain makes the certificate before anything reads which are trusted.
func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "costwarden")
	if err == nil {
		certificate.file, certificate.key = filepath.Join(dir, "certificate.pem"), filepath.Join(dir, "key.pem")
		err = writeCertificate()
	}
	if err == nil {
		err = os.Setenv("SSL_CERT_FILE", certificate.file)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func writeCertificate() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "costwarden tests"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.WriteFile(certificate.file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(certificate.key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600)
}

// azurite is a Blob service over https that keeps everything in memory.
type azurite struct {
	account, key string
	address      string // of the account
	containers   int
}

func startAzurite(t *testing.T, more ...string) *azurite {
	t.Helper()
	program := os.Getenv("COSTWARDEN_AZURITE")
	if program == "" {
		t.Fatal("COSTWARDEN_AZURITE is not set; set it to the azurite-blob program that make e2e installs from .ci/azurite")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	server := &azurite{account: "acmecosts", key: base64.StdEncoding.EncodeToString([]byte("the key of a test")), address: "https://127.0.0.1:" + port + "/acmecosts"}
	arguments := []string{"--blobPort", port, "--inMemoryPersistence", "--disableTelemetry", "--silent",
		"--cert", certificate.file, "--key", certificate.key}
	process := exec.Command(program, append(arguments, more...)...)
	process.Env = append(os.Environ(), "AZURITE_ACCOUNTS="+server.account+":"+server.key)
	process.Stderr = os.Stderr
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { process.Process.Kill(); process.Wait() })
	for range 400 {
		if connection, err := tls.Dial("tcp", "127.0.0.1:"+port, nil); err == nil {
			connection.Close()
			return server
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%s does not answer on port %s", program, port)
	return nil
}

func (a *azurite) credential(t *testing.T) *service.SharedKeyCredential {
	t.Helper()
	credential, err := azblob.NewSharedKeyCredential(a.account, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return credential
}

// store makes a new container.
func (a *azurite) store(t *testing.T) *azuriteStore {
	t.Helper()
	a.containers++
	client, err := azblob.NewClientWithSharedKeyCredential(a.address, a.credential(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	store := &azuriteStore{server: a, client: client, container: fmt.Sprintf("exports-%d", a.containers)}
	if _, err := client.CreateContainer(t.Context(), store.container, nil); err != nil {
		t.Fatal(err)
	}
	return store
}

// signature allows permissions on the store's container for a while from now.
func (a *azurite) signature(t *testing.T, store *azuriteStore, permissions sas.ContainerPermissions, while time.Duration) string {
	t.Helper()
	values := sas.BlobSignatureValues{
		ContainerName: store.container, Permissions: permissions.String(),
		StartTime: time.Now().Add(-2 * time.Hour).UTC(), ExpiryTime: time.Now().Add(while).UTC(),
	}
	signed, err := values.SignWithSharedKey(a.credential(t))
	if err != nil {
		t.Fatal(err)
	}
	return signed.Encode()
}

// accountSignature allows to read and list whatever the account has.
func (a *azurite) accountSignature(t *testing.T) string {
	t.Helper()
	values := sas.AccountSignatureValues{
		Permissions:   (&sas.AccountPermissions{Read: true, List: true}).String(),
		ResourceTypes: (&sas.AccountResourceTypes{Container: true, Object: true}).String(),
		ExpiryTime:    time.Now().Add(time.Hour).UTC(),
	}
	signed, err := values.SignWithSharedKey(a.credential(t))
	if err != nil {
		t.Fatal(err)
	}
	return signed.Encode()
}

// azuriteStore is a container of Azurite, written to with the SDK.
type azuriteStore struct {
	server    *azurite
	client    *azblob.Client
	container string
}

func (s *azuriteStore) put(t *testing.T, key, content string) {
	t.Helper()
	_, err := s.client.UploadBuffer(context.WithoutCancel(t.Context()), s.container, strings.TrimPrefix(key, "exports/"), []byte(content), nil)
	if err != nil {
		t.Error(err)
	}
}

// upload writes a blob in several blocks.
func (s *azuriteStore) upload(t *testing.T, name, content string) {
	t.Helper()
	_, err := s.client.UploadStream(t.Context(), s.container, name, strings.NewReader(content), &azblob.UploadStreamOptions{BlockSize: 4 << 20})
	if err != nil {
		t.Fatal(err)
	}
}

func (s *azuriteStore) remove(t *testing.T, key string) {
	t.Helper()
	if _, err := s.client.DeleteBlob(t.Context(), s.container, strings.TrimPrefix(key, "exports/"), nil); err != nil {
		t.Error(err)
	}
}

func (s *azuriteStore) source(t *testing.T, config azure.Config) ingest.Source {
	t.Helper()
	t.Setenv("ACME_KEY", s.server.key)
	config.Location = s.location(strings.TrimPrefix(config.Location, "exports/"))
	config.KeyEnv, config.Endpoint = "ACME_KEY", s.server.address
	return open(t, config)
}

func (s *azuriteStore) location(prefix string) string {
	return "azblob://" + s.server.account + "/" + s.container + "/" + prefix
}

func (s *azuriteStore) url(key string) string {
	return s.location(strings.TrimPrefix(key, "exports/"))
}

// signInAsClient sets the environment of a client that signs in with secret at
// a token server of its own. An empty secret is none.
func signInAsClient(t *testing.T, server *azurite, secret string) {
	t.Helper()
	const tenant = "5c1f5a2e-0000-4000-8000-00000000000a"
	pair, err := tls.LoadX509KeyPair(certificate.file, certificate.key)
	if err != nil {
		t.Fatal(err)
	}
	tokens := httptest.NewUnstartedServer(tokenServer{tenant})
	tokens.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	tokens.StartTLS()
	t.Cleanup(tokens.Close)
	for name, value := range map[string]string{
		"AZURE_TENANT_ID": tenant, "AZURE_CLIENT_ID": "5c1f5a2e-0000-4000-8000-00000000000b", "AZURE_CLIENT_SECRET": secret,
		"AZURE_AUTHORITY_HOST": tokens.URL + "/", "AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential",
	} {
		t.Setenv(name, value)
	}
}

// tokenServer gives out tokens for the storage as Microsoft Entra ID does.
type tokenServer struct{ tenant string }

func (s tokenServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	here := "https://" + r.Host + "/" + s.tenant
	switch {
	case strings.HasSuffix(r.URL.Path, "/.well-known/openid-configuration"):
		answerJSON(w, object{"issuer": here + "/v2.0", "authorization_endpoint": here + "/oauth2/v2.0/authorize", "token_endpoint": here + "/oauth2/v2.0/token"})
	case r.FormValue("client_secret") != "a-client-secret":
		w.WriteHeader(http.StatusUnauthorized)
		answerJSON(w, object{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."})
	default:
		answerJSON(w, object{"token_type": "Bearer", "expires_in": 3600, "access_token": s.token()})
	}
}

// token is one whose signature nobody checks: Azurite does not.
func (s tokenServer) token() string {
	part := func(content object) string {
		text, _ := json.Marshal(content)
		return base64.RawURLEncoding.EncodeToString(text)
	}
	now := time.Now().Unix()
	return part(object{"alg": "RS256", "typ": "JWT"}) + "." + part(object{
		"aud": "https://storage.azure.com", "iss": "https://sts.windows.net/" + s.tenant + "/", "iat": now - 60, "nbf": now - 60, "exp": now + 3600,
	}) + "." + base64.RawURLEncoding.EncodeToString([]byte("unsigned"))
}

func answerJSON(w http.ResponseWriter, content object) {
	text, _ := json.Marshal(content)
	w.Write(text)
}

// written is a file that holds text.
func written(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
