package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// series is what was measured of one kind of request at one number of connections.
type series struct {
	PerSecond float64 `json:"per_second"`
	P50MS     float64 `json:"p50_ms"`
	P99MS     float64 `json:"p99_ms"`
	Syncs     float64 `json:"disk_syncs_per_second"` // of the whole disk, as its driver counts them
}

// prebuilt are the requests of one connection in order, byte for byte as they are
// sent: the clock starts when all are made, so that the one who asks costs little.
type prebuilt [][]byte

// request writes a request in the form in which it is sent. header are whole lines.
func request(method, path, host, header string, body []byte) []byte {
	var b []byte
	b = fmt.Appendf(b, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n%s\r\n", method, path, host, len(body), header)
	return append(b, body...)
}

// ask sends the requests of every connection, one after the other on each, and
// measures. An answer that is not 200 or 201 ends it.
func ask(ctx context.Context, address string, all []prebuilt) (rate float64, took []time.Duration, err error) {
	connections := make([]net.Conn, len(all))
	for i := range all {
		var d net.Dialer
		if connections[i], err = d.DialContext(ctx, "tcp", address); err != nil {
			return 0, nil, err
		}
		defer context.AfterFunc(ctx, func() { _ = connections[i].Close() })()
		defer connections[i].Close()
	}
	times, errs := make([][]time.Duration, len(all)), make([]error, len(all))
	var wait sync.WaitGroup
	began := time.Now()
	for i, requests := range all {
		wait.Go(func() { times[i], errs[i] = converse(connections[i], requests) })
	}
	wait.Wait()
	elapsed := time.Since(began)
	took = slices.Concat(times...)
	return float64(len(took)) / elapsed.Seconds(), took, errors.Join(errs...)
}

func converse(c net.Conn, requests prebuilt) ([]time.Duration, error) {
	took := make([]time.Duration, 0, len(requests))
	r := bufio.NewReaderSize(c, 32<<10)
	for _, request := range requests {
		began := time.Now()
		if _, err := c.Write(request); err != nil {
			return took, err
		}
		if err := answer(r); err != nil {
			return took, err
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

// answer reads one answer and throws it away.
func answer(r *bufio.Reader) error {
	status, err := r.ReadString('\n')
	if err != nil {
		return err
	}
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, _ := strings.Cut(string(line), ":"); strings.EqualFold(name, "content-length") {
			if length, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return err
			}
		}
	}
	if code, _, _ := strings.Cut(strings.TrimPrefix(status, "HTTP/1.1 "), " "); code != "200" && code != "201" {
		said := make([]byte, min(length, 500))
		_, _ = io.ReadFull(r, said)
		return fmt.Errorf("the server said %s: %s", strings.TrimSpace(status), said)
	}
	_, err = r.Discard(length)
	return err
}

// summary is the middle round's rate, and the times of all rounds.
func summary(rates, syncs []float64, took []time.Duration) series {
	slices.Sort(took)
	slices.Sort(rates)
	slices.Sort(syncs)
	return series{PerSecond: rates[len(rates)/2], P50MS: ms(took[len(took)/2]), P99MS: ms(took[len(took)*99/100]), Syncs: syncs[len(syncs)/2]}
}
