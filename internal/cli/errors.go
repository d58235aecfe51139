package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sessionferry/session"
)

// The exit codes besides 0 and those that Exit passes on.
const (
	ExitFailed = 1
	ExitUsage  = 2
)

// usageCodes are those of what a person typed or set, and not of what was done.
var usageCodes = []session.Code{session.CodeUsageInvalid, session.CodeValueInvalid, session.CodeSettingInvalid,
	session.CodeNameInvalid, session.CodeSiteInvalid, session.CodeUsernameInvalid, session.CodeAppUnknown, session.CodeVaultAddress}

// ErrReported ends the program with 1 and says nothing more: the command has
// already said it.
var ErrReported = Exit(ExitFailed, nil)

// exit is an error with an exit code of its own.
type exit struct {
	code    int
	besides error
}

// Exit passes on the exit code of another program. Nothing is said but what failed
// besides, if anything did.
func Exit(code int, besides error) error { return &exit{code, besides} }

func (e *exit) Error() string { return fmt.Sprintf("exit code %d", e.code) }
func (e *exit) Unwrap() error { return e.besides }

// ExitCode is the exit code for what Run returned.
func ExitCode(err error) int {
	var e *exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &e):
		return e.code
	case slices.Contains(usageCodes, session.CodeOf(err)):
		return ExitUsage
	}
	return ExitFailed
}

// step is an error with a better next step than its code's.
type step struct {
	error
	next string
}

func (s *step) Unwrap() error { return s.error }

// WithNext gives an error the next step of this very case.
func WithNext(err error, next string) error { return &step{err, next} }

// Valuef says which value of the command line cannot be, and why.
func Valuef(format string, args ...any) error {
	return session.Errorf(session.CodeValueInvalid, format, args...)
}

// ofCobra gives the complaints of cobra a code: unknown commands, wrong numbers of
// arguments, flags that are missing. Their texts name no more than was typed.
func ofCobra(err error) error {
	var ours *session.Error
	var ends *exit
	if errors.As(err, &ours) || errors.As(err, &ends) {
		return err
	}
	return session.Errorf(session.CodeUsageInvalid, "%s", err.Error())
}

// flagError gives a complaint about a flag its code, and says which flag may have
// been meant.
func flagError(cmd *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	var unknown *pflag.NotExistError
	switch {
	case errors.As(err, &value):
		return Valuef("--%s: %q: %v", value.GetFlag().Name, value.GetValue(), value.Unwrap())
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		return session.Errorf(session.CodeUsageInvalid, "%s%s", err, didYouMean("--", Similar(unknown.GetSpecifiedName(), names)))
	}
	return ofCobra(err)
}

// failure is an error as --json prints it.
type failure struct {
	Code     session.Code `json:"code"`
	Sentence string       `json:"sentence"`
	Detail   string       `json:"detail,omitempty"`
	Next     string       `json:"next"`
}

// report says what failed and what to do, in words or as JSON.
func (p Program) report(w io.Writer, cmd *cobra.Command, err error, asJSON bool) {
	var ours *session.Error
	if !errors.As(err, &ours) {
		return // an exit code that says enough
	}
	next := p.nextOf(cmd, err, ours.Code)
	if !asJSON {
		fmt.Fprint(w, ours.Explain(p.Root.Name(), next))
		return
	}
	m := ours.Code.Message()
	_ = writeJSON(w, map[string]failure{"error": {ours.Code, m.Sentence, ours.Detail, cmp.Or(next, m.Next)}})
}

func (p Program) nextOf(cmd *cobra.Command, err error, code session.Code) string {
	var s *step
	switch {
	case errors.As(err, &s):
		return s.next
	case p.Next[code] != "":
		return p.Next[code]
	case code == session.CodeUsageInvalid || code == session.CodeValueInvalid:
		return fmt.Sprintf("Run: %s --help", cmd.CommandPath())
	}
	return ""
}
