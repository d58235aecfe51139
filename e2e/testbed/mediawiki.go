package testbed

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// mediawikiDir is where Debian's package puts the application.
const mediawikiDir = "/usr/share/mediawiki"

// MediaWiki is a running wiki with the users Alice and Bob.
type MediaWiki struct {
	Site string // the origin that a browser uses, e.g. http://mw.localhost:9101
	addr string
}

// Password returns a test user's password.
func (MediaWiki) Password(user string) string { return strings.ToLower(user) + "-Passw0rd-1" }

// SignIn signs a user in as a person would, with "keep me logged in".
func (w *MediaWiki) SignIn(ctx context.Context, b Browser, user string) error {
	return inOrder(
		func() error { return b.Visit(ctx, w.Site+"/index.php?title=Special:UserLogin") },
		func() error { return b.Fill(ctx, "#wpName1", user) },
		func() error { return b.Fill(ctx, "#wpPassword1", w.Password(user)) },
		func() error { return b.Click(ctx, "#wpRemember") },
		func() error { return b.Click(ctx, "#wpLoginAttempt") },
		func() error { return b.WaitFor(ctx, "#pt-userpage") },
	)
}

// signOut confirms on the page of its own that the wiki has for that.
func (w *MediaWiki) signOut(ctx context.Context, b Browser) error {
	return inOrder(
		func() error { return b.Visit(ctx, w.Site+"/index.php?title=Special:UserLogout") },
		func() error { return b.Click(ctx, "#mw-content-text button[type=submit]") },
		func() error { return b.WaitFor(ctx, "#pt-login") },
	)
}

// App is the wiki as one of the bed's apps.
func (w *MediaWiki) App() *App {
	user := func(name string) User { return User{Name: name, Password: w.Password(name)} }
	return &App{ID: "mediawiki", Name: "MediaWiki", Site: w.Site, addr: w.addr, Alice: user("Alice"), Bob: user("Bob"),
		SignIn:  func(ctx context.Context, b Browser, u User) error { return w.SignIn(ctx, b, u.Name) },
		SignOut: w.signOut}
}

// mediawikiSettings keeps the wiki quick and quiet on one machine.
const mediawikiSettings = `
$wgEmailAuthentication = false;
$wgMainCacheType = CACHE_DB;
$wgSessionCacheType = CACHE_DB;
$wgRateLimits = [];
$wgPasswordAttemptThrottle = [];
$wgCacheDirectory = '%s';
`

// StartMediaWiki installs a wiki into the bed and serves it on loopback by PHP's
// own server, as mw.localhost on the given port (0 takes a free one).
func (b *Bed) StartMediaWiki(ctx context.Context, port int) (*MediaWiki, error) {
	port, err := FreePort(port)
	if err != nil {
		return nil, err
	}
	w := &MediaWiki{Site: fmt.Sprintf("http://mw.localhost:%d", port), addr: fmt.Sprintf("127.0.0.1:%d", port)}
	dir := b.Path("mediawiki")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return nil, err
	}
	if err := b.installMediaWiki(ctx, dir, w); err != nil {
		return nil, err
	}
	b.Setenv("PHP_CLI_SERVER_WORKERS", "3")
	b.Setenv("MW_CONFIG_FILE", filepath.Join(dir, "LocalSettings.php"))
	p, err := b.StartIn(mediawikiDir, "mediawiki", "php", "-S", w.addr, "-t", mediawikiDir)
	if err != nil {
		return nil, err
	}
	return w, Wait("MediaWiki", p, 60*time.Second, func() bool { return w.answers(ctx) })
}

func (b *Bed) installMediaWiki(ctx context.Context, dir string, w *MediaWiki) error {
	settings := filepath.Join(dir, "LocalSettings.php")
	maintenance := func(script string, args ...string) error {
		_, err := b.Run(ctx, "", "php", append([]string{filepath.Join(mediawikiDir, "maintenance", script)}, args...)...)
		return err
	}
	err := maintenance("install.php", "--dbtype", "sqlite", "--dbpath", dir, "--dbname", "wiki", "--server", w.Site,
		"--scriptpath", "", "--confpath", dir, "--pass", "Adm1n-pass-long", "--skins", "Vector", "Wiki", "admin")
	if err != nil {
		return err
	}
	f, err := os.OpenFile(settings, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(f, mediawikiSettings, dir); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	for _, user := range []string{"Alice", "Bob"} {
		if err := maintenance("createAndPromote.php", "--conf", settings, user, w.Password(user)); err != nil {
			return err
		}
	}
	return nil
}

// answers asks the API by address, since only browsers map *.localhost.
func (w *MediaWiki) answers(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.addr+"/api.php?action=query&meta=siteinfo&format=json", nil)
	if err != nil {
		return false
	}
	req.Host = strings.TrimPrefix(w.Site, "http://")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// FreePort returns port, or a free one of loopback for 0.
func FreePort(port int) (int, error) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return 0, fmt.Errorf("port %d is in use: %w", port, err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
