package testbed

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// mediawikiDir is where Debian's package puts the application.
const mediawikiDir = "/usr/share/mediawiki"

func describeMediaWiki(a *App) {
	a.Name, a.Alice, a.Bob = "MediaWiki", testUser("Alice"), testUser("Bob")
	a.SignIn = func(ctx context.Context, b Browser, u User) error {
		return inOrder(
			func() error { return b.Visit(ctx, a.Site+"/index.php?title=Special:UserLogin") },
			func() error { return b.Fill(ctx, "#wpName1", u.Name) },
			func() error { return b.Fill(ctx, "#wpPassword1", u.Password) },
			func() error { return b.Click(ctx, "#wpRemember") },
			func() error { return b.Click(ctx, "#wpLoginAttempt") },
			func() error { return b.WaitFor(ctx, "#pt-userpage") },
		)
	}
	// The wiki has a page of its own on which signing out is confirmed.
	a.SignOut = func(ctx context.Context, b Browser) error {
		return inOrder(
			func() error { return b.Visit(ctx, a.Site+"/index.php?title=Special:UserLogout") },
			func() error { return b.Click(ctx, "#mw-content-text button[type=submit]") },
			func() error { return b.WaitFor(ctx, "#pt-login") },
		)
	}
}

// mediawikiSettings keeps the wiki quick and quiet on one machine.
const mediawikiSettings = `
$wgEmailAuthentication = false;
$wgMainCacheType = CACHE_DB;
$wgSessionCacheType = CACHE_DB;
$wgRateLimits = [];
$wgPasswordAttemptThrottle = [];
$wgCacheDirectory = '%[1]s';
// Transactions that begin by reading could not write once another has written.
$wgDBservers = [['type' => 'sqlite', 'dbname' => 'wiki', 'dbDirectory' => '%[1]s', 'trxMode' => 'IMMEDIATE', 'load' => 1, 'flags' => 0, 'variables' => [], 'tablePrefix' => '']];
`

// startMediaWiki installs a wiki into the bed and serves it by PHP's own server.
func (b *Bed) startMediaWiki(ctx context.Context, a *App) error {
	dir := b.Path(a.ID)
	if err := b.installMediaWiki(ctx, dir, a); err != nil {
		return err
	}
	b.Setenv("PHP_CLI_SERVER_WORKERS", "4")
	b.Setenv("MW_CONFIG_FILE", filepath.Join(dir, "LocalSettings.php"))
	p, err := b.StartIn(mediawikiDir, a.ID, "php", "-d", "opcache.enable_cli=1", "-S", a.addr, "-t", mediawikiDir)
	if err != nil {
		return err
	}
	return a.wait(ctx, p, "/api.php?action=query&meta=siteinfo&format=json")
}

func (b *Bed) installMediaWiki(ctx context.Context, dir string, a *App) error {
	settings := filepath.Join(dir, "LocalSettings.php")
	maintenance := func(script string, args ...string) error {
		_, err := b.Run(ctx, "", "php", append([]string{filepath.Join(mediawikiDir, "maintenance", script)}, args...)...)
		return err
	}
	err := maintenance("install.php", "--dbtype", "sqlite", "--dbpath", dir, "--dbname", "wiki", "--server", a.Site,
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
	for _, u := range []User{a.Alice, a.Bob} {
		if err := maintenance("createAndPromote.php", "--conf", settings, u.Name, u.Password); err != nil {
			return err
		}
	}
	return nil
}
