package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// systems are those that the programs are built for.
var systems = []string{"linux", "darwin", "windows"}

// modules lists the Go modules that programs and tests are built from.
func modules() ([]dependency, error) {
	dirs, ships := map[string]string{}, map[string]bool{}
	for _, system := range systems {
		shipped, err := list(system, "./cmd/...")
		if err != nil {
			return nil, err
		}
		for path, dir := range shipped {
			dirs[path], ships[path] = dir, true
		}
	}
	tested, err := list("linux", "-test", "./...")
	if err != nil {
		return nil, err
	}
	for path, dir := range tested {
		dirs[path] = dir
	}
	var out []dependency
	for path, dir := range dirs {
		licence, err := licenceIn(dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, dependency{path, licence, ships[path]})
	}
	slices.SortFunc(out, func(a, b dependency) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

// list returns the folders of the modules that packages depend on, by path.
func list(system string, args ...string) (map[string]string, error) {
	cmd := exec.Command("go", append([]string{"list", "-deps", "-json=Module"}, args...)...)
	cmd.Env = append(os.Environ(), "GOOS="+system)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	out := map[string]string{}
	for in := json.NewDecoder(strings.NewReader(string(text))); ; {
		var p struct {
			Module *struct {
				Path, Dir string
				Main      bool
			}
		}
		switch err := in.Decode(&p); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		case p.Module != nil && !p.Module.Main:
			out[p.Module.Path] = p.Module.Dir
		}
	}
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|unlicense)`)

// licenceIn returns the licences of a module's folder as an SPDX expression, all of
// which hold.
func licenceIn(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var found []string
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", err
		}
		for _, m := range licensecheck.Scan(text).Match {
			if !m.IsURL && !slices.Contains(found, m.ID) {
				found = append(found, m.ID)
			}
		}
	}
	slices.Sort(found)
	return strings.Join(found, " AND "), nil
}
