package testbed

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

// Program is the path of one of the three programs.
func (b *Bed) Program(name string) string { return filepath.Join(b.Bin, name) }

// Vault is a running embedded vault.
type Vault struct {
	*Proc
	URL    string `json:"url"`
	Socket string `json:"socket"`
	Data   string `json:"-"`
}

// StartVault starts the embedded vault on a free port of loopback.
func (b *Bed) StartVault(_ context.Context, args ...string) (*Vault, error) {
	v := &Vault{Data: b.Path("vault")}
	ready := b.Path("vault.ready")
	_ = os.Remove(ready)
	p, err := b.Start("vault", b.Program("sessionferry-vault"), append([]string{"serve", "--data", v.Data,
		"--listen", "127.0.0.1:0", "--socket", b.Path("run", "sessionferry", "vault.sock"), "--ready-file", ready}, args...)...)
	if err != nil {
		return nil, err
	}
	v.Proc = p
	return v, Wait("sessionferry-vault", p, 30*time.Second, func() bool {
		data, err := os.ReadFile(ready)
		return err == nil && json.Unmarshal(data, v) == nil
	})
}
