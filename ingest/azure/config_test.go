package azure_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/azure"
)

func TestValidateTellsAllThatIsWrong(t *testing.T) {
	const location = "azblob://acmecosts/exports"
	for _, c := range []struct {
		config azure.Config
		want   string
	}{
		{azure.Config{}, "location is missing; set the folder that the exports lie below: azblob://account/container/prefix or file:./folder"},
		{azure.Config{Location: "s3://acme/exports"}, `location "s3://acme/exports": want azblob://account/container/prefix or file:./folder`},
		{azure.Config{Location: "azblob:acmecosts/exports"}, `location "azblob:acmecosts/exports": names no bucket; want azblob://account/container/prefix`},
		{azure.Config{Location: "azblob://Acme.Costs/exports"}, `location "azblob://Acme.Costs/exports": "Acme.Costs" is no storage account's name, ` +
			`which has 3 to 24 small letters and digits; want azblob://account/container/prefix`},
		{azure.Config{Location: "azblob://acmecosts"}, `location "azblob://acmecosts": "" is no container's name; want azblob://account/container/prefix`},
		{azure.Config{Location: "azblob://acmecosts/Exports/bills"}, `location "azblob://acmecosts/Exports/bills": "Exports" is no container's name; want azblob://account/container/prefix`},
		{azure.Config{Location: location + "?sv=1&sig=not-to-be-told"}, "location: holds a signature or a user; credentials belong into the environment or a file, see sas_env"},
		{azure.Config{Location: location, Exports: []string{"bills/acme"}}, `exports: "bills/acme": want the names of exports as Cost Management shows them`},
		{azure.Config{Location: location, Exports: []string{"acme", "Acme"}}, "exports: Acme stands there twice"},
		{azure.Config{Location: location, Scope: "acme-shop"}, `scope "acme-shop": want the scope's resource id, such as /subscriptions/<id> or /providers/Microsoft.Billing/billingAccounts/<id>`},
		{azure.Config{Location: location, Cloud: "AzureGermany"}, `cloud "AzureGermany": want one of AzureChinaCloud, AzureCloud, AzureUSGovernment`},
		{azure.Config{Location: location, Endpoint: "acmecosts.blob.core.windows.net"}, "endpoint: want an address such as https://acmecosts.blob.core.windows.net"},
		{azure.Config{Location: location, Endpoint: "https://x/?sig=not-to-be-told"}, "endpoint: holds a signature or a user; credentials belong into the environment or a file, see sas_env"},
		{azure.Config{Location: location, Endpoint: "https://acmecosts.dfs.core.windows.net"},
			`endpoint "https://acmecosts.dfs.core.windows.net": want the account's blob endpoint, https://acmecosts.blob.core.windows.net`},
		{azure.Config{Location: location, Endpoint: "https://x", Cloud: "AzureCloud"}, "endpoint says which cloud; leave cloud out"},
		{azure.Config{Location: location, Endpoint: "http://x"}, "endpoint: an identity's token is sent over https only; set an address that begins with https://"},
		{azure.Config{Location: location, KeyEnv: "A", SASFile: "B"}, "sas_file and key_env are several ways to sign in; keep one"},
		{azure.Config{Location: location, SASEnv: "A", SASFile: "B"}, "sas_env and sas_file are several ways to sign in; keep one"},
		{azure.Config{Location: "file:./exports", KeyEnv: "A"}, "key_env is for azblob:// locations; leave it out"},
		{azure.Config{Location: location, ConnectionStringEnv: "A", Endpoint: "https://x"}, "the connection string says the endpoint; leave endpoint and cloud out"},
	} {
		errs := c.config.Validate()
		if len(errs) != 1 || errs[0].Error() != c.want {
			t.Errorf("got  %v\nwant %s", errs, c.want)
		}
	}
	if errs := (azure.Config{Scope: "x", Cloud: "y"}).Validate(); len(errs) != 3 {
		t.Errorf("got %v, want the three things that are wrong", errs)
	}
}

func TestValidateTakes(t *testing.T) {
	for _, config := range []azure.Config{
		{Location: "azblob://acmecosts/exports"},
		{Location: "azblob://acmecosts/exports/bills/2026/", Cloud: "AzureUSGovernment"},
		{Location: "azblob://acmecosts/exports", Endpoint: "https://acmecosts.privatelink.blob.core.windows.net", SASEnv: "A"},
		{Location: "file:./exports", Scope: "/Subscriptions/1", Exports: []string{"a", "b"}},
	} {
		if errs := config.Validate(); len(errs) > 0 {
			t.Errorf("%+v: %v", config, errs)
		}
	}
}

// TestSecretsThatCannotBeUsed are told of without a word of the secret.
func TestSecretsThatCannotBeUsed(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ACME_SECRET", "not-to-be-told;")
	t.Setenv("ACME_CONNECTION", "AccountName=acmeother;AccountKey="+accountKey)
	for _, c := range []struct {
		config azure.Config
		want   string
	}{
		{azure.Config{KeyEnv: "ACME_UNSET"}, "key_env: the environment variable ACME_UNSET is not set"},
		{azure.Config{SASFile: missing}, "sas_file: open " + missing + ": no such file or directory"},
		{azure.Config{KeyFile: empty}, "key_file: " + empty + " is empty"},
		{azure.Config{KeyEnv: "ACME_SECRET"}, "key: is no account key, which is Base64 text; copy it whole"},
		{azure.Config{SASEnv: "ACME_SECRET"}, "sas: holds no shared access signature; want sv=...&sig=..., quoted whole"},
		{azure.Config{ConnectionStringEnv: "ACME_SECRET"}, "connection_string: is none that can be read; " +
			"want DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...;EndpointSuffix=core.windows.net, quoted whole"},
		{azure.Config{ConnectionStringEnv: "ACME_CONNECTION"}, "connection_string: is of the account acmeother, and location of acmecosts"},
	} {
		c.config.Location = "azblob://acmecosts/exports"
		_, err := azure.Open(t.Context(), "azure-ea", c.config)
		if want := "source azure-ea: " + c.want; err == nil || err.Error() != want || errors.Is(err, ingest.ErrSource) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestTheCloudSaysWhereTheAccountIs(t *testing.T) {
	for cloud, want := range map[string]string{
		"":                  "https://acmecosts.blob.core.windows.net",
		"AzureCloud":        "https://acmecosts.blob.core.windows.net",
		"AzureUSGovernment": "https://acmecosts.blob.core.usgovcloudapi.net",
		"AzureChinaCloud":   "https://acmecosts.blob.core.chinacloudapi.cn",
	} {
		if got := azure.Service(azure.Config{Location: "azblob://acmecosts/exports", Cloud: cloud}); got != want {
			t.Errorf("%s: got %s, want %s", cloud, got, want)
		}
	}
}

func TestASourceSaysWhoItIs(t *testing.T) {
	source := open(t, azure.Config{Location: "file:./nowhere"})
	if source.Name() != "azure-ea" || source.Provider() != "azure" {
		t.Errorf("got %s of %s, want azure-ea of azure", source.Name(), source.Provider())
	}
	_, err := source.Exports(t.Context())
	if err == nil || !errors.Is(err, ingest.ErrSource) || !strings.Contains(err.Error(), "open file:./nowhere: no such folder") {
		t.Errorf("got %v, want: no such folder", err)
	}
}
