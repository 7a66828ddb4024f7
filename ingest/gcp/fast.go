package gcp

import (
	"context"
	"net/url"
	"strings"

	"cloud.google.com/go/bigquery"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// The Storage Read API is faster than REST for large answers. The client's way
// with it needs guarding: it falls back to REST in silence, tries again for
// ever, can lose the end of an answer, and panics where a batch is empty. So
// that what comes through it is held against the counts, and whatever goes
// wrong, the partition is read by REST.

// openFast makes a client that reads large answers through the Storage Read
// API.
func openFast(ctx context.Context, config Config, project string) (*bigquery.Client, error) {
	options, err := config.clientOptions(bigquery.Scope)
	if err != nil {
		return nil, err
	}
	client, err := bigquery.NewClient(ctx, project, options...)
	if err != nil {
		return nil, refusedLogin(err)
	}
	streams, err := config.streamOptions()
	if err != nil {
		return nil, err
	}
	if err := client.EnableStorageReadClient(ctx, streams...); err != nil {
		return nil, refusedLogin(err)
	}
	return client, nil
}

// streamOptions are the client's options for the Storage Read API, which is
// another service: an endpoint of plain http serves both, another only REST.
func (c Config) streamOptions() ([]option.ClientOption, error) {
	endpoint, plain := c.Endpoint, strings.HasPrefix(c.Endpoint, "http://")
	c.Endpoint = ""
	if !plain {
		return c.clientOptions(bigquery.Scope)
	}
	address, _ := url.Parse(endpoint) // valid, as Validate has seen
	return []option.ClientOption{
		option.WithEndpoint(address.Host),
		option.WithoutAuthentication(),
		option.WithTelemetryDisabled(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
	}, nil
}

// readFast reads the partition id through the Storage Read API. ok is false
// where that is not asked for, failed, or did not give what was counted.
func (t *tableSource) readFast(ctx context.Context, id string, counted map[string]content) (parts map[string]*part, ok bool) {
	if t.fast == nil {
		return nil, false
	}
	parts, err := t.readThrough(ctx, t.fast, id)
	why := ""
	switch {
	case err != nil:
		why = err.Error()
	case !same(counted, parts):
		why = difference(counted, parts)
	default:
		return parts, true
	}
	t.place.Log.Warn("the Storage Read API did not give the partition; it is read by REST", "partition", id, "reason", why)
	for _, p := range parts {
		p.drop()
	}
	return nil, false
}
