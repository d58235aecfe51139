package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"sessionferry/e2e/testbed"
	"sessionferry/vault/epoch"
)

// expiry is what happens when many sessions expire at once.
type expiry struct {
	Sessions int     `json:"sessions"`
	KeysGone float64 `json:"keys_gone_seconds"` // from their end until the last key is destroyed
	Rows     float64 `json:"rows_per_second"`   // that followed, while it was watched
	Left     int     `json:"rows_left"`         // when the watching ended
	Quiet    series  `json:"status_quiet"`
	During   series  `json:"status_during"`
	P99      float64 `json:"p99_ratio"`
}

const (
	expirySize  = 4 << 10
	expiryQuiet = 10 * time.Second
	expiryWatch = 90 * time.Second
)

// expireAll lets sessions expire at once in an embedded vault, and asks for a
// status all the time, before and after.
func expireAll(ctx context.Context, bin string, sessions int, say io.Writer) (e expiry, err error) {
	e.Sessions = sessions
	bed, err := testbed.New(bin)
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, bed.Close()) }()
	v, err := startLoadVault(ctx, bed, scaleConnections)
	if err != nil {
		return e, err
	}
	v.Stop()
	before, err := os.ReadDir(filepath.Join(v.Data, "epochs")) // of the accounts that are asked for
	if err != nil {
		return e, err
	}
	ends, err := fillSessions(ctx, v, sessions, say)
	if err != nil {
		return e, err
	}
	if err := v.restart(ctx, bed); err != nil {
		return e, err
	}
	var quiet, during sample
	if err := v.asking(ctx, bed.Root, &quiet, func() bool { return time.Now().Before(ends) }); err != nil {
		return e, err
	}
	var left backlog
	err = v.asking(ctx, bed.Root, &during, func() bool {
		left, err = v.backlog()
		if err == nil && left.keys <= len(before) && e.KeysGone == 0 {
			e.KeysGone = time.Since(ends).Seconds()
		}
		return err == nil && left.rows > 0 && time.Since(ends) < expiryWatch
	})
	if err != nil {
		return e, err
	}
	e.Left = left.rows
	e.Rows = float64(sessions-left.rows) / time.Since(ends).Seconds()
	e.Quiet, e.During = quiet.series(), during.series()
	e.P99 = e.During.P99MS / e.Quiet.P99MS
	return e, nil
}

// fillSessions fills the database, and returns when the sessions end: soon.
func fillSessions(ctx context.Context, v *loadVault, n int, say io.Writer) (ends time.Time, err error) {
	keys, err := epoch.OpenDir(filepath.Join(v.Data, "epochs"))
	if err != nil {
		return ends, err
	}
	f, err := filler(ctx, v, "")
	if err != nil {
		return ends, err
	}
	defer func() { err = errors.Join(err, f.Close(ctx)) }()
	progress := func(done int) { fmt.Fprintf(say, "%d of %d sessions\n", done, n) }
	if err := f.Accounts(ctx, 1, n, func(int) {}); err != nil {
		return ends, err
	}
	if err := f.Sessions(ctx, n, expirySize, time.Now().Add(time.Hour), keys, progress); err != nil {
		return ends, err
	}
	ends = time.Now().Add(expiryQuiet + time.Duration(n)*20*time.Microsecond) // the rest takes a while, too
	return ends, f.End(ctx, ends)
}

// asking asks for statuses in short rounds as long as more is true.
func (v *loadVault) asking(ctx context.Context, folder string, s *sample, more func() bool) error {
	for more() {
		if err := s.add(ctx, folder, v.address(), v.reads(scaleConnections, 200)); err != nil {
			return err
		}
	}
	return nil
}

// backlog is what has expired and is not gone yet.
type backlog struct{ keys, rows int }

func (v *loadVault) backlog() (b backlog, err error) {
	files, err := os.ReadDir(filepath.Join(v.Data, "epochs"))
	if err != nil {
		return b, err
	}
	resp, err := http.Get(v.URL + "/healthz")
	if err != nil {
		return b, err
	}
	defer resp.Body.Close()
	var h struct {
		Erasure struct {
			Overdue int `json:"overdue"`
		} `json:"erasure"`
	}
	err = json.NewDecoder(resp.Body).Decode(&h)
	return backlog{len(files), h.Erasure.Overdue}, err
}

func expiryTable(stdout io.Writer, e expiry) error {
	w := tabwriter.NewWriter(stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\nsessions that expire at once\tkeys gone, s\trows per s\trows left\tp99 ms, quiet\tp99 ms, during\tratio\t")
	fmt.Fprintf(w, "%d\t%.1f\t%.0f\t%d\t%.2f\t%.2f\t%.2f\t\n", e.Sessions, e.KeysGone, e.Rows, e.Left, e.Quiet.P99MS, e.During.P99MS, e.P99)
	return w.Flush()
}
