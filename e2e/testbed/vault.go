package testbed

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"

	"sessionferry/envelope"
	"sessionferry/host/vaultclient"
	"sessionferry/internal/vaultapi"
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
	return v, Wait("sessionferry-vault", p, func() bool {
		data, err := os.ReadFile(ready)
		return err == nil && json.Unmarshal(data, v) == nil
	})
}

// AsDevice speaks to a vault as the device whose key is in the bed's keyring.
func (b *Bed) AsDevice(ctx context.Context, base string) (*vaultclient.Client, error) {
	text, err := b.Secret(ctx, "device-key")
	if err != nil {
		return nil, err
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return nil, err
	}
	seeds, err := envelope.ParseSeeds(raw)
	if err != nil {
		return nil, err
	}
	keys, err := seeds.Keys(envelope.RoleDevice)
	if err != nil {
		return nil, err
	}
	return vaultclient.New(base, vaultapi.Credentials{Key: keys.DPoP()})
}
