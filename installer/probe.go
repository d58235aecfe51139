//go:build linux

package installer

import (
	"context"
	"time"

	"sessionferry/internal/version"
	"sessionferry/manifest"
	"sessionferry/session"
)

// greeting is the request of docs/protocol.md that touches neither keyring nor
// network.
const (
	greetingID = "doctor"
	greeting   = `{"id":"` + greetingID + `","type":"hello","protocol":[1],"extension":"` + version.Version + `"}`
)

// probe starts the host as the browser would, greets it, closes the port and
// notes what a browser would stumble over.
func (p *patient) probe(ctx context.Context) {
	started := time.Now()
	c, err := startChild(p.Environ, p.found.Program, p.arguments()...)
	if err != nil {
		p.notStarted(err)
		return
	}
	c.send(greeting)
	select {
	case reply, spoke := <-c.first:
		p.found.Took = time.Since(started)
		p.close(c, reply, spoke)
	case <-time.After(p.answerLimit):
		p.add(programSilent, "for %s", p.answerLimit)
		_, _ = c.finish(0)
	case <-ctx.Done():
		p.add(programSilent, "until you stopped waiting")
		_, _ = c.finish(0)
	}
}

// arguments are what the browser passes.
func (p *patient) arguments() []string {
	if p.browser.ChromiumFamily() {
		return []string{"chrome-extension://" + manifest.ExtensionID + "/"}
	}
	return []string{p.found.Manifest, manifest.AddonID}
}

// close closes the port and judges what has come of it.
func (p *patient) close(c *child, reply []byte, spoke bool) {
	lingers, err := c.finish(p.exitLimit)
	if c.stray != nil {
		p.add(outputPolluted, "%s", c.stray)
		return
	}
	if !spoke {
		p.add(programStopped, "%s", c.fate())
		return
	}
	p.judge(reply)
	switch {
	case lingers:
		p.add(programLingers, "for more than %s", p.exitLimit)
	case err != nil:
		p.add(programFailed, "%s", c.fate())
	}
}

// judge reads the answer to the greeting.
func (p *patient) judge(reply []byte) {
	var r struct {
		ID     string `json:"id"`
		OK     bool   `json:"ok"`
		Result struct {
			Host string `json:"host"`
		} `json:"result"`
		Error struct {
			Code session.Code `json:"code"`
		} `json:"error"`
	}
	switch err := session.UnmarshalLoose(reply, &r, session.CodeMessageInvalid); {
	case err != nil, r.ID != greetingID:
		p.add(programRefused, "its answer is not one to the greeting")
	case !r.OK:
		p.add(programRefused, "%s", r.Error.Code)
	default:
		p.found.Version = r.Result.Host
		if r.Result.Host != version.Version {
			p.add(versionDiffers, "it is %s, this is %s", r.Result.Host, version.Version)
		}
	}
}
