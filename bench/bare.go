package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"sessionferry/e2e/testbed"
	"sessionferry/manifest"
)

//go:embed bare.js
var bareJS string

// bareName is the bare host's name for browsers.
const bareName = "io.sessionferry.bench"

// barePost is a host of the standard library that posts what it is sent: the
// least that a transfer of so many bytes can cost.
const barePost = `package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"os"
)

func main() {
	var all []byte
	for left := -1; ; {
		var head [4]byte
		if _, err := io.ReadFull(os.Stdin, head[:]); err != nil {
			return
		}
		body := make([]byte, binary.NativeEndian.Uint32(head[:]))
		if _, err := io.ReadFull(os.Stdin, body); err != nil {
			return
		}
		var m struct {
			Size int
			Data string
		}
		if json.Unmarshal(body, &m) != nil {
			return
		}
		if m.Data == "" {
			all, left = nil, m.Size
		}
		all = append(all, m.Data...)
		if len(all) < left {
			continue
		}
		r, err := http.Post(%q, "application/octet-stream", bytes.NewReader(all))
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
		reply := []byte("{}")
		_, _ = os.Stdout.Write(append(binary.NativeEndian.AppendUint32(nil, uint32(len(reply))), reply...))
	}
}
`

// bareTrip is the way of some bytes through a port and HTTP with nothing of ours.
type bareTrip struct{ server *httptest.Server }

// newBareTrip builds the bare host and registers it beside ours, whose manifest
// is at the given path.
func newBareTrip(ctx context.Context, bed *testbed.Bed, registered string) (*bareTrip, error) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	dir := bed.Path("bare")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "host")
	if err := os.WriteFile(source, fmt.Appendf(nil, barePost, server.URL), 0o600); err != nil {
		return nil, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", program, source)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build of the bare host: %w\n%s", err, text)
	}
	ours, err := os.ReadFile(registered)
	if err != nil {
		return nil, err
	}
	host, _ := manifest.HostPath(ours)
	bare := strings.NewReplacer(manifest.HostName, bareName, host, program).Replace(string(ours))
	return &bareTrip{server}, os.WriteFile(filepath.Join(filepath.Dir(registered), bareName+".json"), []byte(bare), 0o600)
}

func (b *bareTrip) close() { b.server.Close() }

// run sends so many bytes from an open popup.
func (b *bareTrip) run(ctx context.Context, p *testbed.Popup, bytes int) (time.Duration, error) {
	text, err := p.Eval(ctx, fmt.Sprintf(bareJS, bareName, bytes))
	if err != nil {
		return 0, err
	}
	took, err := strconv.ParseFloat(text, 64)
	return time.Duration(took * float64(time.Millisecond)), err
}
