package session

import (
	"errors"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Unmarshal reads one JSON value strictly: invalid UTF-8, lone surrogates,
// duplicate, case-variant and unknown keys, and trailing bytes are refused.
// The error has the given code and tells only the position, never the content,
// since the content may be secret. Callers cap the size of data beforehand.
func Unmarshal(data []byte, v any, code Code) error {
	return positioned(json.Unmarshal(data, v, json.RejectUnknownMembers(true)), code)
}

// UnmarshalLoose is Unmarshal that passes over unknown keys, to which the case
// variants of known ones belong. It serves the one message that must survive
// version skew (hello) and answers of newer vaults.
func UnmarshalLoose(data []byte, v any, code Code) error {
	return positioned(json.Unmarshal(data, v), code)
}

// Marshal writes v as JSON in the deterministic form that both ends use.
func Marshal(v any) ([]byte, error) { return json.Marshal(v, json.Deterministic(true)) }

// MarshalWrite is Marshal to a writer, without holding the whole text.
func MarshalWrite(w io.Writer, v any) error {
	return json.MarshalWrite(w, v, json.Deterministic(true))
}

func positioned(err error, code Code) error {
	if err == nil {
		return nil
	}
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	var syn *jsontext.SyntacticError
	var sem *json.SemanticError
	switch {
	case errors.As(err, &syn):
		return Errorf(code, "not valid at byte %d", syn.ByteOffset).Because(err)
	case errors.As(err, &sem):
		return Errorf(code, "not expected at byte %d", sem.ByteOffset).Because(err)
	}
	return Errorf(code, "").Because(err)
}
