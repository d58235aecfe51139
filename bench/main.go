// Command bench measures what the host costs: its cold start against a bare
// host of the standard library that is built in the same run, what each
// dependency adds to it, its size, its memory while a large bundle passes, and
// the time that sealing takes; and what a restore costs beside a bare browser
// and Playwright's. It prints a table for people and, as its last line, one JSON
// object.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"text/tabwriter"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// limits are what the project promises; a figure beyond one ends with exit 1.
const (
	maxColdStart = 2.5      // times the bare host, by the median
	maxSize      = 12 << 20 // bytes, stripped
	maxMemory    = 3.0      // times the bundle
)

type figures struct {
	ColdStart  map[string]start    `json:"cold_start"`
	SizeBytes  int64               `json:"size_bytes"`
	MemoryPeak int64               `json:"memory_peak_bytes"`
	MemoryOver float64             `json:"memory_over_bundle"`
	Crossings  map[string]crossing `json:"crossings"`
	SealMS     float64             `json:"seal_1mib_5_recipients_ms"`
	OpenMS     float64             `json:"open_1mib_ms"`
	Restores   map[int]restore     `json:"restores"` // by the number of origins
	Loads      map[int]load        `json:"loads"`    // by the number of connections
	Popups     []popupCost         `json:"popups"`
}

func run(ctx context.Context, args []string, stdout io.Writer) error {
	fs := flag.NewFlagSet("bench", flag.ContinueOnError)
	runs := fs.Int("runs", 50, "starts of each host")
	shares := fs.Int("shares", 9, "shares of each browser and size")
	restored := fs.Int("restores", 5, "restores of each size")
	only := fs.String("only", "", "only this `PART`: restores, load, scale, processes, popup")
	rounds := fs.Int("rounds", 5, "rounds of each load")
	accounts := fs.String("accounts", "1000,20000", "numbers of accounts among which one is asked for")
	sessions := fs.Int("sessions", 20_000, "sessions that expire at once")
	bin := fs.String("bin", "bin", "where the three programs are")
	if err := fs.Parse(args); err != nil {
		return err
	}
	var f figures
	sizes, err := sizesOf(*accounts)
	if err != nil {
		return err
	}
	if *only == "restores" {
		if f.Restores, err = restores(ctx, *restored); err != nil {
			return err
		}
		return errors.Join(restoreTable(stdout, f.Restores), json.NewEncoder(stdout).Encode(f.Restores))
	}
	if *only == "scale" {
		return runScale(ctx, *bin, sizes, *sessions, stdout)
	}
	if *only == "processes" {
		all, err := vaultProcesses(ctx, *bin)
		if err != nil {
			return err
		}
		return errors.Join(processTable(stdout, all), json.NewEncoder(stdout).Encode(all))
	}
	if *only == "popup" {
		if f.Popups, err = popups(ctx, *bin); err != nil {
			return err
		}
		return errors.Join(popupTable(stdout, f.Popups), json.NewEncoder(stdout).Encode(f.Popups))
	}
	if *only == "load" {
		if f.Loads, err = loads(ctx, *bin, *rounds); err != nil {
			return err
		}
		return errors.Join(loadTable(stdout, f.Loads), json.NewEncoder(stdout).Encode(f.Loads))
	}
	if f.ColdStart, err = coldStarts(ctx, *bin, *runs); err != nil {
		return err
	}
	info, err := os.Stat(*bin + "/sessionferry")
	if err != nil {
		return err
	}
	f.SizeBytes = info.Size()
	if f.MemoryPeak, err = memoryPeak(ctx, *bin); err != nil {
		return err
	}
	f.MemoryOver = float64(f.MemoryPeak) / bundleSize
	f.SealMS, f.OpenMS = sealing()
	if f.Crossings, err = crossings(ctx, *bin, *shares); err != nil {
		return err
	}
	if f.Popups, err = popups(ctx, *bin); err != nil {
		return err
	}
	if f.Restores, err = restores(ctx, *restored); err != nil {
		return err
	}
	if f.Loads, err = loads(ctx, *bin, *rounds); err != nil {
		return err
	}
	if err := table(stdout, &f); err != nil {
		return err
	}
	if err := json.NewEncoder(stdout).Encode(f); err != nil {
		return err
	}
	return f.check()
}

func table(stdout io.Writer, f *figures) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "cold start, spawn to hello\tmedian ms\tmin ms\tratio\t")
	for _, name := range order {
		s := f.ColdStart[name]
		fmt.Fprintf(w, "%s\t%.1f\t%.1f\t%.2f\t\n", name, s.MedianMS, s.MinMS, s.Ratio)
	}
	fmt.Fprintf(w, "\t\t\t\t\nsize, stripped\t%.1f MiB\t\t\t\n", float64(f.SizeBytes)/(1<<20))
	fmt.Fprintf(w, "peak memory, 30 MiB bundle\t%.1f MiB\t\t%.2f\t\n", float64(f.MemoryPeak)/(1<<20), f.MemoryOver)
	fmt.Fprintf(w, "seal 1 MiB to 5 recipients\t%.2f\t\t\t\n", f.SealMS)
	fmt.Fprintf(w, "open 1 MiB\t%.2f\t\t\t\n", f.OpenMS)
	if err := w.Flush(); err != nil {
		return err
	}
	if err := crossingTable(stdout, f.Crossings); err != nil {
		return err
	}
	return errors.Join(popupTable(stdout, f.Popups), restoreTable(stdout, f.Restores), loadTable(stdout, f.Loads))
}

// restoreTable sets restores beside what they are compared with.
func restoreTable(stdout io.Writer, all map[int]restore) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nrestore, median ms, origins\tpage ready\tbare\tratio\tPlaywright\tfirst page\tbare\tratio\tverified\tPlaywright, unverified\tratio\t")
	for _, n := range restoreSizes {
		r := all[n]
		fmt.Fprintf(w, "%d\t%.0f\t%.0f\t%.2f\t%.0f\t%.0f\t%.0f\t%.2f\t%.0f\t%.0f\t%.2f\t\n", n, r.Ready, r.Bare, r.Ratio, r.Playwright,
			r.FirstPage, r.BarePage, r.PageRatio, r.Verified, r.PlaywrightRestored, r.VerifyRatio)
	}
	return w.Flush()
}

// crossingTable tells where the time of a share goes.
func crossingTable(stdout io.Writer, all map[string]crossing) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nclick to Transferred, median ms\tKiB\twhole\tcapture\tport\tdecode\tproof\tseal\tupload\twaiting\tpaint\tbare trip\tratio\tport ratio\t")
	for _, name := range slices.Sorted(maps.Keys(all)) {
		c := all[name]
		fmt.Fprintf(w, "%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%.1f\t%.2f\t\n",
			name, c.Bytes>>10, c.Whole, c.Capture, c.Port, c.Decode, c.Proof, c.Seal, c.Upload, c.Waiting, c.Paint, c.Bare, c.Ratio, c.PortRatio)
	}
	return w.Flush()
}

func (f *figures) check() error {
	switch ratio := f.ColdStart["sessionferry"].Ratio; {
	case ratio > maxColdStart:
		return fmt.Errorf("the cold start is %.2f times the bare host's, at most %.1f", ratio, maxColdStart)
	case f.SizeBytes > maxSize:
		return fmt.Errorf("the host has %d bytes, at most %d", f.SizeBytes, maxSize)
	case f.MemoryOver > maxMemory:
		return fmt.Errorf("the host takes %.2f times the bundle, at most %.0f", f.MemoryOver, maxMemory)
	}
	return nil
}
