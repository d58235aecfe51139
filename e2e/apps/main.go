// Command apps starts the apps of the test bed on fixed ports, says where they
// are and who can sign in, and stays until it is interrupted. Then nothing of
// them is left, neither a process nor a file.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"
	"time"

	"sessionferry/e2e/testbed"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "\nThe apps stopped:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	fs := flag.NewFlagSet("apps", flag.ContinueOnError)
	bin := fs.String("bin", "bin", "where the three programs are")
	port := fs.Int("port", 9101, "port of the first app; the others follow")
	if err := fs.Parse(args); err != nil {
		return err
	}
	bed, err := testbed.New(*bin)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bed.Close()) }()
	apps, err := start(ctx, bed, *port, stdout)
	if ctx.Err() != nil {
		return nil // interrupted, which is how it is meant to end
	}
	if err != nil {
		return err
	}
	if err := table(stdout, apps); err != nil {
		return err
	}
	fmt.Fprint(stdout, advice)
	<-ctx.Done()
	return nil
}

const advice = `
Ready. Browsers know *.localhost by themselves. They ask about MeshCentral's certificate, which is of
an authority of its own. Ctrl-C ends all.
`

// start starts the apps one after another, since most of the time goes into
// making keys and tables, which they would only do against each other.
func start(ctx context.Context, bed *testbed.Bed, port int, stdout io.Writer) ([]*testbed.App, error) {
	var out []*testbed.App
	for i, id := range testbed.AppIDs {
		began := time.Now()
		a, err := bed.StartApp(ctx, id, port+i)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(stdout, "%6.1f s  %s\n", time.Since(began).Seconds(), a.Name)
		out = append(out, a)
	}
	fixtures, err := bed.StartFixtures(ctx, port+len(out))
	return append(out, fixtures), err
}

// table prints the apps, what a card for one is made with, and who can sign in.
func table(stdout io.Writer, apps []*testbed.App) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\n\tcard\taddress\tuser\tpassword")
	for _, a := range apps {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", a.Name, a.ID, a.Site, a.Alice.Name, a.Alice.Password)
		fmt.Fprintf(w, "\t\t\t%s\t%s\n", a.Bob.Name, a.Bob.Password)
	}
	return w.Flush()
}
