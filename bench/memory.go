package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"sessionferry/e2e/testbed"
	"sessionferry/host/native"
	"sessionferry/session"
)

// bundleSize is the size of the bundle whose way through the host is measured.
const bundleSize = 30 << 20

// memoryPeak shares a bundle of bundleSize through the built host, with a real
// keyring and the real vault, and returns the host's peak resident memory.
func memoryPeak(ctx context.Context, bin string) (int64, error) {
	bed, err := testbed.New(bin)
	if err != nil {
		return 0, err
	}
	defer func() { _ = bed.Close() }()
	if err := bed.StartKeyring(ctx); err != nil {
		return 0, err
	}
	if _, err := bed.StartVault(ctx); err != nil {
		return 0, err
	}
	if _, err := bed.Sessionferry(ctx, "login"); err != nil {
		return 0, err
	}
	out, err := bed.Sessionferry(ctx, "account", "add", "--app", "mediawiki", "--site", site, "--username", "Bob", "--json")
	if err != nil {
		return 0, err
	}
	var card struct {
		ID session.ID `json:"id"`
	}
	if err := json.Unmarshal([]byte(out), &card); err != nil {
		return 0, err
	}
	bundle, err := largeCapture()
	if err != nil {
		return 0, err
	}
	return shareThrough(ctx, bed, card.ID, bundle)
}

const site = "https://wiki.example.org"

// largeCapture is a signed-in jar with storage that does not compress, filled up
// to bundleSize.
func largeCapture() ([]byte, error) {
	now := time.Now().UTC().Truncate(time.Second)
	cookie := func(name, value string) session.Cookie {
		return session.Cookie{Name: name, Value: value, Domain: "wiki.example.org", HostOnly: true, Path: "/", Secure: true,
			SameSite: session.SameSiteUnspecified, Store: "0"}
	}
	c := session.Capture{Captured: now, Store: session.Store{ID: "0", Kind: "default"}, Read: []string{"cookie", "local", "session", "idb"},
		Cookies: []session.Cookie{cookie("wikiUserID", "2"), cookie("wikiUserName", "Bob"), cookie("wiki_session", "0123456789abcdef")},
		Origins: []session.OriginStorage{{Origin: site}}, Context: session.BrowserContext{ColorScheme: "light"}}
	source := rand.NewChaCha8([32]byte{})
	for size := 0; size < bundleSize-(1<<20); {
		raw := make([]byte, 48<<10)
		_, _ = source.Read(raw)
		value := base64.StdEncoding.EncodeToString(raw)
		c.Origins[0].Local = append(c.Origins[0].Local, session.Item{Key: session.Text(fmt.Sprint(len(c.Origins[0].Local))), Value: session.Text(value)})
		size += len(value)
	}
	return session.Marshal(c)
}

func shareThrough(ctx context.Context, bed *testbed.Bed, account session.ID, bundle []byte) (int64, error) {
	p, err := startHost(ctx, bed.Program("sessionferry"), bed.Env)
	if err != nil {
		return 0, err
	}
	sent := make(chan error, 1)
	go func() { sent <- p.share(account, bundle) }()
	for {
		body, err := p.receive()
		if err != nil {
			return 0, errors.Join(err, <-sent)
		}
		var reply struct {
			Event string
			OK    bool
			Error json.RawMessage
		}
		if err := json.Unmarshal(body, &reply); err != nil {
			return 0, err
		}
		if reply.Event != "" {
			continue
		}
		if !reply.OK {
			return 0, fmt.Errorf("the share was refused: %s", reply.Error)
		}
		peak, err := peakOf(p.cmd.Process.Pid)
		return peak, errors.Join(err, p.close())
	}
}

// share sends a share and its bundle in chunks.
func (p *process) share(account session.ID, bundle []byte) error {
	err := p.send(map[string]any{"id": "s", "type": "share", "account": account.String(), "size": len(bundle), "key": "bench",
		"consent": map[string]any{"text": session.ConsentText, "time": time.Now().UTC().Format(time.RFC3339), "surface": "popup"}})
	for seq := 0; err == nil && len(bundle) > 0; seq++ {
		n := min(native.MaxChunk, len(bundle))
		err = p.send(map[string]any{"id": "s", "type": "chunk", "seq": seq, "data": string(bundle[:n])})
		bundle = bundle[n:]
	}
	return err
}

// peakOf reads the peak resident memory of a process in bytes.
func peakOf(pid int) (int64, error) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("the system does not tell the peak memory")
}
