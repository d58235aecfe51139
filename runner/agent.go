package runner

import (
	"context"
	"strings"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"

	"sessionferry/session"
)

// agentOf returns what every page is told of its browser, so that the app meets
// the one that the person used: the user agent (without the word "Headless",
// where the capture has none) and its client hints. A browser without hints in
// the capture, such as Firefox, sends none.
func agentOf(ctx context.Context, b cdp.Session, bc session.BrowserContext) (*emulation.SetUserAgentOverrideParams, error) {
	agent := bc.UserAgent
	if agent == "" {
		v, err := cdp.Call(ctx, b, browser.GetVersion, cdp.Empty{})
		if err != nil {
			return nil, session.Errorf(session.CodeBrowserFailed, "").Because(err)
		}
		agent = strings.ReplaceAll(v.UserAgent, "HeadlessChrome", "Chrome")
	}
	out := &emulation.SetUserAgentOverrideParams{UserAgent: agent, AcceptLanguage: strings.Join(bc.Languages, ","), Platform: platformOf(agent)}
	if h := bc.Hints; h != nil {
		out.UserAgentMetadata = &emulation.UserAgentMetadata{
			Platform: h.Platform, PlatformVersion: h.PlatformVersion, Architecture: h.Architecture, Bitness: h.Bitness,
			Model: h.Model, Mobile: h.Mobile, Brands: brandsOf(h.Brands), FullVersionList: brandsOf(h.FullVersionList),
		}
	}
	return out, nil
}

func brandsOf(in []session.Brand) []*emulation.UserAgentBrandVersion {
	var out []*emulation.UserAgentBrandVersion
	for _, b := range in {
		out = append(out, &emulation.UserAgentBrandVersion{Brand: b.Brand, Version: b.Version})
	}
	return out
}

// platformOf returns navigator.platform as browsers of that user agent say it.
func platformOf(agent string) string {
	switch {
	case strings.Contains(agent, "Windows"):
		return "Win32"
	case strings.Contains(agent, "Macintosh"):
		return "MacIntel"
	case strings.Contains(agent, "aarch64"):
		return "Linux aarch64"
	case strings.Contains(agent, "Android"):
		return "Linux armv81"
	}
	return "Linux x86_64"
}
