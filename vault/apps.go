package vault

import "sessionferry/apps/catalogue"

// Catalogue is the Apps of a catalogue: those that it offers cards for.
type Catalogue struct {
	Of *catalogue.Catalogue // nil: the embedded one
}

// Domains implements Apps.
func (c Catalogue) Domains(app string) ([]string, bool) {
	a, err := c.Of.Get(app)
	if err != nil || !a.Offered() {
		return nil, false
	}
	return a.Domains, true
}

// Get implements Apps.
func (c Catalogue) Get(app string) (*catalogue.App, bool) {
	a, err := c.Of.Get(app)
	return a, err == nil
}

// Offered implements Apps.
func (c Catalogue) Offered() ([]*catalogue.App, error) { return c.Of.Offered() }
