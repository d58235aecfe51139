package vaultapi

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"sessionferry/session"
)

// isVaults reports whether the answer has the form that docs/api.md gives to every
// answer of a vault. Anything on the way (a proxy, a gateway, a sign-in page) may
// have sent another one.
func (a answer) isVaults() bool {
	switch {
	case a.resp.Header.Get("X-Request-Id") == "":
		return false
	case a.resp.StatusCode >= http.StatusBadRequest:
		return a.problem() != nil
	case a.resp.StatusCode >= http.StatusMultipleChoices:
		return false // no answer of the API is a redirect
	case len(a.data) == 0:
		return true
	}
	return slices.Contains([]string{"application/json", "application/vnd.sessionferry.envelope"}, a.mediaType())
}

func (a answer) mediaType() string {
	media, _, err := mime.ParseMediaType(a.resp.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return media
}

// foreign is the error of an answer that is not the vault's. It shows no more of it
// than the status, the kind of body and the host of a redirect.
func (a answer) foreign() error {
	seen := fmt.Sprintf("status %d, %s", a.resp.StatusCode, a.kind())
	switch status := a.resp.StatusCode; {
	case status == http.StatusRequestEntityTooLarge:
		return session.Errorf(session.CodeTooLarge, "a proxy on the way accepts less than the vault; %s", seen)
	case status == http.StatusProxyAuthRequired:
		return needsPassword(a.resp)
	case status == http.StatusTooManyRequests:
		return session.Errorf(session.CodeAttemptsExceeded, "a proxy on the way limits requests; %s", seen)
	case status >= http.StatusInternalServerError && status != http.StatusNetworkAuthenticationRequired:
		return session.Errorf(session.CodeGatewayFailed, "%s", seen)
	case status >= 300 && status < 400:
		return session.Errorf(session.CodeVaultRedirected, "status %d, to %s", status, a.target())
	}
	return session.Errorf(session.CodeAnswerForeign, "%s", seen)
}

// kind describes the body.
func (a answer) kind() string {
	switch media := a.mediaType(); {
	case len(bytes.TrimSpace(a.data)) == 0:
		return "an empty body"
	case media == "text/html", strings.HasPrefix(http.DetectContentType(a.data), "text/html"):
		return "an HTML page"
	case media == "application/json", strings.HasSuffix(media, "+json"):
		return "JSON of another service"
	}
	return "a body of another kind"
}

// target is the host of a redirect, without its path and query: they may hold a
// secret.
func (a answer) target() string {
	location, err := a.resp.Location()
	if err != nil {
		return "no address"
	}
	if location.Host == a.resp.Request.URL.Host && location.Scheme == a.resp.Request.URL.Scheme {
		return "another page of the same host"
	}
	origin := session.CompleteOrigin(location.Scheme + "://" + location.Host)
	if _, err := session.SiteHost(origin); err != nil {
		return "an address that cannot be shown"
	}
	return origin
}
