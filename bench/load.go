package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"sessionferry/e2e/testbed"
)

// load sets the vault beside a small Node.js server at one number of connections.
type load struct {
	NodeReads  series  `json:"node_reads"`
	Reads      series  `json:"reads"`
	ReadRatio  float64 `json:"read_ratio"`
	WebReads   series  `json:"web_reads"`
	WebRatio   float64 `json:"web_ratio"`
	NodeWrites series  `json:"node_writes"`
	Writes     series  `json:"writes"`
	WriteRatio float64 `json:"write_ratio"`
}

// loadLevels are numbers of connections, with how many requests are sent on each
// in a round.
var loadLevels = []struct{ connections, reads, writes int }{{1, 3000, 300}, {8, 1500, 200}, {64, 250, 50}}

// loads measures in rounds, each kind in turn, so that a busy moment of the
// machine meets all.
func loads(ctx context.Context, bin string, rounds int) (_ map[int]load, err error) {
	bed, err := testbed.New(bin)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, bed.Close()) }()
	node, err := startLoadNode(bed)
	if err != nil {
		return nil, err
	}
	v, err := startLoadVault(ctx, bed, loadLevels[len(loadLevels)-1].connections)
	if err != nil {
		return nil, err
	}
	out := map[int]load{}
	for _, level := range loadLevels {
		l, err := loadAt(ctx, bed.Root, node, v, level.connections, level.reads, level.writes, rounds)
		if err != nil {
			return nil, fmt.Errorf("%d connections: %w", level.connections, err)
		}
		out[level.connections] = l
	}
	return out, nil
}

func loadAt(ctx context.Context, folder string, node *loadNode, v *loadVault, connections, reads, writes, rounds int) (l load, err error) {
	var measured [5]sample
	for range rounds {
		puts, err := v.puts(connections, writes)
		if err != nil {
			return l, err
		}
		for i, phase := range []struct {
			address  string
			requests []prebuilt
		}{
			{node.address(), node.puts(connections, writes, len(puts[0][0]))},
			{v.address(), puts},
			{node.address(), node.reads(connections, reads)},
			{v.address(), v.reads(connections, reads)},
			{v.address(), v.webReads(connections, reads)},
		} {
			if err := measured[i].add(ctx, folder, phase.address, phase.requests); err != nil {
				return l, err
			}
		}
	}
	l = load{NodeWrites: measured[0].series(), Writes: measured[1].series(), NodeReads: measured[2].series(), Reads: measured[3].series(), WebReads: measured[4].series()}
	l.ReadRatio, l.WriteRatio = l.Reads.PerSecond/l.NodeReads.PerSecond, l.Writes.PerSecond/l.NodeWrites.PerSecond
	l.WebRatio = l.WebReads.PerSecond / l.NodeReads.PerSecond
	return l, nil
}

// sample is what was measured of one kind of request in all rounds.
type sample struct {
	rates, syncs []float64
	took         []time.Duration
}

func (s *sample) add(ctx context.Context, folder, address string, requests []prebuilt) error {
	before, err := flushes(folder)
	if err != nil {
		return err
	}
	began := time.Now()
	rate, took, err := ask(ctx, address, requests)
	if err != nil {
		return err
	}
	elapsed := time.Since(began)
	after, err := flushes(folder)
	s.rates, s.took = append(s.rates, rate), append(s.took, took...)
	s.syncs = append(s.syncs, float64(after-before)/elapsed.Seconds())
	return err
}

func (s *sample) series() series { return summary(s.rates, s.syncs, s.took) }

func loadTable(stdout io.Writer, all map[int]load) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nload, 18 KB a session\tconnections\tper s\tratio\tp50 ms\tp99 ms\tdisk syncs per s\t")
	for _, level := range loadLevels {
		l := all[level.connections]
		for _, row := range []struct {
			name  string
			s     series
			ratio float64
		}{
			{"Node + Express, read", l.NodeReads, 1}, {"vault, status, proof checked", l.Reads, l.ReadRatio},
			{"vault, status, web session", l.WebReads, l.WebRatio},
			{"Node + Express, write, no sync", l.NodeWrites, 1}, {"vault, durable transfer", l.Writes, l.WriteRatio},
		} {
			fmt.Fprintf(w, "%s\t%d\t%.0f\t%.2f\t%.2f\t%.2f\t%.0f\t\n", row.name, level.connections, row.s.PerSecond, row.ratio, row.s.P50MS, row.s.P99MS, row.s.Syncs)
		}
	}
	return w.Flush()
}
