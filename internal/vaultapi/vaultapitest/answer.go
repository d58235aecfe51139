// Package vaultapitest gives the vaults of tests the form of answers that clients
// take for a vault's (docs/api.md).
package vaultapitest

import (
	"fmt"
	"io"
	"net/http"

	"sessionferry/session"
)

const requestID = "request-of-the-test"

// Answer sends body as the JSON of a success.
func Answer(w http.ResponseWriter, status int, body any) {
	data, err := session.Marshal(body)
	if err != nil {
		panic(err)
	}
	Text(w, status, string(data))
}

// Refuse sends a problem with a code, which need not be one of ours.
func Refuse(w http.ResponseWriter, status int, code session.Code) {
	send(w, status, "application/problem+json", fmt.Sprintf(`{"title":"<b>the server's own words</b>","status":%d,"code":%q,"request_id":%q}`, status, code, requestID))
}

// Text sends text, which need not be valid, as the JSON of a success; "" for none.
func Text(w http.ResponseWriter, status int, text string) { send(w, status, "application/json", text) }

func send(w http.ResponseWriter, status int, media, text string) {
	Header(w, media)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// Header sets what the header of a vault's answer holds.
func Header(w http.ResponseWriter, media string) {
	w.Header().Set("X-Request-Id", requestID)
	w.Header().Set("Content-Type", media)
}
