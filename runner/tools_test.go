package runner

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/runner/cdpmux"
)

// toolsFolder has the tools of tools.cjs; "make test" installs them.
const toolsFolder = "testdata/npm"

// TestTools runs a task by each tool with the address as it is. TestExec does the
// same by chromedp.
func TestTools(t *testing.T) {
	s := newSite(t)
	s.serveWorkers()
	r := opened(t, bundleOf(t, s.origin("app.example.test"), nil, nil))
	bin, err := exec.Command("../e2e/setup/node.sh").Output()
	require.NoError(t, err)
	node := filepath.Join(strings.TrimSpace(string(bin)), "node")
	for i, tool := range []string{"playwright", "playwright by http", "puppeteer", "chrome-remote-interface", "websocket"} {
		t.Run(tool, func(t *testing.T) {
			var out, notes bytes.Buffer
			page := s.origin(fmt.Sprintf("app%d.example.test", i)) + "/workers"
			err := r.Exec(t.Context(), Command{Args: []string{node, toolsFolder + "/tools.cjs", tool, page}, Stdout: &out, Stderr: &notes})
			require.NoError(t, err, notes.String())
			assert.JSONEq(t, allAnswer, out.String())
		})
	}
}

var update = flag.Bool("update", false, "write the description of the protocol into cdpmux/protocol.json.gz")

// TestProtocolIsThePackages compares the description with the package that it comes
// from; run with -update after another version was pinned.
func TestProtocolIsThePackages(t *testing.T) {
	var all struct {
		Version json.RawMessage   `json:"version"`
		Domains []json.RawMessage `json:"domains"`
	}
	for _, name := range []string{"browser_protocol.json", "js_protocol.json"} {
		data, err := os.ReadFile(filepath.Join(toolsFolder, "node_modules", "devtools-protocol", "json", name))
		require.NoError(t, err, "make test installs it")
		domains := all.Domains
		require.NoError(t, json.Unmarshal(data, &all))
		all.Domains = append(domains, all.Domains...)
	}
	want, err := json.Marshal(all)
	require.NoError(t, err)
	if *update {
		var packed bytes.Buffer
		w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		require.NoError(t, err)
		_, err = w.Write(want)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		require.NoError(t, os.WriteFile("cdpmux/protocol.json.gz", packed.Bytes(), 0o600))
		return
	}
	have, err := cdpmux.Protocol()
	require.NoError(t, err)
	assert.True(t, bytes.Equal(want, have), "run go test ./runner -run ProtocolIsThePackages -update")
}
