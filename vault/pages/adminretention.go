package pages

// Windows is the page of the retention windows that are set.
type Windows struct {
	Frame
	Inputs
	Default, Cap int // days
	Windows      []Window
}

func (*Windows) template() string { return "retention" }

// Window is one of them.
type Window struct {
	App  string // "" for the workspace
	Name Text
	Days Text
	Set  bool // else the vault's own holds
}

// Numbers is a table of counts.
type Numbers struct {
	Caption Text
	Heads   []Text // the first is of the rows' names
	Rows    []Counts
}

// Counts is one row of it.
type Counts struct {
	Name   Text
	Counts []int
}
