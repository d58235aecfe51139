package testbed

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"sessionferry/e2e/testbed/failures"
)

// pageList are the pages of a Chromium that the bed has opened or attached to.
type pageList struct {
	mu  sync.Mutex
	all []*chromiumPage
}

func (l *pageList) add(p *chromiumPage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, p)
}

// open are those that have not been closed.
func (l *pageList) open() (out []*chromiumPage) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.all {
		if p != nil && p.ctx.Err() == nil {
			out = append(out, p)
		}
	}
	return out
}

// KeepPages implements Browser: the tree is that of accessibility.
func (c *Chromium) KeepPages(ctx context.Context, folder string) (err error) {
	for i, page := range c.pages.open() {
		p := &Popup{page: page}
		name := fmt.Sprintf("chromium-%d", i+1)
		tree, failed := p.Tree(ctx)
		err = errors.Join(err, failed, p.Keep(ctx, folder, name), failures.Write(folder, name+".tree.txt", []byte(tree)))
	}
	return err
}

// KeepPages implements Browser: Firefox gives no tree of accessibility to a driver,
// so the tree is that of the document.
func (f *Firefox) KeepPages(ctx context.Context, folder string) error {
	tabs, err := f.Tabs(ctx)
	if err != nil {
		return err
	}
	said, err := f.ask(ctx, "popups")
	if err != nil {
		return err
	}
	var popups []string
	if err := json.Unmarshal([]byte(said), &popups); err != nil {
		return err
	}
	for i, id := range append(tabs, popups...) {
		p := &Popup{page: &firefoxPage{f: f, context: id}}
		name := fmt.Sprintf("firefox-%d", i+1)
		tree, failed := p.Eval(ctx, "document.documentElement.outerHTML")
		err = errors.Join(err, failed, p.Keep(ctx, folder, name), failures.Write(folder, name+".tree.html", []byte(tree)))
	}
	return err
}

// KeepLogs copies what the bed's programs have written so far into a folder: the
// consoles of the browsers' pages are in the browsers' logs.
func (b *Bed) KeepLogs(folder string) error {
	logs, err := filepath.Glob(b.Path("*.log"))
	if err != nil {
		return err
	}
	hosts, err := filepath.Glob(b.Path("home", ".local", "state", "sessionferry", "host*.log"))
	if err != nil {
		return err
	}
	logs = append(logs, hosts...)
	for _, path := range logs {
		data, failed := os.ReadFile(path)
		if errors.Is(failed, os.ErrNotExist) {
			continue // no host has run
		}
		err = errors.Join(err, failed, failures.Write(folder, filepath.Base(path), data))
	}
	return err
}
