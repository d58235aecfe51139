package main

import (
	"context"
	"os"

	"sessionferry/host/config"
	"sessionferry/installer"
	"sessionferry/internal/desktop"
)

// differences are those between this shell and a browser that the desktop starts,
// as far as they matter to this program.
func differences(ctx context.Context) ([]installer.Finding, error) {
	here, err := config.UserDirs(os.Getenv)
	if err != nil {
		return nil, err
	}
	environ, home := desktop.Environ(ctx, os.Environ())
	there, err := config.BrowserDirs(desktop.Lookup(environ))
	if err != nil {
		return nil, err
	}
	if e, err := there.Enrolment(); err == nil {
		for name, value := range e.Network.Missing(desktop.Lookup(environ)) {
			environ = append(environ, name+"="+value)
		}
	}
	return installer.Compare(
		installer.Surroundings{Environ: os.Environ(), Home: os.Getenv("HOME"), Folders: []string{here.Config, here.State}},
		installer.Surroundings{Environ: environ, Home: home, Folders: []string{there.Config, there.State}}), nil
}
