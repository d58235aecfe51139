// Command sessionferry is the program on the person's machine. Started by a
// browser it is the native messaging host of the extension; started by a person
// it enrols this device, manages account cards and runner keys, and registers
// the host with browsers.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"sessionferry/host/native"
	"sessionferry/session"
)

func main() {
	args := os.Args[1:]
	// A browser's arguments are no command line: they must be seen before cobra,
	// which would refuse them.
	if native.IsBrowserStart(args) {
		os.Exit(serveBrowser(args))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	os.Exit(exitCode(os.Stderr, run(ctx, args, os.Stdin, os.Stdout, os.Stderr)))
}

// Exit codes besides 0.
const (
	exitFailed = 1
	exitUsage  = 2
)

// errSilent ends the program with exitFailed and says nothing more: the command
// has already said it.
var errSilent = errors.New("failed")

func exitCode(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	if errors.Is(err, errSilent) {
		return exitFailed
	}
	e := session.AsError(err)
	fmt.Fprint(stderr, e.Explain("sessionferry", ""))
	if e.Code == session.CodeUsageInvalid {
		return exitUsage
	}
	return exitFailed
}
