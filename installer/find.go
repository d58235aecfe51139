//go:build linux

package installer

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"sessionferry/manifest"
)

// maxManifest bounds what is read of a manifest, in bytes; ours has 300.
const maxManifest = 1 << 20

// registration is a manifest in one of the places where a browser looks.
type registration struct {
	path     string
	absent   bool // as far as the browser sees: it looks on
	program  string
	problems []manifest.Problem
}

func (r registration) good() bool { return !r.absent && len(r.problems) == 0 }

// take finds the manifest that the browser takes and notes what is wrong with it.
// ok is false if the browser would start nothing.
//
// Chromium takes the first that is there, good or not; Firefox the first that is
// good. Sources: as for manifest.Check.
func (p *patient) take() (taken registration, ok bool) {
	places := p.systemPlaces()
	own, err := manifest.Place(p.browser, "linux", p.dirs())
	if err == nil && p.policy.noUserLevel == "" {
		places = slices.Insert(places, 0, own)
	}
	all := make([]registration, len(places))
	for i, path := range places {
		all[i] = p.read(path)
	}
	there := func(r registration) bool { return !r.absent }
	first := slices.IndexFunc(all, there)
	best := slices.IndexFunc(all, registration.good)
	switch {
	case best >= 0 && (best == first || !p.browser.ChromiumFamily()):
		for _, passed := range all[:best] {
			if !passed.absent {
				p.add(passedOver, "%s: %s", passed.path, passed.problems[0].Fault)
			}
		}
		return all[best], true
	case first >= 0:
		p.found.Manifest, p.found.Program = all[first].path, all[first].program
		p.addProblems(all[first])
		if best > first {
			p.add(shadows, "%s", all[best].path)
		}
	default:
		p.nothingThere(own, all)
	}
	return registration{}, false
}

func (p *patient) addProblems(r registration) {
	for _, problem := range r.problems {
		p.add(problem.Fault, "%s", problem.Detail)
	}
}

// nothingThere tells why the browser sees no manifest at all.
func (p *patient) nothingThere(own string, all []registration) {
	for _, r := range all {
		p.addProblems(r)
	}
	switch {
	case p.policy.noUserLevel != "":
		p.add(policyUserLevel, "%s", p.policy.noUserLevel)
	case !slices.ContainsFunc(all, func(r registration) bool { return len(r.problems) > 0 }):
		if target, err := os.Readlink(own); err == nil {
			own += " is a link to nothing at " + target
		}
		p.add(notRegistered, "%s", own)
	}
}

// read reads a manifest and judges it.
func (p *patient) read(path string) registration {
	unreadable := func(detail string, absent bool) registration {
		return registration{path: path, absent: absent, problems: []manifest.Problem{{Fault: manifestUnreadable, Detail: path + ": " + detail}}}
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return registration{path: path, absent: true}
	case err != nil:
		return unreadable("it cannot be reached", true)
	case !info.Mode().IsRegular():
		return unreadable("it is no file", false)
	}
	f, err := os.Open(path)
	if err != nil {
		return unreadable("it is closed to you", false)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxManifest+1))
	if err != nil || len(data) > maxManifest {
		return unreadable("it is too long", false)
	}
	checked := manifest.Check(p.browser, data)
	return registration{path: path, program: checked.Path, problems: checked.Problems}
}
