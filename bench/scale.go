package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"sessionferry/e2e/testbed"
	"sessionferry/vault/filltest"
	"sessionferry/vault/postgres/pgtest"
)

// scale is the status of single accounts among many, on one database.
type scale struct {
	Status map[int]series `json:"status"`    // by the number of accounts
	P99    float64        `json:"p99_ratio"` // of the most accounts to the fewest
}

const (
	scaleConnections = 8
	scaleReads       = 600 // of each connection
)

// scales measures status among growing numbers of accounts, on both databases.
func scales(ctx context.Context, bin string, sizes []int, say io.Writer) (map[string]scale, error) {
	out := map[string]scale{}
	server, err := pgtest.Start(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = server.Stop() }()
	for _, name := range []string{"SQLite", "PostgreSQL"} {
		address := ""
		if name == "PostgreSQL" {
			if address, err = server.Database(ctx); err != nil {
				return nil, err
			}
		}
		if out[name], err = scaleOn(ctx, bin, name, address, sizes, say); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return out, nil
}

func scaleOn(ctx context.Context, bin, name, address string, sizes []int, say io.Writer) (s scale, err error) {
	bed, err := testbed.New(bin)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, bed.Close()) }()
	var args []string
	if address != "" {
		args = []string{"--database", address}
	}
	v, err := startLoadVault(ctx, bed, scaleConnections, args...)
	if err != nil {
		return s, err
	}
	s.Status = map[int]series{}
	made := scaleConnections
	for _, size := range sizes {
		v.Stop()
		f, err := filler(ctx, v, address)
		if err != nil {
			return s, err
		}
		if err := errors.Join(f.Accounts(ctx, made+1, size, func(done int) { fmt.Fprintf(say, "%s: %d of %d accounts\n", name, done, size) }), f.Close(ctx)); err != nil {
			return s, err
		}
		made = size
		if err := v.restart(ctx, bed, args...); err != nil {
			return s, err
		}
		var warm, measured sample
		for _, m := range []*sample{&warm, &measured} {
			if err := m.add(ctx, bed.Root, v.address(), v.reads(scaleConnections, scaleReads)); err != nil {
				return s, err
			}
		}
		s.Status[size] = measured.series()
	}
	s.P99 = s.Status[sizes[len(sizes)-1]].P99MS / s.Status[sizes[0]].P99MS
	return s, nil
}

func filler(ctx context.Context, v *loadVault, address string) (*filltest.Filler, error) {
	if address != "" {
		return filltest.PostgreSQL(ctx, address)
	}
	return filltest.SQLite(ctx, filepath.Join(v.Data, "vault.db"))
}

// restart starts the vault again on what it holds; its address is another one.
func (v *loadVault) restart(ctx context.Context, bed *testbed.Bed, args ...string) (err error) {
	if v.Vault, err = bed.StartVault(ctx, append([]string{"--json-log"}, args...)...); err == nil {
		v.enrolled.Vault = v.URL
	}
	return err
}

// sizesOf reads numbers with commas between.
func sizesOf(text string) (sizes []int, err error) {
	for _, word := range strings.Split(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, fmt.Errorf("%q is not a number of accounts", word)
		}
		sizes = append(sizes, n)
	}
	return sizes, nil
}

func scaleTable(stdout io.Writer, all map[string]scale) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nstatus, 8 connections\taccounts\tper s\tp50 ms\tp99 ms\tratio of p99\t")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		sizes := slices.Sorted(maps.Keys(all[name].Status))
		for _, size := range sizes {
			r := all[name].Status[size]
			fmt.Fprintf(w, "%s\t%d\t%.0f\t%.2f\t%.2f\t%.2f\t\n", name, size, r.PerSecond, r.P50MS, r.P99MS, r.P99MS/all[name].Status[sizes[0]].P99MS)
		}
	}
	return w.Flush()
}

// scaleFigures are those of "make bench-scale".
type scaleFigures struct {
	Accounts  map[string]scale  `json:"accounts"`
	Expiry    expiry            `json:"expiry"`
	Processes map[int]processes `json:"processes"` // by their number
}

func runScale(ctx context.Context, bin string, sizes []int, sessions int, stdout io.Writer) (err error) {
	var f scaleFigures
	if f.Accounts, err = scales(ctx, bin, sizes, os.Stderr); err != nil {
		return err
	}
	if err := scaleTable(stdout, f.Accounts); err != nil {
		return err
	}
	if f.Expiry, err = expireAll(ctx, bin, sessions, os.Stderr); err != nil {
		return err
	}
	if err := expiryTable(stdout, f.Expiry); err != nil {
		return err
	}
	if f.Processes, err = vaultProcesses(ctx, bin); err != nil {
		return err
	}
	return errors.Join(processTable(stdout, f.Processes), json.NewEncoder(stdout).Encode(f))
}
