// Command sessionferry is the program on the person's machine. Started by a
// browser it is the native messaging host of the extension; started by a person
// it enrols this device, manages account cards and runner keys, and registers
// the host with browsers.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"sessionferry/host/native"
	"sessionferry/internal/cli"
)

func main() {
	args := os.Args[1:]
	// A browser's arguments are no command line: they must be seen before cobra,
	// which would refuse them.
	if native.IsBrowserStart(args) {
		os.Exit(serveBrowser(args))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := program(system).Run(ctx, args, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(cli.ExitCode(err))
}
