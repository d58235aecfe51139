package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// locked lists the packages of a package-lock.json. None of them ships: what the
// extension takes from npm lies in extension/vendor, with its licence beside it.
func locked(path string) ([]dependency, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct{ License any }
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var out []dependency
	for name, p := range lock.Packages {
		if name != "" {
			out = append(out, dependency{name: filepath.Dir(path) + "/" + name, licence: expression(p.License)})
		}
	}
	slices.SortFunc(out, func(a, b dependency) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

// expression is a package's licence in SPDX's form. Old packages have a list of
// licences to choose from, or a name that is older than SPDX's.
func expression(licence any) string {
	switch l := licence.(type) {
	case string:
		words := strings.Fields(l)
		for i, word := range words {
			words[i] = cmp.Or(olderNames[word], word)
		}
		return strings.Join(words, " ")
	case map[string]any:
		return expression(l["type"])
	case []any:
		var choice []string
		for _, each := range l {
			choice = append(choice, expression(each))
		}
		return strings.Join(choice, " OR ")
	}
	return ""
}

var olderNames = map[string]string{"BSD": "BSD-3-Clause", "Apache2": "Apache-2.0", "MIT/X11": "MIT"}
