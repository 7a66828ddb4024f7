package reports_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/costwarden/costwarden/reports"
)

func TestKnockingAsksNothing(t *testing.T) {
	asked := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer server.Close()
	found, err := reports.NewWebhook("finops", server.URL+"/open-sesame", "").Knock(t.Context())
	if err != nil || found != strings.TrimPrefix(server.URL, "http://")+" answers" {
		t.Errorf("got %q, %v", found, err)
	}
	if asked {
		t.Error("the receiver was sent a request")
	}
}

func TestKnockingSaysWhatIsInTheWay(t *testing.T) {
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer untrusted.Close()
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	for _, c := range []struct{ name, address, want string }{
		{"a certificate that nobody trusts", untrusted.URL, "is not trusted: "},
		{"a receiver without encryption", strings.Replace(plain.URL, "http:", "https:", 1), "no connection to 127.0.0.1:"},
		{"nobody there", "https://127.0.0.1:1", "no connection to 127.0.0.1:1: "},
		{"no address", "finops", "its address is no URL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			_, err := reports.NewWebhook("finops", c.address+"/open-sesame", "").Knock(ctx)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "open-sesame") {
				t.Errorf("got %v, want %q and no secret", err, c.want)
			}
		})
	}
}

func TestTestAlertSaysThatItIsOne(t *testing.T) {
	now := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	alert, later := reports.TestAlert("finops", now), reports.TestAlert("finops", now.Add(time.Second))
	if alert.Key == later.Key {
		t.Errorf("two tests have the key %s, and a receiver drops the second", alert.Key)
	}
	var m struct{ Severity, Title, Text string }
	if err := json.Unmarshal(alert.Payload, &m); err != nil {
		t.Fatal(err)
	}
	if m.Severity != "test" || !strings.HasPrefix(m.Title, "Test message") || !strings.Contains(m.Text, "No budget is broken") {
		t.Errorf("got %+v", m)
	}
}
