package testbed

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// meshCentralConfig keeps it on loopback and away from the network. In its WAN
// mode it does not look for agents by multicast.
const meshCentralConfig = `{
  "settings": {
    "cert": "mesh.localhost", "port": %s, "portBind": "127.0.0.1", "exactPorts": true, "redirPort": 0, "mpsPort": 0,
    "wanOnly": true, "agentTimeStampServer": false, "selfUpdate": false, "autoBackup": false,
    "plugins": {"enabled": false}, "sessionTime": 1440
  },
  "domains": {"": {"title": "MeshCentral", "newAccounts": true, "passwordRequirements": {"min": 8}}}
}`

func describeMeshCentral(a *App) {
	a.Name, a.Alice, a.Bob = "MeshCentral 1.1.55", testUser("alice"), testUser("bob")
	a.SignIn = func(ctx context.Context, b Browser, u User) error {
		return inOrder(
			func() error { return b.Visit(ctx, a.Site+"/") },
			func() error { return b.Fill(ctx, "#username", u.Name) },
			func() error { return b.Fill(ctx, "#password", u.Password) },
			func() error { return b.Click(ctx, "#loginButton") },
			func() error { return b.WaitFor(ctx, "#logoutControl a") },
		)
	}
	a.SignOut = func(ctx context.Context, b Browser) error {
		return inOrder(
			func() error { return b.Visit(ctx, a.Site+"/") },
			func() error { return b.Click(ctx, "#logoutControl a") },
			func() error { return b.WaitFor(ctx, "#loginButton") },
		)
	}
}

// startMeshCentral serves HTTPS by a certificate of the authority that MeshCentral
// makes for itself, which the bed then trusts, as a company does with the one of
// its own server.
func (b *Bed) startMeshCentral(ctx context.Context, a *App) error {
	dir := b.Path(a.ID)
	data, files := filepath.Join(dir, "data"), filepath.Join(dir, "files")
	for _, folder := range []string{data, files} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return err
		}
	}
	config := fmt.Sprintf(meshCentralConfig, a.port())
	if err := os.WriteFile(filepath.Join(data, "config.json"), []byte(config), 0o600); err != nil {
		return err
	}
	folder, node, err := b.nodeApp(ctx, "meshcentral")
	if err != nil {
		return err
	}
	command := []string{filepath.Join(folder, "node_modules", "meshcentral"), "--datapath", data, "--filespath", files}
	for name, u := range map[string]User{"alice": a.Alice, "bob": a.Bob} {
		args := append(command[:len(command):len(command)], "--createaccount", u.Name, "--pass", u.Password, "--email", name+"@example.test")
		if _, err := b.Run(ctx, "", node, args...); err != nil {
			return err
		}
	}
	p, err := b.StartIn(dir, a.ID, node, command...)
	if err != nil {
		return err
	}
	a.authority = filepath.Join(data, "root-cert-public.crt")
	return a.wait(ctx, p, "/health.ashx")
}
