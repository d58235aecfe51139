package cdpmux

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"net/http"

	"github.com/go-json-experiment/json"
)

// protocolJSON is the description of the protocol in the form of Chromium's
// /json/protocol. The pipe does not offer it. It comes from npm's package
// devtools-protocol; LICENSE.devtools-protocol is its licence.
//
//go:embed protocol.json.gz
var protocolJSON []byte

// Protocol returns the description of the protocol.
func Protocol() ([]byte, error) {
	in, err := gzip.NewReader(bytes.NewReader(protocolJSON))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(in)
}

func writeProtocol(w http.ResponseWriter) {
	body, err := Protocol()
	writeJSON(w, body, err)
}

// writeVersion answers as Chromium's /json/version.
func (s *Server) writeVersion(w http.ResponseWriter, r *http.Request) {
	reply, err := s.mux.ask(r.Context(), "Browser.getVersion")
	if err != nil {
		writeJSON(w, nil, err)
		return
	}
	var v struct {
		Protocol  string `json:"protocolVersion"`
		Product   string `json:"product"`
		Revision  string `json:"revision"`
		UserAgent string `json:"userAgent"`
		V8        string `json:"jsVersion"`
	}
	if err := json.Unmarshal(reply.Result, &v, wire); err != nil {
		writeJSON(w, nil, err)
		return
	}
	body, err := json.Marshal(struct {
		Browser   string `json:"Browser"`
		Protocol  string `json:"Protocol-Version"`
		UserAgent string `json:"User-Agent"`
		V8        string `json:"V8-Version"`
		WebKit    string `json:"WebKit-Version"`
		URL       string `json:"webSocketDebuggerUrl"`
	}{v.Product, v.Protocol, v.UserAgent, v.V8, "537.36 (" + v.Revision + ")", s.URL()})
	writeJSON(w, body, err)
}

func writeJSON(w http.ResponseWriter, body []byte, err error) {
	if err != nil {
		http.Error(w, "the browser does not answer", http.StatusBadGateway)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(body)
}
