package azure

import (
	"context"
	"errors"
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
)

// signIn is what a source signs in with.
type signIn string

const (
	asIdentity  signIn = "identity"
	byKey       signIn = "key"
	bySignature signIn = "signature"
)

func (c Config) client(p place) (client *container.Client, by signIn, err error) {
	address, options := c.service(p)+"/"+p.container, clientOptions()
	switch {
	case c.sas().isSet():
		client, err = c.withSignature(address, options)
		return client, bySignature, err
	case c.key().isSet():
		client, err = c.withKey(p, address, options)
		return client, byKey, err
	case c.connectionString().isSet():
		return c.withConnectionString(p, options)
	}
	client, err = c.withIdentity(address, options)
	return client, asIdentity, err
}

func (c Config) withSignature(address string, options *container.ClientOptions) (*container.Client, error) {
	text, err := c.sas().value()
	if err != nil {
		return nil, err
	}
	signed, err := signature(text)
	if err != nil {
		return nil, fmt.Errorf("sas: %w", err)
	}
	return container.NewClientWithNoCredential(address+"?"+signed.Encode(), options)
}

func (c Config) withKey(p place, address string, options *container.ClientOptions) (*container.Client, error) {
	key, err := c.key().value()
	if err != nil {
		return nil, err
	}
	credential, err := container.NewSharedKeyCredential(p.account, key)
	if err != nil {
		return nil, errors.New("key: is no account key, which is Base64 text; copy it whole")
	}
	return container.NewClientWithSharedKeyCredential(address, credential, options)
}

func (c Config) withConnectionString(p place, options *container.ClientOptions) (*container.Client, signIn, error) {
	text, err := c.connectionString().value()
	if err != nil {
		return nil, "", err
	}
	if account := settingOf(text, "AccountName"); account != "" && account != p.account {
		return nil, "", fmt.Errorf("connection_string: is of the account %s, and location of %s", account, p.account)
	}
	client, err := container.NewClientFromConnectionString(text, p.container, options)
	if err != nil {
		return nil, "", errors.New("connection_string: is none that can be read; want DefaultEndpointsProtocol=https;" +
			"AccountName=...;AccountKey=...;EndpointSuffix=core.windows.net, quoted whole")
	}
	if settingOf(text, "AccountKey") == "" {
		return client, bySignature, nil
	}
	return client, byKey, nil
}

func (c Config) withIdentity(address string, options *container.ClientOptions) (*container.Client, error) {
	credential, err := c.credential()
	if err != nil {
		return nil, err
	}
	return container.NewClient(address, credential, options)
}

// credential is the identity that the source runs as.
func (c Config) credential() (identity, error) {
	credential, err := azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{
		ClientOptions:            azcore.ClientOptions{Cloud: c.identityCloud()},
		DisableInstanceDiscovery: isPrivate(),
	})
	return identity{credential}, err
}

// identity signs in and tells its errors from those of the storage.
type identity struct{ azcore.TokenCredential }

func (i identity) GetToken(ctx context.Context, options policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := i.TokenCredential.GetToken(ctx, options)
	if err != nil && ctx.Err() == nil {
		err = &signInError{err}
	}
	return token, err
}

type signInError struct{ error }

func (e *signInError) Unwrap() error { return e.error }
