package main

import (
	"context"
	"fmt"
	"os"

	"sessionferry/host"
	"sessionferry/host/config"
	"sessionferry/host/native"
	"sessionferry/internal/cli"
	"sessionferry/internal/version"
	"sessionferry/manifest"
	"sessionferry/session"
)

// useNetwork sets the variables that were kept at login and that the browser did not
// pass on.
func useNetwork(dirs config.Dirs) {
	e, err := dirs.Enrolment()
	if err != nil {
		return // the first request that needs the vault reports it
	}
	for name, value := range e.Network.Missing(os.Getenv) {
		_ = os.Setenv(name, value) // fails only for a name or value that no environment holds
	}
}

// serveBrowser is the native messaging host. Only frames go to standard output.
// Signals keep their default, to end it at once: files are replaced atomically
// and a put is applied or not, so there is nothing to finish.
func serveBrowser(args []string) int {
	out, err := native.TakeStdout()
	if err != nil {
		return cli.ExitFailed
	}
	callers := native.Callers{
		ChromiumIDs: []string{manifest.ExtensionID},
		FirefoxIDs:  []string{manifest.AddonID},
		HostName:    manifest.HostName,
	}
	if err := callers.Check(args); err != nil {
		fmt.Fprintln(os.Stderr, "sessionferry:", err)
		return cli.ExitUsage
	}
	dirs, err := config.BrowserDirs(os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, "sessionferry:", err)
		return cli.ExitFailed
	}
	useNetwork(dirs)
	log := openLog(dirs.State)
	server := &native.Server{Service: host.New(dirs), Version: version.Version, Log: log}
	switch err := server.Serve(context.Background(), os.Stdin, out); session.CodeOf(err) {
	case "":
		return 0
	default:
		return cli.ExitFailed
	}
}
