package testbed

import (
	"context"
	"errors"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/chromedp"

	"sessionferry/e2e/axtree"
)

// Tree is what a screen reader is told of the page, as axtree writes it. It is
// Chromium's alone.
func (p *Popup) Tree(ctx context.Context) (string, error) {
	c, ok := p.page.(*chromiumPage)
	if !ok {
		return "", errors.New("this browser does not tell it")
	}
	ctx, cancel := c.bound(ctx)
	defer cancel()
	var text string
	err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		whole := int64(-1)
		page, err := chromedp.Call(ctx, dom.GetDocument, dom.GetDocumentParams{Depth: &whole})
		if err != nil {
			return err
		}
		told, err := chromedp.Call(ctx, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return err
		}
		text = axtree.Text(told.Nodes, page.Root)
		return nil
	}))
	return text, err
}
