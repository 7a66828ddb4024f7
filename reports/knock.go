package reports

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
)

// Knock goes as far as the receiver's door: it looks its name up, connects, and
// for https shakes hands, with the receiver's certificate checked. It sends
// nothing, so that nobody hears of it. What it says shows the receiver's host
// and nothing else of the address. Behind a proxy it goes to the proxy only.
func (w *Webhook) Knock(ctx context.Context) (string, error) {
	if err := w.Check(); err != nil {
		return "", err
	}
	address, _ := url.Parse(w.address) // good, as Check has seen
	if proxy, err := http.ProxyFromEnvironment(&http.Request{URL: address}); err == nil && proxy != nil {
		return knock(ctx, proxy, fmt.Sprintf("the proxy %s, which leads to %s, answers", proxy.Host, address.Host))
	}
	return knock(ctx, address, address.Host+" answers")
}

// ports are those of addresses that name none.
var ports = map[string]string{"http": "80", "https": "443"}

func knock(ctx context.Context, address *url.URL, found string) (string, error) {
	port := address.Port()
	if port == "" {
		port = ports[address.Scheme]
	}
	connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(address.Hostname(), port))
	if err != nil {
		return "", unreached(address.Host, err)
	}
	defer connection.Close()
	if address.Scheme != "https" {
		return found, nil
	}
	secure := tls.Client(connection, &tls.Config{ServerName: address.Hostname()})
	if err := secure.HandshakeContext(ctx); err != nil {
		return "", unreached(address.Host, err)
	}
	return found + ", and its certificate is good", nil
}

// unreached says what a connection failed of, and what to do.
func unreached(host string, err error) error {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return fmt.Errorf("there is no host %s; check the address, or the name server", host)
	case errors.As(err, &certificate):
		return fmt.Errorf("the certificate of %s is not trusted: %w; check the address, or let this machine trust who signed it", host, certificate.Err)
	}
	return fmt.Errorf("no connection to %s: %w; check the address, the network and its firewall", host, err)
}
