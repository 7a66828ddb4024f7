package gcp

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"google.golang.org/api/option"

	"github.com/costwarden/costwarden/ingest/bucket"
)

// clientOptions say with which credentials, for which scopes, and to which
// address a client speaks. Credentials never travel over plain http.
func (c Config) clientOptions(scopes ...string) ([]option.ClientOption, error) {
	options := []option.ClientOption{option.WithTelemetryDisabled()}
	if c.Endpoint != "" {
		options = append(options, option.WithEndpoint(c.Endpoint))
	}
	if strings.HasPrefix(c.Endpoint, "http://") {
		return append(options, option.WithoutAuthentication()), nil
	}
	options = append(options, option.WithScopes(scopes...))
	if c.CredentialsFile == "" {
		return options, nil
	}
	kind, err := credentialsKind(c.CredentialsFile)
	return append(options, option.WithAuthCredentialsFile(kind, c.CredentialsFile)), err
}

// credentialsKind reads what kind of credentials a file holds.
func credentialsKind(file string) (option.CredentialsType, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("credentials_file: %w", err)
	}
	var said struct {
		Type option.CredentialsType `json:"type"`
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return "", fmt.Errorf("credentials_file %s: is no JSON of Google credentials", file)
	}
	known := []option.CredentialsType{option.ServiceAccount, option.ExternalAccount, option.ImpersonatedServiceAccount, option.AuthorizedUser}
	if !slices.Contains(known, said.Type) {
		return "", fmt.Errorf("credentials_file %s: has the type %q; want service_account (a key) or external_account (workload identity federation)", file, said.Type)
	}
	return said.Type, nil
}

// refusedLogin says what a client that could not be made lacks.
func refusedLogin(err error) error {
	if strings.Contains(err.Error(), "could not find default credentials") {
		err = errors.New("no Google credentials found; set credentials_file, or GOOGLE_APPLICATION_CREDENTIALS, " +
			"or run gcloud auth application-default login, or run where a service account is attached")
	}
	return bucket.Fault(err)
}
