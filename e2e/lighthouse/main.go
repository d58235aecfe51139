// Command lighthouse starts the built vault, sets it up with some accounts, and lets
// Lighthouse rate the web app's main pages in Debian's Chromium. It prints a table
// for people and, as its last line, one JSON object. A page below the promise ends
// it with exit 1.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"text/tabwriter"

	"sessionferry/e2e/testbed"
	"sessionferry/session"
)

// promised is the least that a page has in each category, of 100.
const promised = 95

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "lighthouse:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	fs := flag.NewFlagSet("lighthouse", flag.ContinueOnError)
	bin := fs.String("bin", "bin", "where the three programs are")
	tool := fs.String("tool", "e2e/lighthouse/npm/node_modules/lighthouse/cli/index.js", "`FILE` of Lighthouse")
	if err := fs.Parse(args); err != nil {
		return err
	}
	bed, err := testbed.New(*bin)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bed.Close()) }()
	vault, err := bed.StartVault(ctx)
	if err != nil {
		return err
	}
	cookie, account, err := fill(ctx, vault)
	if err != nil {
		return err
	}
	rater, err := newRater(bed, *tool, cookie)
	if err != nil {
		return err
	}
	all := map[string]scores{}
	for _, p := range []struct{ name, path string }{{"accounts", "/"}, {"account", account}, {"wizard", account + "/transfer"}} {
		if all[p.name], err = rater.best(ctx, vault.URL+p.path); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	if err := errors.Join(table(stdout, all), json.NewEncoder(stdout).Encode(all)); err != nil {
		return err
	}
	return check(all)
}

// fill sets the vault up with a dozen accounts, and returns the cookie of its first
// person and the page of one account.
func fill(ctx context.Context, vault *testbed.Vault) (cookie, account string, err error) {
	if cookie, err = vault.SetUp(ctx); err != nil {
		return "", "", err
	}
	for i := range 12 {
		added, err := addAccount(ctx, vault, cookie, fmt.Sprintf("colleague %d", i+1))
		if err != nil {
			return "", "", err
		}
		account = "/accounts/" + added.ID.String()
	}
	return cookie, account, nil
}

func addAccount(ctx context.Context, vault *testbed.Vault, cookie, username string) (a session.Account, err error) {
	answer, err := vault.Post(ctx, "/v1/accounts", cookie, map[string]string{"app": "mediawiki", "site": "https://wiki.example", "username": username})
	if err != nil {
		return a, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		return a, fmt.Errorf("the vault took no account: status %d", answer.StatusCode)
	}
	return a, json.NewDecoder(answer.Body).Decode(&a)
}

var pageOrder = []string{"accounts", "account", "wizard"}

func table(stdout io.Writer, all map[string]scores) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "page\tperformance\taccessibility\tbest practices\t")
	for _, name := range pageOrder {
		s := all[name]
		fmt.Fprintf(w, "%s\t%.0f\t%.0f\t%.0f\t\n", name, s.Performance, s.Accessibility, s.BestPractices)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, name := range pageOrder {
		if lost := all[name].lost; len(lost) > 0 {
			fmt.Fprintf(stdout, "%s loses by: %s\n", name, strings.Join(lost, "; "))
		}
	}
	return nil
}

func check(all map[string]scores) (err error) {
	for _, name := range pageOrder {
		if all[name].least() < promised {
			err = errors.Join(err, fmt.Errorf("the page %s has less than %d", name, promised))
		}
	}
	return err
}
