package cdpmux

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxMessage bounds one message in either direction, in bytes. Screenshots and
// response bodies are the large ones.
const maxMessage = 256 << 20

// message is the envelope of the protocol. A command has ID and Method, a reply
// ID and Result or Error, an event Method alone.
type message struct {
	ID        *int64         `json:"id,omitzero"`
	SessionID string         `json:"sessionId,omitzero"`
	Method    string         `json:"method,omitzero"`
	Params    jsontext.Value `json:"params,omitzero"`
	Result    jsontext.Value `json:"result,omitzero"`
	Error     jsontext.Value `json:"error,omitzero"`
}

// wire keeps contents as they are: pages hold lone surrogates, which a stricter
// reader would refuse or replace.
var wire = json.JoinOptions(
	jsontext.AllowInvalidUTF8(true),
	jsontext.AllowDuplicateNames(true),
	jsontext.PreserveRawStrings(true),
)

func decode(data []byte) (message, error) {
	var m message
	err := json.Unmarshal(data, &m, wire)
	return m, err
}

func (m message) encode() ([]byte, error) { return json.Marshal(m, wire) }

// failure is a reply that the mux makes itself, in the browser's own form.
func failure(id int64, session string, code int, text string) message {
	body, _ := json.Marshal(struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}{code, text}) // plain fields: cannot fail
	return message{ID: &id, SessionID: session, Error: body}
}
