package azure

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/costwarden/costwarden/ingest"
	"github.com/costwarden/costwarden/ingest/bucket"
)

// Examine lists the container, reads the manifests there and the first bytes of
// one of the files of the newest month that does not wait for its delivery.
func (s *source) Examine(ctx context.Context, tell func(ingest.Step)) ingest.Examination {
	e := ingest.Examination{Daily: true}
	b, err := s.open()
	if err != nil {
		tell(ingest.Step{Name: "open", Err: err})
		return e
	}
	defer b.Close()
	if !b.TellIdentity(ctx, tell) {
		return e
	}
	months, err := s.months(ctx, b)
	for _, m := range months {
		e.Exports = append(e.Exports, m.export())
	}
	tell(ingest.Step{Name: "list", Found: ingest.MonthsText(e.Exports) + " in " + b.URL(s.place.prefix), Err: err})
	if err != nil {
		return e
	}
	for _, m := range slices.Backward(months) {
		found, err := m.describe()
		tell(ingest.Step{Name: "manifest", Found: m.period.String() + " " + found, Err: err})
		if isWaiting(err) {
			continue
		}
		if err == nil {
			e.Bill = m.runs[0].scope
			b.TellFile(ctx, m.runs[0].objects(), tell)
		}
		break
	}
	return e
}

// describe says what the month's runs are.
func (m month) describe() (string, error) {
	if m.err != nil {
		return "", m.err
	}
	encoding, err := m.encoding()
	if err != nil {
		return "", err
	}
	var objects []bucket.Object
	var datasets []string
	for _, r := range m.runs {
		objects = append(objects, r.objects()...)
		datasets = append(datasets, strings.TrimSpace(r.dataset.String()+" "+r.version))
	}
	found := bucket.Describe(strings.Join(datasets, " and "), encoding, objects)
	return found + ", of " + cmp.Or(m.runs[0].scope, "a scope that its manifest does not tell"), nil
}

// identity says who signs in, and until when a signature holds.
func (c Config) identity(by signIn) func(context.Context) (bucket.Identity, error) {
	return func(ctx context.Context) (bucket.Identity, error) {
		switch by {
		case bySignature:
			return c.signatureIdentity(), nil
		case byKey:
			return bucket.Identity{Name: "the account's key"}, nil
		}
		credential, err := c.credential()
		if err != nil {
			return bucket.Identity{}, err
		}
		token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{"https://storage.azure.com/.default"}})
		return bucket.Identity{Name: bearer(token.Token)}, err
	}
}

// signatureIdentity tells when the signature ends, which is in it as se. The
// signature itself has been read before.
func (c Config) signatureIdentity() bucket.Identity {
	who := bucket.Identity{Name: "a shared access signature"}
	text, err := c.sas().value()
	if c.connectionString().isSet() {
		text, err = c.connectionString().value()
		text = settingOf(text, "SharedAccessSignature")
	}
	if err != nil {
		return who
	}
	if signed, err := signature(text); err == nil {
		who.Expires, _ = parseTime(signed.Get("se")) // one of a stored policy has none
	}
	return who
}

// bearer says whom a token was given to, by the claims that Entra puts there
// for people to read.
func bearer(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "an identity of Microsoft Entra ID"
	}
	var claims struct {
		User        string `json:"upn"`
		Application string `json:"appid"`
		Object      string `json:"oid"`
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil || json.Unmarshal(text, &claims) != nil || claims.Object == "" {
		return "an identity of Microsoft Entra ID"
	}
	if claims.User != "" {
		return claims.User
	}
	return fmt.Sprintf("application %s, object id %s", claims.Application, claims.Object)
}
