package vaultapi

import (
	"cmp"
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"

	"sessionferry/session"
)

// httpClient returns a client that connects by dial, through the proxy unless it is
// nil.
func httpClient(dial func(ctx context.Context, network, addr string) (net.Conn, error), proxy *url.URL) *http.Client {
	return &http.Client{
		Timeout: whole,
		// The token must not follow a redirect, and the API has none.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  http.ProxyURL(proxy),
			OnProxyConnectResponse: checkTunnel,
			DialContext:            dial,
			TLSHandshakeTimeout:    5 * time.Second,
			ResponseHeaderTimeout:  30 * time.Second,
			MaxIdleConns:           4,
			IdleConnTimeout:        time.Minute,
		},
	}
}

// proxyFor returns the proxy for the vault at base, or nil. It follows the variables
// that other programs follow: HTTPS_PROXY, else ALL_PROXY, and NO_PROXY, in capital
// or small letters. An address of this computer never has a proxy.
func proxyFor(base string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, session.Errorf(session.CodeInternal, "").Because(err)
	}
	env := httpproxy.FromEnvironment()
	address := cmp.Or(env.HTTPSProxy, os.Getenv("ALL_PROXY"), os.Getenv("all_proxy"))
	// The library ignores an address that it cannot read, and decides here by the
	// exceptions alone.
	rules := httpproxy.Config{HTTPSProxy: "http://proxy.invalid", NoProxy: env.NoProxy}
	if applies, err := rules.ProxyFunc()(u); address == "" || applies == nil || err != nil {
		return nil, nil
	}
	return parseProxy(address)
}

// parseProxy reads the address of a proxy. It may hold a password, so no error
// repeats it.
func parseProxy(address string) (*url.URL, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, session.Errorf(session.CodeProxyFailed, "HTTPS_PROXY is not of the form http://proxy.example:8080").Because(err)
	}
	if u.Scheme == "socks" { // as desktops write it
		u.Scheme = "socks5"
	}
	if !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme) {
		return nil, session.Errorf(session.CodeProxyFailed, "HTTPS_PROXY begins with http, https or socks5, not with %s", u.Scheme)
	}
	return u, nil
}

// checkTunnel judges a proxy's answer to CONNECT.
func checkTunnel(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	switch {
	case resp.StatusCode == http.StatusOK:
		return nil
	case resp.StatusCode == http.StatusProxyAuthRequired:
		return needsPassword(resp)
	case resp.StatusCode >= http.StatusInternalServerError:
		return session.Errorf(session.CodeGatewayFailed, "%s answers with status %d", proxy.Host, resp.StatusCode)
	}
	return session.Errorf(session.CodeProxyFailed, "%s answers with status %d", proxy.Host, resp.StatusCode)
}

// needsPassword is the error of an answer 407, with the ways to sign in that the
// proxy offers. Only Basic is supported.
func needsPassword(resp *http.Response) error {
	var offered []string
	for _, challenge := range resp.Header.Values("Proxy-Authenticate") {
		scheme, _, _ := strings.Cut(challenge, " ")
		if slices.Contains([]string{"Basic", "Digest", "Negotiate", "NTLM"}, scheme) {
			offered = append(offered, scheme)
		}
	}
	if len(offered) == 0 {
		return session.Errorf(session.CodeProxyAuthNeeded, "")
	}
	return session.Errorf(session.CodeProxyAuthNeeded, "it offers %s; Sessionferry supports Basic", strings.Join(offered, ", "))
}
