// Command cmd runs the comparison of package fidelity in both browsers.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"sessionferry/e2e/fidelity"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "fidelity:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("fidelity", flag.ContinueOnError)
	only := fs.String("browser", "", "only this `NAME`, chromium or firefox")
	if err := fs.Parse(args); err != nil {
		return err
	}
	all := map[string]*fidelity.Crossing{}
	for _, name := range fidelity.Browsers {
		if *only != "" && name != *only {
			continue
		}
		c, err := fidelity.Run(ctx, "bin", "extension", name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		all[name] = c
	}
	return fidelity.Write(os.Stdout, all)
}
