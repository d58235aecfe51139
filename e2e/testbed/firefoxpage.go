package testbed

import "context"

// firefoxPage is a tab or the popup of a Firefox.
type firefoxPage struct {
	f       *Firefox
	context string
}

// Eval implements page.
func (p *firefoxPage) Eval(ctx context.Context, expression string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, pageWait)
	defer cancel()
	return p.f.conn.Eval(ctx, p.context, expression)
}

func (p *firefoxPage) press(ctx context.Context, x, y float64) error {
	ctx, cancel := context.WithTimeout(ctx, pageWait)
	defer cancel()
	return p.f.conn.Press(ctx, p.context, x, y)
}

// Type implements page.
func (p *firefoxPage) Type(ctx context.Context, text string) error {
	ctx, cancel := context.WithTimeout(ctx, pageWait)
	defer cancel()
	return p.f.conn.Type(ctx, p.context, text)
}

func (p *firefoxPage) dark(ctx context.Context, dark bool) error {
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	_, err := p.f.ask(ctx, "darken", p.context, scheme)
	return err
}

// resize goes for tabs: the remote protocol knows no other pages.
func (p *firefoxPage) resize(ctx context.Context, width, height int64) error {
	ctx, cancel := context.WithTimeout(ctx, pageWait)
	defer cancel()
	return p.f.conn.Resize(ctx, p.context, width, height)
}

func (p *firefoxPage) screenshot(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, pageWait)
	defer cancel()
	return p.f.conn.Screenshot(ctx, p.context)
}

// close closes the popup; tabs are closed with the browser.
func (p *firefoxPage) close() {
	ctx, cancel := context.WithTimeout(context.Background(), pageWait)
	defer cancel()
	_, _ = p.f.ask(ctx, "closePopup") // a popup that is gone is closed
}
