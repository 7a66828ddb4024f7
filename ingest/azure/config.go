package azure

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// Config is the azure block of a source in costwarden.yaml. Secrets stand in
// an environment variable or a file that it names; without one the source
// signs in as the identity it runs as.
type Config struct {
	Location string   `yaml:"location"` // azblob://account/container/prefix or file:./folder
	Exports  []string `yaml:"exports"`  // the exports to read; empty: all below location
	Scope    string   `yaml:"scope"`    // the scope to read where exports of several lie there
	Cloud    string   `yaml:"cloud"`    // AzureUSGovernment or AzureChinaCloud; empty: AzureCloud
	Endpoint string   `yaml:"endpoint"` // the account's blob service; empty: https://<account>.blob.<cloud>

	SASEnv               string `yaml:"sas_env"` // a shared access signature
	SASFile              string `yaml:"sas_file"`
	KeyEnv               string `yaml:"key_env"` // the account's key
	KeyFile              string `yaml:"key_file"`
	ConnectionStringEnv  string `yaml:"connection_string_env"`
	ConnectionStringFile string `yaml:"connection_string_file"`
}

// Validate tells all that is wrong with c, one error for each. It reads no
// secrets; Open does.
func (c Config) Validate() []error {
	_, err := c.place()
	all := []error{err, c.validateExports(), c.validateScope(), c.validateCloud(), c.validateEndpoint(), c.validateSecrets()}
	return slices.DeleteFunc(all, func(err error) bool { return err == nil })
}

// place is where a source's blobs lie: in a container, or in a folder.
type place struct {
	account, container string
	prefix             string // what the names of all blobs begin with: empty, or ending in a slash
	folder             string // a folder on disk instead of an account
}

var (
	accountName   = regexp.MustCompile(`^[a-z0-9]{3,24}$`)
	containerName = regexp.MustCompile(`^([a-z0-9](-?[a-z0-9]){2,62}|\$root|\$web)$`)
)

func (c Config) place() (place, error) {
	if c.Location == "" {
		return place{}, errors.New("location is missing; set the folder that the exports lie below: " +
			"azblob://account/container/prefix or file:./folder")
	}
	if strings.ContainsAny(c.Location, "?@") && strings.HasPrefix(c.Location, "azblob:") {
		return place{}, errors.New("location: holds a signature or a user; credentials belong into the environment or a file, see sas_env")
	}
	location, err := bucket.ParseLocation(c.Location, "azblob", "file")
	if err != nil {
		return place{}, err
	}
	if location.Scheme == "file" {
		return place{folder: location.Bucket}, nil
	}
	p := place{account: location.Bucket}
	p.container, p.prefix, _ = strings.Cut(location.Prefix, "/")
	if p.prefix = strings.Trim(p.prefix, "/"); p.prefix != "" {
		p.prefix += "/"
	}
	switch {
	case !accountName.MatchString(p.account):
		return place{}, fmt.Errorf("location %q: %q is no storage account's name, which has 3 to 24 small letters and digits; "+
			"want azblob://account/container/prefix", c.Location, p.account)
	case !containerName.MatchString(p.container):
		return place{}, fmt.Errorf("location %q: %q is no container's name; want azblob://account/container/prefix", c.Location, p.container)
	}
	return p, nil
}

func (c Config) validateExports() error {
	for i, name := range c.Exports {
		switch {
		case name == "" || strings.ContainsAny(name, `/\`):
			return fmt.Errorf("exports: %q: want the names of exports as Cost Management shows them", name)
		case slices.ContainsFunc(c.Exports[:i], func(other string) bool { return strings.EqualFold(other, name) }):
			return fmt.Errorf("exports: %s stands there twice", name)
		}
	}
	return nil
}

func (c Config) validateScope() error {
	scope := scopeOf(c.Scope)
	if scope == "" || strings.HasPrefix(scope, "/subscriptions/") || strings.HasPrefix(scope, "/providers/") {
		return nil
	}
	return fmt.Errorf("scope %q: want the scope's resource id, such as /subscriptions/<id> or "+
		"/providers/Microsoft.Billing/billingAccounts/<id>", c.Scope)
}

func (c Config) validateEndpoint() error {
	if c.Endpoint == "" {
		return nil
	}
	endpoint, err := url.Parse(c.Endpoint)
	switch {
	case err != nil || endpoint.Host == "" || (endpoint.Scheme != "https" && endpoint.Scheme != "http"):
		return errors.New("endpoint: want an address such as https://acmecosts.blob.core.windows.net")
	case endpoint.User != nil || endpoint.RawQuery != "":
		return errors.New("endpoint: holds a signature or a user; credentials belong into the environment or a file, see sas_env")
	case strings.Contains(endpoint.Host, ".dfs."):
		return fmt.Errorf("endpoint %q: want the account's blob endpoint, %s", c.Endpoint, strings.Replace(c.Endpoint, ".dfs.", ".blob.", 1))
	case c.Cloud != "":
		return errors.New("endpoint says which cloud; leave cloud out")
	case endpoint.Scheme == "http" && !slices.ContainsFunc(c.secrets(), secret.isSet):
		return errors.New("endpoint: an identity's token is sent over https only; set an address that begins with https://")
	}
	return nil
}

func (c Config) validateSecrets() error {
	var named []string
	for _, secret := range c.secrets() {
		if secret.env != "" {
			named = append(named, secret.name+"_env")
		}
		if secret.file != "" {
			named = append(named, secret.name+"_file")
		}
	}
	switch {
	case len(named) > 1:
		return fmt.Errorf("%s are several ways to sign in; keep one", strings.Join(named, " and "))
	case len(named) == 1 && strings.HasPrefix(c.Location, "file:"):
		return fmt.Errorf("%s is for azblob:// locations; leave it out", named[0])
	case c.connectionString().isSet() && (c.Endpoint != "" || c.Cloud != ""):
		return errors.New("the connection string says the endpoint; leave endpoint and cloud out")
	}
	return nil
}
