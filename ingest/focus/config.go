package focus

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// Config is the focus block of a source in costwarden.yaml.
type Config struct {
	Location string `yaml:"location"` // the folder of the files: s3://, azblob://, gs:// or file:./folder
	Layout   string `yaml:"layout"`   // what several files of one month are: parts or newest; empty: a folder's files are parts
	Version  string `yaml:"version"`  // 1.0 to 1.4; empty: recognised by the columns

	// Dialect names the repairs to make in files that are not written as FOCUS
	// asks; empty: such files are refused.
	Dialect []string `yaml:"dialect"`

	Endpoint string `yaml:"endpoint"` // the address of the store; empty: the cloud's own

	// As in an aws block.
	Region        string `yaml:"region"`
	PathStyle     bool   `yaml:"path_style"`
	RoleARN       string `yaml:"role_arn"`
	ExternalID    string `yaml:"external_id"`
	BucketOwner   string `yaml:"bucket_owner"`
	RequesterPays bool   `yaml:"requester_pays"`

	// As in an azure block.
	Cloud                string `yaml:"cloud"`
	SASEnv               string `yaml:"sas_env"`
	SASFile              string `yaml:"sas_file"`
	KeyEnv               string `yaml:"key_env"`
	KeyFile              string `yaml:"key_file"`
	ConnectionStringEnv  string `yaml:"connection_string_env"`
	ConnectionStringFile string `yaml:"connection_string_file"`

	// As in a gcp block.
	CredentialsFile string `yaml:"credentials_file"`
}

// schemes are the places that FOCUS files can lie in.
var schemes = []string{"s3", "azblob", "gs", "file"}

// Validate tells all that is wrong with c, one error for each.
func (c Config) Validate() []error {
	_, err := c.location()
	all := []error{err, c.validateStore(), c.validateLayout(), c.validateVersion(), ingest.CheckDialect(c.Dialect)}
	return slices.DeleteFunc(all, func(err error) bool { return err == nil })
}

func (c Config) location() (bucket.Location, error) {
	if c.Location == "" {
		return bucket.Location{}, errors.New("location is missing; set the folder of the FOCUS files, such as s3://bucket/prefix or file:./folder")
	}
	if !strings.HasPrefix(c.Location, "file:") && strings.Contains(c.Location, "@") {
		return bucket.Location{}, errors.New("location: holds a user or password; credentials belong into the environment or a profile")
	}
	return bucket.ParseLocation(c.Location, schemes...)
}

// validateStore refuses keys that say how another store than the location's is
// reached: they would be of no use, and look as if they were.
func (c Config) validateStore() error {
	scheme, _, _ := strings.Cut(c.Location, ":")
	of := map[string][]string{}
	for _, key := range []struct {
		scheme, name string
		set          bool
	}{
		{"s3", "region", c.Region != ""}, {"s3", "path_style", c.PathStyle}, {"s3", "role_arn", c.RoleARN != ""},
		{"s3", "external_id", c.ExternalID != ""}, {"s3", "bucket_owner", c.BucketOwner != ""}, {"s3", "requester_pays", c.RequesterPays},
		{"azblob", "cloud", c.Cloud != ""}, {"azblob", "sas_env", c.SASEnv != ""}, {"azblob", "sas_file", c.SASFile != ""},
		{"azblob", "key_env", c.KeyEnv != ""}, {"azblob", "key_file", c.KeyFile != ""},
		{"azblob", "connection_string_env", c.ConnectionStringEnv != ""}, {"azblob", "connection_string_file", c.ConnectionStringFile != ""},
		{"gs", "credentials_file", c.CredentialsFile != ""},
	} {
		if key.set && key.scheme != scheme && slices.Contains(schemes, scheme) {
			of[key.scheme] = append(of[key.scheme], key.name)
		}
	}
	for _, store := range schemes {
		if len(of[store]) > 0 {
			return fmt.Errorf("%s: for %s:// locations; leave it out", strings.Join(of[store], ", "), store)
		}
	}
	if c.Endpoint != "" && scheme == "file" {
		return errors.New("endpoint: for locations in an object store; leave it out")
	}
	return nil
}

func (c Config) validateLayout() error {
	switch c.Layout {
	case "", "parts", "newest":
		return nil
	}
	return fmt.Errorf("layout %q: want parts, where the files of a month make it up together, "+
		"or newest, where each holds the whole month so far; leave it out for one file or folder per month", c.Layout)
}

func (c Config) validateVersion() error {
	if c.Version == "" || slices.Contains(versions, c.Version) {
		return nil
	}
	return fmt.Errorf("version %q: want one of %s, or leave it out", c.Version, strings.Join(versions, ", "))
}
