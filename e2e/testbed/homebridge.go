package testbed

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
)

// homebridgeConfig runs the user interface alone: no bridge is started.
const homebridgeConfig = `{
  "bridge": {"name": "Homebridge", "username": "0E:11:22:33:44:55", "port": 51826, "pin": "031-45-154"},
  "accessories": [],
  "platforms": [{"name": "Config", "platform": "config", "port": %s, "host": "127.0.0.1", "auth": "form", "sessionTimeout": 28800, "lang": "en"}]
}`

func describeHomebridge(a *App) {
	a.Name, a.Alice, a.Bob = "Homebridge UI 5.10.0", testUser("alice"), testUser("bob")
	a.SignIn = func(ctx context.Context, b Browser, u User) error {
		return inOrder(
			func() error { return b.Visit(ctx, a.Site+"/login") },
			func() error { return b.Fill(ctx, "#form-username", u.Name) },
			func() error { return b.Fill(ctx, "#form-pass", u.Password) },
			func() error { return b.Click(ctx, "button[type=submit]") },
			func() error { return b.WaitFor(ctx, "app-layout") },
		)
	}
	a.SignOut = func(ctx context.Context, b Browser) error {
		return inOrder(
			func() error { return b.Visit(ctx, a.Site+"/") },
			func() error { return b.Click(ctx, "#sidebar .fa-right-from-bracket") },
			func() error { return b.WaitFor(ctx, "#form-username") },
		)
	}
}

func (b *Bed) startHomebridge(ctx context.Context, a *App) error {
	data := b.Path(a.ID)
	config := fmt.Sprintf(homebridgeConfig, a.port())
	if err := os.WriteFile(filepath.Join(data, "config.json"), []byte(config), 0o600); err != nil {
		return err
	}
	folder, node, err := b.nodeApp(ctx, "homebridge")
	if err != nil {
		return err
	}
	p, err := b.StartIn(folder, a.ID, node, "node_modules/homebridge-config-ui-x/dist/bin/standalone.js",
		"--user-storage-path", data, "--plugin-path", filepath.Join(folder, "node_modules"))
	if err != nil {
		return err
	}
	if err := a.wait(ctx, p, "/api/auth/settings"); err != nil {
		return err
	}
	return a.addHomebridgeUsers(ctx)
}

// addHomebridgeUsers does what the set-up wizard and the page of users do.
func (a *App) addHomebridgeUsers(ctx context.Context) error {
	account := func(name string, u User) map[string]any {
		return map[string]any{"name": name, "username": u.Name, "password": u.Password, "admin": true}
	}
	var token struct {
		Access string `json:"access_token"`
	}
	return inOrder(
		func() error {
			return a.post(ctx, "/api/setup-wizard/create-first-user", "", account("Alice", a.Alice), nil)
		},
		func() error {
			return a.post(ctx, "/api/auth/login", "", map[string]any{"username": a.Alice.Name, "password": a.Alice.Password}, &token)
		},
		func() error { return a.post(ctx, "/api/users", token.Access, account("Bob", a.Bob), nil) },
	)
}

// post sends JSON and reads JSON into answer, if it is not nil.
func (a *App) post(ctx context.Context, path, token string, body, answer any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.Site+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := a.do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s: %s said %s", a.Name, path, resp.Status)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(answer)
}
