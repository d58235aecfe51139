package testbed

import "context"

// Browser is a person's browser with the extension: one tab that the person
// looks at, and the popup above it.
type Browser interface {
	// Visit opens an address in the first tab and waits until it has loaded.
	Visit(ctx context.Context, url string) error
	// Fill waits for a field, focuses it and replaces its text by real key events.
	Fill(ctx context.Context, selector, text string) error
	// Click waits until an element is visible and clicks it.
	Click(ctx context.Context, selector string) error
	// WaitFor waits until an element is in the page and visible.
	WaitFor(ctx context.Context, selector string) error
	// Eval evaluates an expression in the first tab's page and awaits a promise. The value must be a string.
	Eval(ctx context.Context, expression string) (string, error)
	// Allow grants the extension host permissions beforehand, as an answer to the browser's prompt would.
	Allow(ctx context.Context, patterns ...string) error
	// Popup clicks the extension's button above the first tab. Screenshots go to the folder screens, if it is not "".
	Popup(ctx context.Context, screens string) (*Popup, error)
	// InTab is what the first tab shows, in the same hands as the popup.
	InTab(ctx context.Context, screens string) (*Popup, error)
	// Beside opens a further tab in front; the browser is seen from it.
	Beside(ctx context.Context) (Browser, error)
	// Front brings the browser's tab to the front, as a click on it would.
	Front(ctx context.Context) error
	// OwnWindow waits for the extension's own window, which a page of the web app has had it open.
	OwnWindow(ctx context.Context, screens string) (*Popup, error)
	// OwnWindows is how many of them are open.
	OwnWindows(ctx context.Context) (int, error)
	// CookieValues returns the values of the browser's cookies of these names.
	CookieValues(ctx context.Context, names ...string) ([]string, error)
	// ClearData signs out of everything: cookies and storage of all sites in the default store.
	ClearData(ctx context.Context) error
	// KeepPages writes pictures and trees of the open pages into a folder, for who looks into a failure.
	KeepPages(ctx context.Context, folder string) error
	// CallItself sends that User-Agent from now on in the first tab, and shows it to its pages.
	CallItself(ctx context.Context, userAgent string) error
	// Close ends the browser.
	Close()
}

var _ Browser = (*Chromium)(nil)
