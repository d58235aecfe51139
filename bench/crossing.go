package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"sessionferry/e2e/testbed"
	"sessionferry/manifest"
)

//go:embed crossing.js
var crossingJS string

// crossing is one share, from the person's click to the frame that says that it
// is done, in milliseconds. The parts are those of the median run.
type crossing struct {
	Bytes     int     `json:"bytes"` // of the bundle
	Whole     float64 `json:"whole_ms"`
	Capture   float64 `json:"capture_ms"` // click to the host's first message: permission, page, cookies
	Port      float64 `json:"port_ms"`    // to the last chunk
	Decode    float64 `json:"decode_ms"`
	Proof     float64 `json:"proof_ms"`
	Seal      float64 `json:"seal_ms"`
	Upload    float64 `json:"upload_ms"`
	Waiting   float64 `json:"waiting_ms"` // for the vault's other answers: account, keys, status
	Paint     float64 `json:"paint_ms"`   // the host's reply to the frame
	Bare      float64 `json:"bare_ms"`    // the same number of bytes through a bare port and HTTP
	Ratio     float64 `json:"ratio"`      // of the whole to Bare
	PortRatio float64 `json:"port_ratio"`
}

// crossings measures shares in both browsers: of a session as it is, and of one
// with 8 MiB of storage.
func crossings(ctx context.Context, bin string, runs int) (map[string]crossing, error) {
	out := map[string]crossing{}
	for _, name := range []string{"chromium", "firefox"} {
		w, err := newCrossingWorld(ctx, bin, name)
		if err == nil {
			for _, size := range crossingSizes {
				if err = w.fill(ctx, size.bytes); err != nil {
					break
				}
				var c crossing
				if c, err = w.median(ctx, runs); err != nil {
					break
				}
				out[name+", "+size.name] = c
			}
		}
		if err := errors.Join(err, w.close()); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return out, nil
}

// crossingSizes are what the app's storage is filled up with.
var crossingSizes = []struct {
	name  string
	bytes int
}{{"as it is", 0}, {"8 MiB", 8 << 20}}

// crossingWorld is one browser with a session to share.
type crossingWorld struct {
	bed     *testbed.Bed
	browser testbed.Browser
	bare    *bareTrip
	account string
	site    string
}

func newCrossingWorld(ctx context.Context, bin, name string) (*crossingWorld, error) {
	w := &crossingWorld{}
	var err error
	if w.bed, err = testbed.New(bin); err != nil {
		return w, err
	}
	if err := w.bed.StartKeyring(ctx); err != nil {
		return w, err
	}
	if _, err := w.bed.StartVault(ctx); err != nil {
		return w, err
	}
	if _, err := w.bed.Sessionferry(ctx, "login"); err != nil {
		return w, err
	}
	wiki, err := w.bed.StartApp(ctx, "mediawiki", 0)
	if err != nil {
		return w, err
	}
	w.site = wiki.Site
	added, err := w.bed.Sessionferry(ctx, "account", "add", "--app", "mediawiki", "--site", wiki.Site, "--username", "Bob", "--json")
	if err != nil {
		return w, err
	}
	var card struct{ ID string }
	if err := json.Unmarshal([]byte(added), &card); err != nil {
		return w, err
	}
	w.account = card.ID
	registered := w.bed.Path(name, "NativeMessagingHosts", manifest.FileName)
	switch name {
	case "chromium":
		w.browser, err = w.bed.StartChromium(ctx, name, testbed.ChromiumConfig{Program: name, Extension: "extension"})
	default:
		registered = w.bed.Path("home", ".mozilla", "native-messaging-hosts", manifest.FileName)
		w.browser, err = w.bed.StartFirefox(ctx, name, testbed.FirefoxConfig{Program: "firefox-esr", Extension: "extension"})
	}
	if err != nil {
		return w, err
	}
	if w.bare, err = newBareTrip(ctx, w.bed, registered); err != nil {
		return w, err
	}
	if err := w.browser.Allow(ctx, "*://mw.localhost/*"); err != nil {
		return w, err
	}
	return w, wiki.SignIn(ctx, w.browser, wiki.Bob)
}

func (w *crossingWorld) close() error {
	if w.browser != nil {
		w.browser.Close()
	}
	if w.bare != nil {
		w.bare.close()
	}
	if w.bed != nil {
		return w.bed.Close()
	}
	return nil
}

// fill puts so many bytes that do not compress into the app's storage.
func (w *crossingWorld) fill(ctx context.Context, size int) error {
	if size == 0 {
		return nil
	}
	_, err := w.browser.Eval(ctx, fmt.Sprintf(`(async () => {
		const db = await new Promise((done, failed) => {
			const r = indexedDB.open('bench', 1);
			r.onupgradeneeded = () => r.result.createObjectStore('fill');
			r.onsuccess = () => done(r.result);
			r.onerror = () => failed(r.error);
		});
		const change = db.transaction('fill', 'readwrite');
		for (let i = 0; i < %d; i++) {
			const raw = crypto.getRandomValues(new Uint8Array(49152)); // 64 KiB in base64
			change.objectStore('fill').put(btoa(String.fromCharCode(...raw)), i);
		}
		await new Promise((done, failed) => { change.oncomplete = done; change.onerror = () => failed(change.error); });
		db.close();
		return '';
	})()`, size/65536))
	return err
}

// median shares runs times and returns the run of the median whole, beside the
// median of as many bare trips, which are made in turn with the shares.
func (w *crossingWorld) median(ctx context.Context, runs int) (crossing, error) {
	var all []crossing
	var bare []time.Duration
	for i := range runs + 1 {
		c, trip, err := w.once(ctx)
		if err != nil {
			return crossing{}, err
		}
		if i == 0 {
			continue // the person agrees, and caches are cold
		}
		all, bare = append(all, c), append(bare, trip)
	}
	slices.SortFunc(all, func(a, b crossing) int { return int(1000 * (a.Whole - b.Whole)) })
	c := all[len(all)/2]
	c.Bare = ms(median(bare))
	c.Ratio, c.PortRatio = c.Whole/c.Bare, c.Port/c.Bare
	return c, nil
}

// once shares in a popup of its own, with the host already running, as it does
// once the popup shows the cards; then the same bytes go the bare way.
func (w *crossingWorld) once(ctx context.Context) (crossing, time.Duration, error) {
	p, err := w.browser.Popup(ctx, "")
	if err != nil {
		return crossing{}, 0, err
	}
	defer p.Close()
	if err := p.Details(ctx, w.account); err != nil {
		return crossing{}, 0, err
	}
	if _, err := p.Eval(ctx, crossingJS); err != nil {
		return crossing{}, 0, err
	}
	if err := p.Share(ctx); err != nil {
		return crossing{}, 0, err
	}
	text, err := p.Eval(ctx, "sessionferryMarks")
	if err != nil {
		return crossing{}, 0, err
	}
	var marks struct {
		Clicked, Painted float64
		Bytes            int
	}
	if err := json.Unmarshal([]byte(text), &marks); err != nil {
		return crossing{}, 0, err
	}
	h, err := lastShare(w.bed.Path("home", ".local", "state", "sessionferry", "host.log"))
	if err != nil {
		return crossing{}, 0, err
	}
	replied := float64(h.Time.UnixMicro()) / 1000
	c := crossing{Bytes: marks.Bytes, Whole: marks.Painted - marks.Clicked, Port: h.Port, Decode: h.Decode, Proof: h.Proof, Seal: h.Seal, Upload: h.Upload,
		Waiting: h.All - h.Port - h.Decode - h.Proof - h.Seal - h.Upload, Capture: replied - h.All - marks.Clicked, Paint: marks.Painted - replied}
	trip, err := w.bare.run(ctx, p, max(marks.Bytes, 1))
	return c, trip, err
}

// shareLine is the host's own account of a share.
type shareLine struct {
	Time       time.Time
	Type, Code string
	All        float64 `json:"ms"`
	Port       float64 `json:"port_ms"`
	Decode     float64 `json:"decode_ms"`
	Proof      float64 `json:"proof_ms"`
	Seal       float64 `json:"seal_ms"`
	Upload     float64 `json:"upload_ms"`
}

// lastShare waits for the line, which is written after the reply.
func lastShare(path string) (shareLine, error) {
	for range 50 {
		data, err := os.ReadFile(path)
		if err != nil {
			return shareLine{}, err
		}
		lines := bytes.Split(bytes.TrimSpace(data), []byte("\n"))
		for _, l := range slices.Backward(lines) {
			var s shareLine
			if err := json.Unmarshal(l, &s); err != nil {
				return shareLine{}, err
			}
			if s.Type == "share" && time.Since(s.Time) < 2*time.Second {
				return s, nil
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return shareLine{}, errors.New("the host's log does not speak of the share")
}
