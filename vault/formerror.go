package vault

import (
	"errors"
	"slices"

	"sessionferry/session"
	"sessionferry/vault/pages"
)

// fieldError is an error whose cause stands in one field of a form.
type fieldError struct {
	error
	field string
}

func (e fieldError) Unwrap() error { return e.error }

// in names the field that an error comes from, where its code alone does not. No
// error stays none.
func in(field string, err error) error {
	if err == nil {
		return nil
	}
	return fieldError{err, field}
}

// offered refuses what is not among the choices of a field.
func offered(f pages.Field, value string) error {
	if !slices.ContainsFunc(f.Options, func(o pages.Option) bool { return o.Value == value }) {
		return session.Errorf(session.CodeChoiceInvalid, "")
	}
	return nil
}

// form is a page with fields, which can be shown again with what was wrong.
type form interface {
	pages.View
	Refuse(code session.Code)
	Blame(code session.Code, field string)
}

// showProblem shows a form again with what was wrong. A fault of the vault's own
// is answered as everywhere.
func (c *call) showProblem(err error, f form) error {
	var at fieldError
	named := errors.As(err, &at)
	code := session.CodeOf(err)
	status := statuses[code]
	if status == 0 || code == session.CodeNotFound && !named {
		return err
	}
	f.Refuse(code)
	f.Blame(code, at.field)
	setRetry(c.w, err)
	return c.show(status, f)
}
