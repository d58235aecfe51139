package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sessionferry/e2e/testbed"
)

// loadNode is the server of express.mjs.
type loadNode struct {
	Port int `json:"port"`
}

func startLoadNode(bed *testbed.Bed) (*loadNode, error) {
	library, err := filepath.Abs("bench/npm/node_modules/express/index.js")
	if err != nil {
		return nil, err
	}
	program, err := filepath.Abs("bench/express.mjs")
	if err != nil {
		return nil, err
	}
	folder := bed.Path("users")
	if err := os.Mkdir(folder, 0o700); err != nil {
		return nil, err
	}
	bed.Setenv("NODE_ENV", "production")
	p, err := bed.Start("express", "node", program, library, folder)
	if err != nil {
		return nil, err
	}
	n := new(loadNode)
	return n, testbed.Wait("express", p, func() bool {
		said, err := os.ReadFile(p.Log)
		return err == nil && bytes.HasSuffix(said, []byte("\n")) && json.Unmarshal(said, n) == nil
	})
}

func (n *loadNode) address() string { return fmt.Sprintf("127.0.0.1:%d", n.Port) }

// puts are n writes of so many bytes for each connection's own user.
func (n *loadNode) puts(connections, count, size int) []prebuilt {
	body := fmt.Appendf(nil, `{"encrypted":%q}`, strings.Repeat("x", size-len(`{"encrypted":""}`)))
	all := make([]prebuilt, connections)
	for c := range all {
		put := request("PUT", fmt.Sprintf("/users/user%d", c), n.address(), "Content-Type: application/json\r\n", body)
		for range count {
			all[c] = append(all[c], put)
		}
	}
	return all
}

func (n *loadNode) reads(connections, count int) []prebuilt {
	all := make([]prebuilt, connections)
	for c := range all {
		get := request("GET", fmt.Sprintf("/users/user%d", c), n.address(), "", nil)
		for range count {
			all[c] = append(all[c], get)
		}
	}
	return all
}
