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
	i := slices.IndexFunc(faultTable, func(r row) bool { return r.fault == f })
	r := faultTable[i]
	p.found.Findings = append(p.found.Findings,
		Finding{Fault: f, Note: r.note, Sentence: r.sentence, Detail: fmt.Sprintf(format, args...), Next: p.next(r.next)})
}

// next fills the names in.
func (p *patient) next(step string) string {
	switch step {
	case registerAnew:
		if p.policy.noUserLevel != "" {
			return fmt.Sprintf("Ask your administrator to put what \"sessionferry install --print --browser %s\" shows into %s", p.browser, p.systemPlaces()[0])
		}
		step = "Run: sessionferry install --browser " + string(p.browser)
		if p.UserData != "" {
			step += " --user-data-dir " + quote(p.UserData)
		}
	case replaceProgram:
		if !p.startsThisProgram() {
			return p.next(registerAnew)
		}
		return "Install Sessionferry again."
	case mayRun:
		return strings.Replace(step, "PROGRAM", quote(p.found.Program), 1)
	}
	return step
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
