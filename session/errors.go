package session

import (
	"cmp"
	"errors"
	"fmt"
)

// Code names one kind of failure. Codes are stable and append-only: a released
// code keeps its meaning for ever. The table is docs/protocol.md, section Errors.
type Code string

// Error is a failure that may cross a boundary. Everything that Error and JSON
// show is safe for people and logs: Detail is written by this project and never
// holds a secret or another library's text. The hidden cause is for Unwrap only.
type Error struct {
	Code   Code
	Detail string // optional, a phrase of ours that says which or how much
	cause  error
}

// Errorf makes an Error. The format must not be given secrets.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Because attaches a hidden cause, for errors.Is and errors.As only.
func (e *Error) Because(err error) *Error { e.cause = err; return e }

// Unwrap returns the hidden cause.
func (e *Error) Unwrap() error { return e.cause }

// Error is the code, the sentence, the detail and the next step, on one line.
func (e *Error) Error() string {
	m := e.Code.Message()
	s := string(e.Code) + ": " + m.Sentence
	if e.Detail != "" {
		s += " (" + e.Detail + ")"
	}
	return s + " " + m.Next
}

// Explain is what a command prints: the program's name, the sentence with its
// detail, and on a second line the next step and the code. next replaces the
// code's own next step unless it is "".
func (e *Error) Explain(program, next string) string {
	m := e.Code.Message()
	detail := ""
	if e.Detail != "" {
		detail = " (" + e.Detail + ")"
	}
	return fmt.Sprintf("%s: %s%s\n  %s  [%s]\n", program, m.Sentence, detail, cmp.Or(next, m.Next), e.Code)
}

// Is makes errors.Is(err, &Error{Code: c}) compare codes.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// CodeOf returns the code of the first Error in err's chain, CodeInternal for
// any other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}

// AsError returns the first Error in err's chain, or one with CodeInternal that
// hides err.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Errorf(CodeInternal, "").Because(err)
}

// Message is what a person reads: one plain sentence and the next step.
type Message struct{ Sentence, Next string }

// Message returns the texts of a code. An unknown code reads as CodeInternal.
func (c Code) Message() Message {
	for _, row := range codeTable {
		if row.Code == c {
			return Message{row.Sentence, row.Next}
		}
	}
	return CodeInternal.Message()
}

// Known reports whether c is in the table.
func (c Code) Known() bool {
	for _, row := range codeTable {
		if row.Code == c {
			return true
		}
	}
	return false
}

// CodeRow is one row of the append-only table.
type CodeRow struct {
	Code           Code
	Sentence, Next string
}

// CodeTable returns a copy of the table, in its published order.
func CodeTable() []CodeRow { return append([]CodeRow(nil), codeTable...) }
