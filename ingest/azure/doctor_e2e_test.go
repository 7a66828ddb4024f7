//go:build e2e

package azure_test

import (
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/sas"
	"github.com/costwarden/costwarden/ingest/azure"
)

// TestE2EExamineAzurite tries a container as doctor does, signed in with a
// signature that reads and lists for an hour, and as an identity.
func TestE2EExamineAzurite(t *testing.T) {
	server := startAzurite(t, "--oauth", "basic")
	store := server.store(t)
	deliver(t, store, october("one"))
	t.Setenv("ACME_SAS", server.signature(t, store, sas.ContainerPermissions{Read: true, List: true}, time.Hour))
	signInAsClient(t, server, "a-client-secret")
	for name, config := range map[string]azure.Config{
		"signature": {SASEnv: "ACME_SAS", Endpoint: server.address},
		"identity":  {Endpoint: server.address},
	} {
		t.Run(name, func(t *testing.T) {
			config.Location = store.location("bills")
			steps, _ := examine(t, open(t, config))
			if len(steps) != 4 || steps[0].Name != "identity" || steps[0].Found == "" {
				t.Fatalf("steps %+v; want identity, list, manifest, file", steps)
			}
			for _, step := range steps {
				if step.Err != nil || step.Warning != nil {
					t.Errorf("%+v", step)
				}
			}
			if ends := steps[0].Expires; (name == "signature") == ends.IsZero() || ends.After(time.Now().Add(time.Hour)) {
				t.Errorf("ends %s; want the signature's hour", ends)
			}
		})
	}
}
