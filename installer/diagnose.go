//go:build linux

package installer

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"sessionferry/internal/snap"
	"sessionferry/manifest"
)

func doctor(ctx context.Context, c Config) ([]Diagnosis, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	out := make([]Diagnosis, len(c.Browsers))
	for i, b := range c.Browsers {
		p := patient{Config: c, browser: b, policy: c.readPolicy(b)}
		p.found.Browser = b
		p.examine(ctx)
		out[i] = p.found
	}
	return out, nil
}

// patient is one browser that is being looked at.
type patient struct {
	Config
	browser manifest.Browser
	policy  policy
	found   Diagnosis
}

// examine goes the way of the browser and stops where it would.
func (p *patient) examine(ctx context.Context) {
	if p.onlySnaps() {
		if p.browser.ChromiumFamily() {
			p.add(browserSnap, "")
			return
		}
		p.add(browserPortal, "")
	}
	for _, path := range p.policy.unreadable {
		p.add(policyUnreadable, "%s", path)
	}
	if p.policy.blocked != "" {
		p.add(policyBlocked, "%s", p.policy.blocked)
	}
	m, ok := p.take()
	if !ok {
		return
	}
	p.found.Manifest, p.found.Program = m.path, m.program
	if p.programStarts() {
		p.probe(ctx)
	}
}

func (p *patient) onlySnaps() bool {
	paths := p.programsOf(p.browser)
	return len(paths) > 0 && !slices.ContainsFunc(paths, func(path string) bool { return !snap.Is(path) })
}

// add notes a finding, with the next step that fits this browser.
func (p *patient) add(f manifest.Fault, format string, args ...any) {
	r := rowOf(f)
	p.found.Findings = append(p.found.Findings,
		Finding{Fault: f, Note: r.note, Sentence: r.sentence, Detail: fmt.Sprintf(format, args...), Next: p.next(r.next)})
}

// next chooses the step that fits and fills the names in.
func (p *patient) next(step string) string {
	if step == replaceProgram {
		if p.startsThisProgram() {
			return "Install Sessionferry again."
		}
		step = registerAnew
	}
	profile := ""
	switch {
	case step == registerAnew && p.policy.noUserLevel != "":
		step = forAllUsers
	case step == registerAnew && p.UserData != "":
		profile = " --user-data-dir " + quote(p.UserData)
	}
	names := strings.NewReplacer("NAME", string(p.browser), "PROGRAM", quote(p.found.Program), "PLACE", p.systemPlaces()[0])
	return names.Replace(step) + profile
}

// systemPlaces are the paths of manifests for all users.
func (p *patient) systemPlaces() []string {
	paths := manifest.SystemPlaces(p.browser, "linux")
	for i := range paths {
		paths[i] = filepath.Join("/", p.Root, paths[i])
	}
	return paths
}

// startsThisProgram reports whether the manifest names the program of the Config.
func (p *patient) startsThisProgram() bool {
	registered, err := filepath.EvalSymlinks(p.found.Program)
	if err != nil {
		return false
	}
	this, err := filepath.EvalSymlinks(p.Host)
	return err == nil && registered == this
}
