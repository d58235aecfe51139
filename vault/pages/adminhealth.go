package pages

import (
	"time"

	"sessionferry/session"
)

// Health is the page of how the vault is.
type Health struct {
	Frame
	Alerts   []Alert
	Erasure  []Fact
	Counts   []Fact
	Erasures []Erasure
}

func (*Health) template() string { return "health" }

// Alert is what needs somebody's work: what it is, and what to do.
type Alert struct {
	What, Next Text
	Detail     string
	Until      time.Time // when it ends by itself; zero for never
}

// Erasure is an ended session that is not gone yet.
type Erasure struct {
	Account  string // its id
	Cause    session.Cause
	Since    time.Time
	Attempts int
	Failure  string
}
