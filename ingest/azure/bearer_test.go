package azure

import (
	"encoding/base64"
	"testing"
)

// The claims are those that Entra's reference of access tokens lists.
func TestTokenSaysWhomItWasGivenTo(t *testing.T) {
	token := func(claims string) string { return "h." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".s" }
	for _, c := range []struct{ token, want string }{
		{token(`{"appid":"11","oid":"22","upn":"ada@acme.example"}`), "ada@acme.example"},
		{token(`{"appid":"11","oid":"22"}`), "application 11, object id 22"},
		{token(`{}`), "an identity of Microsoft Entra ID"},
		{"opaque", "an identity of Microsoft Entra ID"},
		{"h.%.s", "an identity of Microsoft Entra ID"},
	} {
		if got := bearer(c.token); got != c.want {
			t.Errorf("%s: %q, want %q", c.token, got, c.want)
		}
	}
}
