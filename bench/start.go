package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// start is the cold start of one host: spawn to the reply of hello.
type start struct {
	MedianMS float64 `json:"median_ms"`
	MinMS    float64 `json:"min_ms"`
	Ratio    float64 `json:"ratio"` // of the median, to the bare host's
}

// dependencies are linked into the bare host one at a time, to see what each
// adds by being there.
var dependencies = []struct{ name, path string }{
	{"bare + cobra", "github.com/spf13/cobra"},
	{"bare + zerolog", "github.com/rs/zerolog"},
	{"bare + go-keyring", "github.com/zalando/go-keyring"},
	{"bare + x/crypto", "golang.org/x/crypto/chacha20poly1305"},
	{"bare + net/http", "net/http"},
	{"bare + go-yaml", "github.com/goccy/go-yaml"},
	{"bare + json", "github.com/go-json-experiment/json"},
	{"bare + publicsuffix", "golang.org/x/net/publicsuffix"},
}

// order is the order of the table.
var order = func() []string {
	names := []string{"bare"}
	for _, d := range dependencies {
		names = append(names, d.name)
	}
	return append(names, "sessionferry")
}()

// bareHost echoes one frame with nothing but the standard library.
const bareHost = `package main

import (
	"encoding/binary"
	"io"
	"os"
%s)

func main() {
	var head [4]byte
	if _, err := io.ReadFull(os.Stdin, head[:]); err != nil {
		return
	}
	body := make([]byte, binary.NativeEndian.Uint32(head[:]))
	if _, err := io.ReadFull(os.Stdin, body); err != nil {
		return
	}
	_, _ = os.Stdout.Write(append(head[:], body...))
	_, _ = io.Copy(io.Discard, os.Stdin)
}
`

// coldStarts builds the hosts and starts each of them runs times, in turn, so
// that a noisy moment meets all of them.
func coldStarts(ctx context.Context, bin string, runs int) (map[string]start, error) {
	// Below the module, so that its dependencies resolve; the underscore keeps it out of "./...".
	dir, err := os.MkdirTemp("bench", "_hosts")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	programs := map[string]string{"sessionferry": filepath.Join(bin, "sessionferry")}
	for i, d := range append([]struct{ name, path string }{{"bare", ""}}, dependencies...) {
		if programs[d.name], err = buildHost(ctx, filepath.Join(dir, fmt.Sprint(i)), d.path); err != nil {
			return nil, err
		}
	}
	home, err := os.MkdirTemp("", "sf")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(home)
	times := map[string][]time.Duration{}
	for range runs {
		for _, name := range order {
			d, err := once(ctx, programs[name], home)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			times[name] = append(times[name], d)
		}
	}
	bare := median(times["bare"])
	out := map[string]start{}
	for name, all := range times {
		m := median(all)
		out[name] = start{MedianMS: ms(m), MinMS: ms(slices.Min(all)), Ratio: float64(m) / float64(bare)}
	}
	return out, nil
}

func buildHost(ctx context.Context, dir, dependency string) (string, error) {
	if err := os.Mkdir(dir, 0o750); err != nil {
		return "", err
	}
	blank := ""
	if dependency != "" {
		blank = fmt.Sprintf("\n\t_ %q\n", dependency)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), fmt.Appendf(nil, bareHost, blank), 0o600); err != nil {
		return "", err
	}
	out := filepath.Join(dir, "host")
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, "./"+dir)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // as "make build" does
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build of a host: %w\n%s", err, text)
	}
	return out, nil
}

// once starts a host, says hello and waits for the answer.
func once(ctx context.Context, program, home string) (time.Duration, error) {
	begun := time.Now()
	p, err := startHost(ctx, program, []string{"HOME=" + home, "PATH=" + os.Getenv("PATH")})
	if err != nil {
		return 0, err
	}
	if err := p.send(map[string]any{"id": "1", "type": "hello", "protocol": []int{1}, "extension": "bench"}); err != nil {
		return 0, err
	}
	body, err := p.receive()
	took := time.Since(begun)
	if err != nil {
		return 0, err
	}
	if !strings.Contains(string(body), "protocol") {
		return 0, errors.New("the answer is not that of hello")
	}
	return took, p.close()
}

func median(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
