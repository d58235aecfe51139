//go:build linux

package installer

import (
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"sessionferry/manifest"
)

// policy is what an administrator has ruled on hosts for one browser: the files
// that do so, or nothing.
type policy struct {
	noUserLevel string // manifests of single users do not count
	blocked     string // our host may not be started
	unreadable  []string
}

// rule is the value of one policy and the file that it stands in.
type rule[T any] struct {
	value T
	file  string
}

// read takes over what a file says of the policy, if it is of the right type.
func (r *rule[T]) read(fields map[string]jsontext.Value, name, file string) {
	var v T
	if raw, ok := fields[name]; ok && json.Unmarshal(raw, &v) == nil {
		*r = rule[T]{v, file}
	}
}

// readPolicy reads the files of b's policy folder as Chromium does: all of them,
// with comments and trailing commas; of two that set the same policy, the one
// with the later name counts.
func (c Config) readPolicy(b manifest.Browser) policy {
	place := manifest.PolicyPlace(b, "linux")
	if place == "" {
		return policy{}
	}
	var p policy
	userLevel := rule[bool]{value: true}
	var blocklist, allowlist rule[[]string]
	dir := filepath.Join("/", c.Root, place)
	entries, _ := os.ReadDir(dir) // sorted; an absent folder has no policies, a closed one is closed to the browser too
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			continue
		}
		fields, err := readObject(path)
		if err != nil {
			p.unreadable = append(p.unreadable, path)
			continue
		}
		userLevel.read(fields, "NativeMessagingUserLevelHosts", path)
		blocklist.read(fields, "NativeMessagingBlocklist", path)
		allowlist.read(fields, "NativeMessagingAllowlist", path)
	}
	if !userLevel.value {
		p.noUserLevel = userLevel.file
	}
	named := slices.Contains(blocklist.value, manifest.HostName) || slices.Contains(blocklist.value, "*")
	if named && !slices.Contains(allowlist.value, manifest.HostName) {
		p.blocked = blocklist.file
	}
	return p
}

func readObject(path string) (map[string]jsontext.Value, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return nil, err
	}
	var fields map[string]jsontext.Value
	err = json.Unmarshal(manifest.Relax(data, true), &fields, jsontext.AllowDuplicateNames(true))
	return fields, err
}
