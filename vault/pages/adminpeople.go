package pages

import "time"

// People is the page of the members of the workspace and of who is invited.
type People struct {
	Frame
	People      []Person
	Invitations []Invitation
}

func (*People) template() string { return "people" }

// Person is one member.
type Person struct {
	ID, Name, Email   string
	Role              string
	Admin, Self, TOTP bool
	Since             time.Time
}

// Path is where something is done about the person.
func (p Person) Path() string { return "/admin/people/" + p.ID }

// Invitation is one that has not been taken up. Its code is not known any more.
type Invitation struct {
	ID, Email, Role string
	Until           time.Time
}
