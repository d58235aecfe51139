package vaultapi

import (
	"io"
	"net/http"
	"slices"

	"sessionferry/session"
)

// answer is what the vault answered.
type answer struct {
	resp  *http.Response // its body is read already
	data  []byte
	again bool // it refused only for want of a nonce, which has come with it
}

// read returns the body of a success and the error of anything else.
func (a answer) read(r Request, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	if !slices.Contains(r.Want, a.resp.StatusCode) {
		return nil, a.problem()
	}
	return a.data, nil
}

// code is the code of a problem+json answer, "" for one that this version does
// not know.
func (a answer) code() session.Code {
	var p struct {
		Code session.Code `json:"code"`
	}
	err := session.UnmarshalLoose(a.data, &p, session.CodeVaultAnswer)
	if a.resp.StatusCode < http.StatusBadRequest || err != nil || !p.Code.Known() || p.Code == session.CodeInternal {
		return ""
	}
	return p.Code
}

// problem turns a problem+json answer into our own error.
func (a answer) problem() error {
	if code := a.code(); code != "" {
		return session.Errorf(code, "")
	}
	request := a.resp.Header.Get("X-Request-Id")
	if !session.IsKey(request) { // it reaches people
		request = "-"
	}
	return session.Errorf(session.CodeVaultFailed, "status %d, request %s", a.resp.StatusCode, request)
}

// countingReader tells how far a body has been sent.
type countingReader struct {
	r        io.Reader
	done     int
	progress func(int)
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.done += n
	if n > 0 && c.progress != nil {
		c.progress(c.done)
	}
	return n, err
}
