package pages

import (
	"cmp"
	"slices"
	"time"

	"sessionferry/session"
)

// Form is a page that asks for something, or tells of one thing.
type Form struct {
	Frame
	Text    []Text
	Facts   []Fact
	Numbers *Numbers
	Inputs
	Links []Link
}

func (*Form) template() string { return "form" }

// Inputs are what a person fills in and sends.
type Inputs struct {
	Action  string
	Hidden  []Field
	Fields  []Field
	Buttons []Field
	Ways    []Link // that lead on beside the buttons
}

// Field is an input, a choice or a button.
type Field struct {
	Name                      string
	Label, Hint               Text
	Type, Value, Autocomplete string
	Options                   []Option // makes it a choice
	Min, Max                  int      // of a number
	Code                      bool     // letters that somebody types from another screen
	Optional                  bool
	Second, Danger            bool // of a button
	Focus, Invalid, Explained bool // Explained by the problem
}

// Option is one that can be chosen.
type Option struct {
	Value string
	Label Text
}

// Kind is the class of a button.
func (f Field) Kind() string {
	switch {
	case f.Second:
		return "second"
	case f.Danger:
		return "danger"
	}
	return "first"
}

// Fact is a name and what it is: a sentence, a moment or a word of somebody's.
type Fact struct {
	Name  Text
	Text  Text
	Time  time.Time
	Value string
	Key   bool // the value is compared letter by letter
}

// blamed are the fields that a problem may be with.
var blamed = map[session.Code]string{
	session.CodeCodeWrong:       "code",
	session.CodeSignInFailed:    "password",
	session.CodeTOTPNeeded:      "totp",
	session.CodePasswordWeak:    "password",
	session.CodeEmailInvalid:    "email",
	session.CodeNameInvalid:     "name",
	session.CodeSiteInvalid:     "site",
	session.CodeUsernameInvalid: "username",
	session.CodeAccountExists:   "username",
	session.CodeAppUnknown:      "app",
	session.CodeDaysInvalid:     "days",
}

// Blame leads to what was wrong: to a field, or if it is "" to the one that such a
// problem is with. Screen readers say the title of a page that has
// loaded and the field that has the focus, and not always an alert that was there
// from the start: so the focused field is explained by it.
func (i *Inputs) Blame(code session.Code, field string) {
	if len(i.Fields) == 0 {
		return
	}
	at := slices.IndexFunc(i.Fields, func(f Field) bool { return f.Name == cmp.Or(field, blamed[code]) })
	f := &i.Fields[max(at, 0)]
	f.Focus, f.Explained, f.Invalid = true, true, at >= 0
}

// Begin gives the first field the focus where none has it.
func (i *Inputs) Begin() {
	if len(i.Fields) > 0 && !slices.ContainsFunc(i.Fields, func(f Field) bool { return f.Focus }) {
		i.Fields[0].Focus = true
	}
}
