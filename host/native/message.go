package native

import (
	"errors"

	"github.com/go-json-experiment/json/jsontext"

	"sessionferry/host"
	"sessionferry/session"
)

// message is what every request has; the fields of its type are kept as they
// came until the type is known.
type message struct {
	ID   string         `json:"id"`
	Type string         `json:"type"`
	Rest jsontext.Value `json:",embed"`
}

// parseMessage reads id and type. On an error the id is what could be read of
// it, or "".
func parseMessage(body []byte) (message, error) {
	var m message
	if err := session.UnmarshalLoose(body, &m, session.CodeMessageInvalid); err != nil {
		return message{}, err
	}
	if !session.IsKey(m.ID) {
		return message{}, session.Errorf(session.CodeMessageInvalid, "the id")
	}
	if m.Type == "" {
		return m, session.Errorf(session.CodeMessageInvalid, "no type")
	}
	if len(m.Rest) == 0 {
		m.Rest = jsontext.Value("{}")
	}
	return m, nil
}

// reply answers a request.
type reply struct {
	ID     string     `json:"id"`
	OK     bool       `json:"ok"`
	Result any        `json:"result,omitempty"`
	Error  *wireError `json:"error,omitempty"`
}

type wireError struct {
	Code     session.Code `json:"code"`
	Sentence string       `json:"sentence"`
	Next     string       `json:"next"`
	Detail   string       `json:"detail,omitempty"`

	Verdict *host.Verdict `json:"verdict,omitempty"`
	Lost    []string      `json:"lost,omitempty"`
}

func failure(id string, err error) reply {
	e := session.AsError(err)
	m := e.Code.Message()
	out := &wireError{Code: e.Code, Sentence: m.Sentence, Next: m.Next, Detail: e.Detail}
	var refusal *host.Refusal
	if errors.As(err, &refusal) {
		out.Verdict = &refusal.Verdict
	}
	var loss *host.Loss
	if errors.As(err, &loss) {
		out.Lost = loss.Lost
	}
	return reply{ID: id, Error: out}
}

// Progress is the event of a running share or check. Done and Total are bytes,
// 0 where they are not known.
type Progress struct {
	Stage string `json:"stage"`
	Done  int    `json:"done,omitzero"`
	Total int    `json:"total,omitzero"`
}

type event struct {
	ID    string `json:"id"`
	Event string `json:"event"`
	Progress
}
