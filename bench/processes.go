package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"text/tabwriter"

	"sessionferry/e2e/testbed"
	"sessionferry/vault/postgres/pgtest"
)

// processes is what some vaults on one PostgreSQL do together, a second.
type processes struct {
	Reads  float64 `json:"reads_per_second"`
	Writes float64 `json:"writes_per_second"`
}

// processRounds and the numbers of requests of each connection.
const (
	processRounds      = 3
	processConnections = 16
	processReads       = 100
	processWrites      = 20
)

// vaultProcesses measures one vault and two on one PostgreSQL and one folder of keys, in
// turn, with the same connections.
func vaultProcesses(ctx context.Context, bin string) (_ map[int]processes, err error) {
	server, err := pgtest.Start(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()
	address, err := server.Database(ctx)
	if err != nil {
		return nil, err
	}
	var beds [2]*testbed.Bed
	for i := range beds {
		if beds[i], err = testbed.New(bin); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, beds[i].Close()) }()
	}
	v, err := startLoadVault(ctx, beds[0], processConnections, "--database", address)
	if err != nil {
		return nil, err
	}
	other, err := beds[1].StartVault(ctx, "--json-log", "--database", address, "--epochs", filepath.Join(v.Data, "epochs"))
	if err != nil {
		return nil, err
	}
	addresses := []string{v.address(), strings.TrimPrefix(other.URL, "http://")}
	out := map[int]processes{}
	for range processRounds {
		for n := 1; n <= len(addresses); n++ {
			v.bases = []string{v.URL, other.URL}[:n]
			puts, err := v.puts(processConnections, processWrites)
			if err != nil {
				return nil, err
			}
			writes, err := askAll(ctx, addresses[:n], puts)
			if err != nil {
				return nil, err
			}
			reads, err := askAll(ctx, addresses[:n], v.reads(processConnections, processReads))
			if err != nil {
				return nil, err
			}
			out[n] = processes{max(out[n].Reads, reads), max(out[n].Writes, writes)}
		}
	}
	return out, nil
}

// askAll gives each address as many of the connections and returns what all
// answered a second.
func askAll(ctx context.Context, addresses []string, all []prebuilt) (rate float64, err error) {
	rates, errs := make([]float64, len(addresses)), make([]error, len(addresses))
	var wait sync.WaitGroup
	each := len(all) / len(addresses)
	for i, address := range addresses {
		wait.Go(func() { rates[i], _, errs[i] = ask(ctx, address, all[i*each:(i+1)*each]) })
	}
	wait.Wait()
	for _, r := range rates {
		rate += r
	}
	return rate, errors.Join(errs...)
}

func processTable(stdout io.Writer, all map[int]processes) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nvaults on one PostgreSQL, best round\tstatus per s\tdurable transfers per s\t")
	for n := 1; n <= len(all); n++ {
		fmt.Fprintf(w, "%d\t%.0f\t%.0f\t\n", n, all[n].Reads, all[n].Writes)
	}
	return w.Flush()
}
