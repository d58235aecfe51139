package vaultapi

import (
	"io"
	"net/http"
	"slices"

	"sessionferry/session"
)

// answer is what came back on a request.
type answer struct {
	resp  *http.Response // its body is read already
	data  []byte
	again bool // it refused only for want of a nonce, which has come with it
}

// read returns the body of a success and the error of anything else.
func (a answer) read(r Request, err error) ([]byte, error) {
	switch {
	case err != nil:
		return nil, err
	case !a.isVaults():
		return nil, a.foreign()
	case !slices.Contains(r.Want, a.resp.StatusCode):
		return nil, a.failure()
	}
	return a.data, nil
}

// problem is the vault's form of an error, as far as a client needs it.
type problem struct {
	Code    session.Code `json:"code"`
	Status  int          `json:"status"`
	Request string       `json:"request_id"`
}

// problem returns the vault's error, nil for any other answer.
func (a answer) problem() *problem {
	var p problem
	if a.mediaType() != "application/problem+json" || session.UnmarshalLoose(a.data, &p, session.CodeVaultAnswer) != nil ||
		p.Code == "" || p.Request == "" || p.Status != a.resp.StatusCode {
		return nil
	}
	return &p
}

// code is the code of the vault's error, "" for one that this version does not
// know and for any other answer.
func (a answer) code() session.Code {
	p := a.problem()
	if p == nil || !p.Code.Known() || p.Code == session.CodeInternal {
		return ""
	}
	return p.Code
}

// failure turns an answer of the vault that is no success into our own error.
func (a answer) failure() error {
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
