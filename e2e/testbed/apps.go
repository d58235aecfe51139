package testbed

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// App is a running app of the bed with two users, whom every app has.
type App struct {
	ID   string // in the catalogue
	Name string // for people, with the version where it is pinned
	Site string // the origin that a browser uses, e.g. http://mw.localhost:9101

	Alice, Bob User

	// SignIn signs a user in on the app's own page, as a person would.
	SignIn func(ctx context.Context, b Browser, u User) error
	// SignOut signs out by the app's own button.
	SignOut func(ctx context.Context, b Browser) error

	addr      string // where it listens
	authority string // file with the authority of its certificate, or ""
}

// User is a user of an app.
type User struct {
	Name     string // what is typed to sign in, and what a card names
	Password string
}

// testUser has the password that all apps accept: long, with both cases and a digit.
func testUser(name string) User {
	first, _, _ := strings.Cut(strings.ToLower(name), "@")
	return User{Name: name, Password: first + "-Passw0rd-1"}
}

// Pattern is what the extension must be allowed to read the app's session.
func (a *App) Pattern() string {
	u, _ := url.Parse(a.Site) // it is made in this package
	return "*://" + u.Hostname() + "/*"
}

// appKind is an app that the bed can start.
type appKind struct {
	scheme, host string
	describe     func(a *App) // fills all but Site
	start        func(b *Bed, ctx context.Context, a *App) error
}

// appKinds are the apps, in the order of AppIDs.
var appKinds = map[string]appKind{
	"mediawiki":   {"http", "mw.localhost", describeMediaWiki, (*Bed).startMediaWiki},
	"meshcentral": {"https", "mesh.localhost", describeMeshCentral, (*Bed).startMeshCentral},
	"homebridge":  {"http", "hb.localhost", describeHomebridge, (*Bed).startHomebridge},
	"better-auth": {"http", "ba.localhost", describeBetterAuth, (*Bed).startBetterAuth},
}

// AppIDs are the apps that StartApp knows.
var AppIDs = []string{"mediawiki", "meshcentral", "homebridge", "better-auth"}

// StartApp starts an app on loopback, under a host name of its own, since
// cookies do not see ports. Port 0 takes a free one. An app with a certificate of
// its own must be started before the browsers that are to trust it.
func (b *Bed) StartApp(ctx context.Context, id string, port int) (*App, error) {
	kind, known := appKinds[id]
	if !known {
		return nil, fmt.Errorf("the bed has no app %q", id)
	}
	a := &App{ID: id}
	kind.describe(a)
	if err := a.listenAs(kind.scheme, kind.host, port); err != nil {
		return nil, err
	}
	if err := os.Mkdir(b.Path(id), 0o700); err != nil {
		return nil, err
	}
	if err := kind.start(b, ctx, a); err != nil {
		return nil, err
	}
	return a, b.trustApp(ctx, a)
}

// listenAs gives an app a port of loopback and its site.
func (a *App) listenAs(scheme, host string, port int) error {
	port, err := FreePort(port)
	a.Site = fmt.Sprintf("%s://%s:%d", scheme, host, port)
	a.addr = fmt.Sprintf("127.0.0.1:%d", port)
	return err
}

// port is the app's port as a text.
func (a *App) port() string { return a.addr[strings.LastIndexByte(a.addr, ':')+1:] }

// wait returns when the app answers a GET of path.
func (a *App) wait(ctx context.Context, p *Proc, path string) error {
	return Wait(a.Name, p, func() bool {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.Site+path, nil)
		if err != nil {
			return false
		}
		resp, err := a.do(req)
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// do sends a request by address, since only browsers map *.localhost, and without
// a look at the certificate: that is the browsers' part.
func (a *App) do(req *http.Request) (*http.Response, error) {
	req.Host, req.URL.Host = req.URL.Host, a.addr
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true},
	}}
	return client.Do(req)
}

// nodeApp is the folder that an npm app is installed in, and the Node.js to run
// it with.
func (b *Bed) nodeApp(ctx context.Context, name string) (folder, node string, err error) {
	root, err := projectRoot()
	if err != nil {
		return "", "", err
	}
	folder = filepath.Join(root, "e2e", "testbed", "npm", name)
	if _, err := os.Stat(filepath.Join(folder, "node_modules", ".package-lock.json")); err != nil {
		return "", "", fmt.Errorf("the app %s is not installed: run e2e/setup/apps.sh", name)
	}
	bin, err := b.Run(ctx, "", filepath.Join(root, "e2e", "setup", "node.sh"))
	return folder, filepath.Join(strings.TrimSpace(bin), "node"), err
}

// projectRoot is the folder with go.mod, above the working directory: tests run
// in their package's folder and commands in the root.
func projectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("the project's folder is not above the working directory")
		}
	}
}
