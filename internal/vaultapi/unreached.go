package vaultapi

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"sessionferry/session"
)

// unreached is the error of a request that got no answer.
func (c *Client) unreached(ctx context.Context, err error) error {
	var known *session.Error
	var certificate *tls.CertificateVerificationError
	var op *net.OpError
	var name *net.DNSError
	isOp := errors.As(err, &op)
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		return session.Errorf(session.CodeInterrupted, "").Because(err)
	case errors.As(err, &known): // of checkTunnel
		return known
	case errors.As(err, &certificate):
		whose := "of the vault's address"
		if isOp && op.Op == "proxyconnect" {
			whose = "of the proxy " + c.proxy.Host
		}
		return refusedCertificate(whose, certificate)
	case errors.Is(err, http.ErrSchemeMismatch):
		return session.Errorf(session.CodeAnswerForeign, "HTTP without TLS").Because(err)
	case isOp && op.Op == "proxyconnect":
		return session.Errorf(session.CodeProxyFailed, "%s does not answer", c.proxy.Host).Because(err)
	case isOp && strings.HasPrefix(op.Op, "socks"):
		return session.Errorf(session.CodeProxyFailed, "%s does not connect to the vault", c.proxy.Host).Because(err)
	case errors.As(err, &name):
		return session.Errorf(session.CodeVaultUnreachable, "the name %s cannot be resolved; where a proxy is needed, set HTTPS_PROXY", name.Name).Because(err)
	}
	return session.Errorf(session.CodeVaultUnreachable, "").Because(err)
}

// refusedCertificate names the certificate as far as that helps to find the missing
// authority or the mistake. What the certificate says is quoted and cut.
func refusedCertificate(whose string, refused *tls.CertificateVerificationError) error {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	chain := refused.UnverifiedCertificates
	switch {
	case errors.As(refused.Err, &authority) && len(chain) > 0:
		return session.Errorf(session.CodeCertUntrusted, "%s, issued by %.100q", whose, chain[len(chain)-1].Issuer).Because(refused)
	case errors.As(refused.Err, &host):
		return session.Errorf(session.CodeCertInvalid, "%s, issued for another name than %s", whose, host.Host).Because(refused)
	case errors.As(refused.Err, &invalid) && invalid.Reason == x509.Expired:
		return session.Errorf(session.CodeCertInvalid, "%s, valid until %s", whose, invalid.Cert.NotAfter.Format(time.DateOnly)).Because(refused)
	}
	return session.Errorf(session.CodeCertInvalid, "%s", whose).Because(refused)
}
