package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"

	"sessionferry/host"
	"sessionferry/host/native"
	"sessionferry/internal/version"
	"sessionferry/manifest"
	"sessionferry/session"
)

// serveBrowser is the native messaging host. Only frames go to standard output.
func serveBrowser(ctx context.Context, args []string) int {
	out, err := native.TakeStdout()
	if err != nil {
		return exitFailed
	}
	callers := native.Callers{
		ChromiumIDs: []string{manifest.ExtensionID},
		FirefoxIDs:  []string{manifest.AddonID},
		HostName:    manifest.HostName,
	}
	if err := callers.Check(args); err != nil {
		fmt.Fprintln(os.Stderr, "sessionferry:", err)
		return exitUsage
	}
	// Near this soft limit the collector works harder, so that a bundle of 32 MiB
	// passes in a small multiple of its size.
	debug.SetMemoryLimit(76 << 20)
	service, err := host.New()
	if err != nil {
		fmt.Fprintln(os.Stderr, "sessionferry:", err)
		return exitFailed
	}
	log := openLog(service.Dirs.State)
	server := &native.Server{Service: service, Version: version.Version, Log: log}
	switch err := server.Serve(ctx, os.Stdin, out); session.CodeOf(err) {
	case "":
		return 0
	default:
		return exitFailed
	}
}
