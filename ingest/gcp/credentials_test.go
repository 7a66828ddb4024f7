package gcp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/gcp"
)

func TestCredentialsFilesThatDoNotDo(t *testing.T) {
	for content, want := range map[string]string{
		"":                                  "is no JSON of Google credentials",
		"-----BEGIN":                        "is no JSON of Google credentials",
		`{"installed": {"client_id": "x"}}`: `has the type ""; want service_account (a key) or external_account (workload identity federation)`,
		`{"type": "gdch_service_account"}`:  `has the type "gdch_service_account"; want service_account`,
	} {
		file := filepath.Join(t.TempDir(), "credentials.json")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, config := range []gcp.Config{{Table: detailedTable, CredentialsFile: file}, {Location: "gs://acme", CredentialsFile: file}} {
			_, err := gcp.Open(t.Context(), "gcp-main", config, ingest.Place{})
			if err == nil || !strings.Contains(err.Error(), "source gcp-main: credentials_file "+file+": "+want) {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		}
	}
}

func TestAFederationThatNeedsNoKeyIsTaken(t *testing.T) {
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	file := filepath.Join(t.TempDir(), "federation.json")
	const federation = `{"type": "external_account", "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x",
		"subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "token_url": "https://sts.googleapis.com/v1/token", "credential_source": {"file": "/dev/null"}}`
	if err := os.WriteFile(file, []byte(federation), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, config := range []gcp.Config{
		{Table: detailedTable, CredentialsFile: file}, {Table: detailedTable, CredentialsFile: file, StorageReadAPI: true}, {Location: "gs://acme", CredentialsFile: file},
	} {
		if _, err := gcp.Open(t.Context(), "gcp-main", config, ingest.Place{}); err != nil {
			t.Errorf("%+v: %v", config, err)
		}
	}
}
