package testbed

import (
	"context"
	"os"
	"regexp"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

var devToolsAddress = regexp.MustCompile(`ws://\S+`)

// OpenRestored restores a card's session by "sessionferry-runner exec" and
// attaches to the browser, as a program of a task does. args are further ones of
// exec. Close ends both.
func (b *Bed) OpenRestored(ctx context.Context, account string, args ...string) (*Chromium, error) {
	args = append([]string{"exec", "--account", account}, args...)
	args = append(args, "--", "sh", "-c", `echo "$SESSIONFERRY_CDP_URL"; exec sleep 600`)
	p, err := b.Start("restored", b.Program("sessionferry-runner"), args...)
	if err != nil {
		return nil, err
	}
	var address string
	err = Wait("the restored browser", p, func() bool {
		said, _ := os.ReadFile(p.Log) // not yet there: not yet ready
		address = string(devToolsAddress.Find(said))
		return address != ""
	})
	if err != nil {
		p.Stop()
		return nil, err
	}
	alloc, cancelAlloc := remote.NewAllocator(ctx, address)
	tab, cancelTab := chromedp.NewContext(alloc, quiet)
	c := &Chromium{ctx: tab, pages: &pageList{}, close: func() {
		cancelTab()
		cancelAlloc()
		p.Stop()
	}}
	if err := chromedp.Do(tab); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}
