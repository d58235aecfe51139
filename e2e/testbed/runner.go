package testbed

import (
	"context"
	"os"
)

// StartRunner starts a runner that serves, once one is enrolled and trusts a
// roster.
func (b *Bed) StartRunner(_ context.Context) (*Proc, error) {
	ready := b.Path("runner.ready")
	_ = os.Remove(ready)
	p, err := b.Start("runner", b.Program("sessionferry-runner"), "serve", "--ready-file", ready)
	if err != nil {
		return nil, err
	}
	return p, Wait("sessionferry-runner serve", p, func() bool {
		_, err := os.Stat(ready)
		return err == nil
	})
}
