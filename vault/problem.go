package vault

import (
	"errors"
	"math"
	"net/http"
	"strconv"

	"sessionferry/internal/dpop"
	"sessionferry/session"
)

// problem is an error as the API tells it (RFC 9457).
type problem struct {
	Type      string          `json:"type"`
	Title     string          `json:"title"`
	Status    int             `json:"status"`
	Detail    string          `json:"detail,omitempty"`
	Code      session.Code    `json:"code"`
	Next      string          `json:"next"`
	RequestID string          `json:"request_id"`
	Session   *session.Status `json:"session,omitempty"` // with generation_conflict
}

// conflict is a refused put together with the status that refused it.
type conflict struct {
	error
	status session.Status
}

func (c conflict) Unwrap() error { return c.error }

// statuses maps codes to HTTP. What is not listed is the vault's own fault.
var statuses = map[session.Code]int{
	session.CodeRequestInvalid:     http.StatusBadRequest,
	session.CodeMessageInvalid:     http.StatusBadRequest,
	session.CodeUnauthorized:       http.StatusUnauthorized,
	session.CodeProofInvalid:       http.StatusUnauthorized,
	session.CodeProofReplayed:      http.StatusUnauthorized,
	session.CodeNonceNeeded:        http.StatusUnauthorized,
	session.CodeClockWrong:         http.StatusUnauthorized,
	session.CodeSignInFailed:       http.StatusUnauthorized,
	session.CodeTOTPNeeded:         http.StatusUnauthorized,
	session.CodeSignedOut:          http.StatusUnauthorized,
	session.CodeOIDCFailed:         http.StatusUnauthorized,
	session.CodeNotInvited:         http.StatusForbidden,
	session.CodeNotAdmin:           http.StatusForbidden,
	session.CodeLocalUserUnknown:   http.StatusForbidden,
	session.CodeStepUpNeeded:       http.StatusForbidden,
	session.CodeEnrolmentDenied:    http.StatusForbidden,
	session.CodePersonUnknown:      http.StatusNotFound,
	session.CodeSetupDone:          http.StatusConflict,
	session.CodeLastAdmin:          http.StatusConflict,
	session.CodeEnrolmentEnded:     http.StatusGone,
	session.CodeAttemptsExceeded:   http.StatusTooManyRequests,
	session.CodeNotOwner:           http.StatusForbidden,
	session.CodeWrongRole:          http.StatusForbidden,
	session.CodeNotFound:           http.StatusNotFound,
	session.CodeSessionNone:        http.StatusNotFound,
	session.CodeGenerationConflict: http.StatusConflict,
	session.CodeGenerationAhead:    http.StatusConflict,
	session.CodeRosterConflict:     http.StatusConflict,
	session.CodeAccountExists:      http.StatusConflict,
	session.CodeLeaseHeld:          http.StatusConflict,
	session.CodeLeaseEnded:         http.StatusGone,
	session.CodeTooLarge:           http.StatusRequestEntityTooLarge,
	session.CodeBundleTooLarge:     http.StatusRequestEntityTooLarge,

	session.CodeCodeWrong:         http.StatusUnprocessableEntity,
	session.CodeDaysInvalid:       http.StatusUnprocessableEntity,
	session.CodeDateInvalid:       http.StatusUnprocessableEntity,
	session.CodeChoiceInvalid:     http.StatusUnprocessableEntity,
	session.CodePasswordWeak:      http.StatusUnprocessableEntity,
	session.CodeEmailInvalid:      http.StatusUnprocessableEntity,
	session.CodeNameInvalid:       http.StatusUnprocessableEntity,
	session.CodeAppUnknown:        http.StatusUnprocessableEntity,
	session.CodeSiteInvalid:       http.StatusUnprocessableEntity,
	session.CodeUsernameInvalid:   http.StatusUnprocessableEntity,
	session.CodeConsentMissing:    http.StatusUnprocessableEntity,
	session.CodeConsentOutdated:   http.StatusUnprocessableEntity,
	session.CodeRosterInvalid:     http.StatusUnprocessableEntity,
	session.CodeKeyFileInvalid:    http.StatusUnprocessableEntity,
	session.CodeEnvelopeInvalid:   http.StatusUnprocessableEntity,
	session.CodeEnvelopeSender:    http.StatusUnprocessableEntity,
	session.CodeEnvelopeContext:   http.StatusUnprocessableEntity,
	session.CodeEnvelopeRecipient: http.StatusUnprocessableEntity,
	session.CodeEnvelopeExpired:   http.StatusUnprocessableEntity,

	session.CodeVaultUnavailable: http.StatusServiceUnavailable,
	session.CodeVaultDiskFull:    http.StatusServiceUnavailable,
}

// retryAfter is in how many seconds a caller may try again whom the database has
// let down.
const retryAfter = "10"

// writeProblem answers with an error and returns the code that it told. An error
// that is none of ours is told as internal, never with its text.
func writeProblem(w http.ResponseWriter, requestID string, err error) session.Code {
	e := session.AsError(err)
	p := problem{Type: "about:blank", Code: e.Code, Detail: e.Detail, RequestID: requestID, Status: statuses[e.Code]}
	if p.Status == 0 {
		p.Status, p.Code, p.Detail = http.StatusInternalServerError, session.CodeVaultFailed, ""
	}
	m := p.Code.Message()
	p.Title, p.Next = m.Sentence, m.Next
	if c, ok := asConflict(err); ok {
		p.Session = &c.status
	}
	setRetry(w, err)
	b, err := session.Marshal(p)
	if err != nil { // cannot be: the texts are ours
		b = nil
	}
	w.Header().Set("Content-Type", "application/problem+json")
	switch p.Status {
	case http.StatusUnauthorized:
		w.Header().Set("WWW-Authenticate", challenge(p.Code))
	case http.StatusServiceUnavailable:
		w.Header().Set("Retry-After", retryAfter)
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(b) // the caller has gone away
	return p.Code
}

// challenge is what RFC 9449 wants to be told of an answer 401.
func challenge(code session.Code) string {
	switch code {
	case session.CodeNonceNeeded:
		return dpop.Scheme + ` error="` + dpop.NonceWanted + `"`
	case session.CodeProofInvalid, session.CodeProofReplayed, session.CodeClockWrong:
		return dpop.Scheme + ` error="invalid_dpop_proof"`
	}
	return dpop.Scheme + ` algs="EdDSA"`
}

// setRetry says when to try again, where the error knows.
func setRetry(w http.ResponseWriter, err error) {
	var l later
	if errors.As(err, &l) {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(l.wait.Seconds()))))
	}
}
