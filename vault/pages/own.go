package pages

import "time"

// Program is a device or a runner.
type Program struct {
	ID, Kind, Name, Fingerprint string
	Person                      string // whose it is, on an admin's page
	Added, Seen                 time.Time
}

// Devices is the page of a person's own devices and runners.
type Devices struct {
	Frame
	Programs []Program
}

func (*Devices) template() string { return "devices" }

// You is the page of what concerns the person alone.
type You struct {
	Frame
	SignIns  []SignIn
	Language Language
	TOTP     bool
	Password bool // the person signs in by one
}

func (*You) template() string { return "you" }

// SignIn is a browser in which the person is signed in.
type SignIn struct {
	ID, Browser string
	Since, Seen time.Time
	Current     bool
}

// Themed gives a page the colours that its person has chosen.
func Themed(v View, t Theme) { v.frame().Theme = t }
