package aws

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// Config is the aws block of a source in costwarden.yaml.
type Config struct {
	Location      string `yaml:"location"`       // s3://bucket/prefix or file:./folder
	Export        string `yaml:"export"`         // the export's name, or the legacy report's
	Manifest      string `yaml:"manifest"`       // none: a copy of the data folder alone; empty: as AWS delivers
	Region        string `yaml:"region"`         // the bucket's region; empty: AWS_REGION or the profile's
	Endpoint      string `yaml:"endpoint"`       // an S3-compatible server; empty: AWS
	PathStyle     bool   `yaml:"path_style"`     // bucket in the path, not in the host name
	RoleARN       string `yaml:"role_arn"`       // a role to assume
	ExternalID    string `yaml:"external_id"`    // the external id the role asks for
	BucketOwner   string `yaml:"bucket_owner"`   // the account that must own the bucket; empty: any
	RequesterPays bool   `yaml:"requester_pays"` // the caller's account pays for the requests
}

// Validate tells all that is wrong with c, one error for each. It cannot know
// of a region that is missing here but set in the environment; Open can.
func (c Config) Validate() []error {
	_, err := c.location()
	all := []error{err, c.validateExport(), c.validateManifest(), c.validateEndpoint(), c.validateRole(), c.validateOwner()}
	return slices.DeleteFunc(all, func(err error) bool { return err == nil })
}

func (c Config) location() (bucket.Location, error) {
	if c.Location == "" {
		return bucket.Location{}, errors.New("location is missing; set the folder above the export: " +
			"s3://bucket/prefix or file:./folder")
	}
	if strings.HasPrefix(c.Location, "s3://") && strings.Contains(c.Location, "@") {
		return bucket.Location{}, errors.New("location: holds a user or password; credentials belong into the environment or a profile")
	}
	return bucket.ParseLocation(c.Location, "s3", "file")
}

func (c Config) validateExport() error {
	switch {
	case c.Export == "":
		return errors.New("export is missing; set the export's name as Data Exports shows it")
	case strings.ContainsAny(c.Export, `/\`), c.Export == ".", c.Export == "..":
		return fmt.Errorf("export %q: want the export's name alone; what comes before it belongs to location", c.Export)
	}
	return nil
}

func (c Config) validateManifest() error {
	if c.Manifest == "" || c.Manifest == "none" {
		return nil
	}
	return fmt.Errorf("manifest %q: want none, for a copy that has no manifests, or leave it out", c.Manifest)
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

func (c Config) validateOwner() error {
	switch {
	case c.BucketOwner != "" && !accountID.MatchString(c.BucketOwner):
		return fmt.Errorf("bucket_owner %q: want the 12 digits of the account that owns the bucket, in quotes", c.BucketOwner)
	case strings.HasPrefix(c.Location, "file:") && (c.BucketOwner != "" || c.RequesterPays):
		return errors.New("bucket_owner and requester_pays are for s3:// locations; leave them out")
	}
	return nil
}

func (c Config) validateEndpoint() error {
	if c.Endpoint == "" {
		return nil
	}
	endpoint, err := url.Parse(c.Endpoint)
	if err != nil || endpoint.Host == "" || (endpoint.Scheme != "https" && endpoint.Scheme != "http") {
		return fmt.Errorf("endpoint %q: want an address such as https://s3.example.com", c.Endpoint)
	}
	if endpoint.User != nil {
		return errors.New("endpoint: holds a user or password; credentials belong into the environment or a profile")
	}
	return nil
}

func (c Config) validateRole() error {
	switch {
	case c.RoleARN == "" && c.ExternalID != "":
		return errors.New("external_id is set without role_arn; set the role it belongs to")
	case c.RoleARN != "" && !strings.HasPrefix(c.RoleARN, "arn:"):
		return fmt.Errorf("role_arn %q: want arn:aws:iam::<account>:role/<name>", c.RoleARN)
	}
	return nil
}
