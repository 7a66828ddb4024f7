package azure

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
)

// sovereign is one of the clouds that Azure runs apart from each other.
type sovereign struct {
	blobs    string // the domain of its storage accounts
	identity cloud.Configuration
}

// clouds have the names that the Azure command line gives them.
var clouds = map[string]sovereign{
	"AzureCloud":        {"blob.core.windows.net", cloud.AzurePublic},
	"AzureUSGovernment": {"blob.core.usgovcloudapi.net", cloud.AzureGovernment},
	"AzureChinaCloud":   {"blob.core.chinacloudapi.cn", cloud.AzureChina},
}

func (c Config) validateCloud() error {
	if _, known := clouds[c.Cloud]; known || c.Cloud == "" {
		return nil
	}
	return fmt.Errorf("cloud %q: want one of %s", c.Cloud, strings.Join(slices.Sorted(maps.Keys(clouds)), ", "))
}

// service is the address of the account's blob service.
func (c Config) service(p place) string {
	if c.Endpoint != "" {
		return strings.TrimSuffix(c.Endpoint, "/")
	}
	in := clouds["AzureCloud"]
	if c.Cloud != "" {
		in = clouds[c.Cloud]
	}
	return "https://" + p.account + "." + in.blobs
}

// identityCloud is where the source signs in. Without a setting the SDK knows
// AZURE_AUTHORITY_HOST.
func (c Config) identityCloud() cloud.Configuration { return clouds[c.Cloud].identity }

// isPrivate reports whether AZURE_AUTHORITY_HOST names a cloud that Microsoft
// does not run, whose authority it cannot vouch for.
func isPrivate() bool {
	named, err := url.Parse(os.Getenv("AZURE_AUTHORITY_HOST"))
	if err != nil || named.Host == "" {
		return false
	}
	for _, known := range clouds {
		if host, err := url.Parse(known.identity.ActiveDirectoryAuthorityHost); err == nil && host.Host == named.Host {
			return false
		}
	}
	return true
}
