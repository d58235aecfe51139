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
// turn, with the same connections, each another person's.
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
	v, err := startLoadVault(ctx, beds[0], 1, "--database", address)
	if err != nil {
		return nil, err
	}
	people, err := v.colleagues(ctx, processConnections)
	if err != nil {
		return nil, err
	}
	other, err := beds[1].StartVault(ctx, "--json-log", "--database", address, "--epochs", filepath.Join(v.Data, "epochs"))
	if err != nil {
		return nil, err
	}
	bases := []string{v.URL, other.URL}
	out := map[int]processes{}
	for range processRounds {
		for n := 1; n <= len(bases); n++ {
			writes, err := askEach(ctx, people, bases[:n], func(s *sharer) ([]prebuilt, error) { return s.puts(1, processWrites) })
			if err != nil {
				return nil, err
			}
			reads, err := askEach(ctx, people, bases[:n], func(s *sharer) ([]prebuilt, error) { return s.reads(1, processReads), nil })
			if err != nil {
				return nil, err
			}
			out[n] = processes{max(out[n].Reads, reads), max(out[n].Writes, writes)}
		}
	}
	return out, nil
}

// askEach has each vault asked by as many of the people and returns what all answered
// a second.
func askEach(ctx context.Context, people []*sharer, bases []string, requests func(*sharer) ([]prebuilt, error)) (rate float64, err error) {
	all := make([][]prebuilt, len(bases))
	for i, s := range people {
		at := i * len(bases) / len(people)
		s.enrolled.Vault = bases[at]
		one, err := requests(s)
		if err != nil {
			return 0, err
		}
		all[at] = append(all[at], one...)
	}
	rates, errs := make([]float64, len(bases)), make([]error, len(bases))
	var wait sync.WaitGroup
	for i, base := range bases {
		wait.Go(func() { rates[i], _, errs[i] = ask(ctx, strings.TrimPrefix(base, "http://"), all[i]) })
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
