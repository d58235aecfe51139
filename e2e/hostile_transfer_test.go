package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/host/native"
	"sessionferry/session"
)

// TestHostileTransfer interrupts the built host in the middle of its work, with
// a real keyring and a real vault. Whatever happens, the session of before stays
// or the new one is there whole.
func TestHostileTransfer(t *testing.T) {
	t.Parallel()
	w := newFrontedWorld(t)
	card := w.offlineCard()
	args := callers["Firefox"]

	t.Run("a bundle in chunks", func(t *testing.T) {
		w := w.in(t)
		p := openPort(t, w.bed.Env, args...)
		p.send(shareOf(t, card, "key-1", bundleOf(t, 3<<20))...)
		a := p.reply()
		assert.Empty(t, a.Fault.Code)
		state, generation := w.status(card)
		assert.Equal(t, "transferred", state)
		assert.EqualValues(t, 1, generation)
	})
	for name, end := range map[string]func(*port){
		"the browser closes the port": func(p *port) { require.NoError(t, p.in.Close()) },
		"the browser is killed":       func(p *port) { require.NoError(t, p.in.Close()); require.NoError(t, p.out.Close()) },
		"SIGTERM":                     func(p *port) { require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM)) },
		"SIGINT":                      func(p *port) { require.NoError(t, p.cmd.Process.Signal(syscall.SIGINT)) },
		"SIGKILL":                     func(p *port) { require.NoError(t, p.cmd.Process.Kill()) },
	} {
		for _, stage := range []string{"reading", "uploading"} {
			t.Run(name+" while "+stage, func(t *testing.T) {
				w := w.in(t)
				_, before := w.status(card)
				over := make(chan struct{})
				w.lie(func(r *http.Request) bool { return r.Method == http.MethodPut }, func(http.ResponseWriter) { <-over })
				defer close(over) // the server waits for its handlers
				p := openPort(t, w.bed.Env, args...)
				messages := shareOf(t, card, session.NewID().String(), bundleOf(t, 1<<20))
				if stage == "reading" {
					messages = messages[:3]
				}
				p.send(messages...)
				for p.next().Stage != stage {
				}
				end(p)
				p.end() // though the vault has not answered
				state, after := w.status(card)
				assert.Equal(t, "transferred", state)
				assert.Equal(t, before, after, "nothing had reached the vault")
			})
		}
	}
	t.Run("killed at any moment", func(t *testing.T) {
		w := w.in(t)
		for messages := range 12 { // of the host, before it is killed; every outcome is one of two
			_, before := w.status(card)
			p := openPort(t, w.bed.Env, args...)
			p.send(shareOf(t, card, session.NewID().String(), bundleOf(t, 100<<10))...)
			for range messages {
				if p.next().Stage == "" {
					break // the last one
				}
			}
			require.NoError(t, p.cmd.Process.Kill())
			p.end()
			state, after := w.status(card)
			assert.Equal(t, "transferred", state)
			assert.Contains(t, []uint64{before, before + 1}, after)
		}
		p := openPort(t, w.bed.Env, args...)
		p.send(shareOf(t, card, "after-all", bundleOf(t, 1000))...)
		assert.Empty(t, p.reply().Fault.Code, "what was written on the way can be read")
	})
	t.Run("two hosts at once", func(t *testing.T) {
		w := w.in(t)
		_, before := w.status(card)
		ports := []*port{openPort(t, w.bed.Env, callers["Firefox"]...), openPort(t, w.bed.Env, callers["Chromium"]...)}
		shared := uint64(0)
		for range 5 {
			for _, p := range ports {
				p.send(shareOf(t, card, session.NewID().String(), bundleOf(t, 50<<10))...)
			}
			for _, p := range ports {
				switch a := p.reply(); a.Fault.Code {
				case "":
					shared++
				default:
					assert.Equal(t, session.CodeGenerationConflict, a.Fault.Code)
				}
			}
		}
		_, after := w.status(card)
		assert.Equal(t, before+shared, after, "each share that was confirmed counts once")
		assert.GreaterOrEqual(t, shared, uint64(5))
	})
	t.Run("an answer that would not fit", func(t *testing.T) {
		w := w.in(t)
		w.lie(func(r *http.Request) bool { return r.URL.Path == "/v1/accounts" }, func(rw http.ResponseWriter) {
			name := strings.Repeat("x", 3<<20)
			_, _ = fmt.Fprintf(rw, `{"accounts":[{"id":%q,"app":"mediawiki","site":"https://wiki.example.org","username":%q,"role":"owner","session":{"state":"none","generation":{"share":0,"refresh":0}}}]}`, card, name)
		})
		p := openPort(t, w.bed.Env, args...)
		p.send(`{"id":"1","type":"accounts"}`, hello2)
		seen := map[string]session.Code{}
		for range 2 {
			a := p.reply()
			seen[a.ID] = a.Fault.Code
		}
		assert.Contains(t, []session.Code{session.CodeReplyTooLarge, session.CodeVaultAnswer}, seen["1"])
		assert.Empty(t, seen["2"], "the port survives")
	})
}

const hello2 = `{"id":"2","type":"hello","protocol":[1]}`

// offlineCard makes a card for a wiki that is nowhere: captures of it are made
// by hand.
func (w *world) offlineCard() string {
	w.t.Helper()
	var card struct{ ID string }
	out := w.person("account", "add", "--app", "mediawiki", "--site", offlineSite, "--username", "Bob", "--json")
	require.NoError(w.t, json.Unmarshal([]byte(out), &card))
	return card.ID
}

const offlineSite = "https://wiki.example.org"

// bundleOf is a capture with Bob signed in and about that many bytes of storage.
func bundleOf(t *testing.T, size int) []byte {
	t.Helper()
	c := session.Capture{Captured: time.Now().UTC().Truncate(time.Second), Store: session.Store{ID: "0", Kind: "default"}, Read: []string{"cookie", "local", "session", "idb"},
		Origins: []session.OriginStorage{{Origin: offlineSite, Local: []session.Item{{Key: "fill", Value: session.Text(strings.Repeat("x", size))}}}},
		Context: session.BrowserContext{ColorScheme: "light"}}
	for name, value := range map[string]string{"wikiUserID": "2", "wikiUserName": "Bob", "wiki_session": canary} {
		c.Cookies = append(c.Cookies, session.Cookie{Name: name, Value: value, Domain: "wiki.example.org", HostOnly: true, Path: "/", Secure: true, SameSite: session.SameSiteUnspecified, Store: "0"})
	}
	data, err := session.Marshal(c)
	require.NoError(t, err)
	return data
}

// shareOf is a share of a bundle, as the extension sends it.
func shareOf(t *testing.T, account, key string, bundle []byte) []string {
	t.Helper()
	consent := fmt.Sprintf(`{"text":%q,"time":%q,"surface":"popup"}`, session.ConsentText, time.Now().UTC().Format("2006-01-02T15:04:05Z"))
	id := "s" + key
	out := []string{fmt.Sprintf(`{"id":%q,"type":"share","account":%q,"key":%q,"size":%d,"consent":%s}`, id, account, key, len(bundle), consent)}
	for seq := 0; len(bundle) > 0; seq++ {
		n := min(native.MaxChunk, len(bundle))
		out = append(out, fmt.Sprintf(`{"id":%q,"type":"chunk","seq":%d,"data":%q}`, id, seq, bundle[:n]))
		bundle = bundle[n:]
	}
	return out
}
