package vault

import (
	"context"
	"time"

	"sessionferry/session"
)

// Program is a device or runner as its person sees it.
type Program struct {
	ID          session.ID `json:"id"`
	Role        Role       `json:"role"`
	Name        string     `json:"name"`
	Keys        []byte     `json:"key"`         // envelope.PublicKeys in their encoded form
	Fingerprint string     `json:"fingerprint"` // of the keys, for comparing by eye
	Created     time.Time  `json:"created"`
	Seen        time.Time  `json:"seen"` // to the hour: when it last fetched a token
	Current     bool       `json:"current"`
}

// Waiting is a program that waits for a person's word.
type Waiting struct {
	Enrolment
	Created time.Time
}

// Programs keeps what enrols by a code that a person confirms, and the programs
// that have. Codes are given as SHA-256 of their text.
type Programs interface {
	// Begin keeps a program that waits; code is what its person types, program what
	// it asks by itself with.
	Begin(ctx context.Context, e Enrolment, program, code [32]byte) error
	// Find returns the program that waits under a code, or CodeCodeWrong.
	Find(ctx context.Context, p Principal, code [32]byte) (Waiting, error)
	// Answer gives a person's word, once. If it is yes the program is that person's.
	Answer(ctx context.Context, p Principal, code [32]byte, yes bool) error
	// Outcome returns the principal of a program that was allowed, CodeEnrolmentDenied
	// or CodeEnrolmentEnded, or no error and no principal while it waits. key is the
	// one that it proves.
	Outcome(ctx context.Context, program [32]byte, key []byte) (Principal, error)

	// Programs lists the person's devices and runners.
	Programs(ctx context.Context, p Principal) ([]Program, error)
	// Revoke ends one of them: its tokens and leases at once. The roster is its
	// devices' to change. An admin in a browser may end anybody's of the workspace. One
	// that has ended, or never was, or is not the caller's to end, is no error.
	Revoke(ctx context.Context, p Principal, id session.ID) error
}
