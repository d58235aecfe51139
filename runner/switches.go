package runner

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"sessionferry/session"
)

// baseSwitches are given to every browser. Site isolation stays on, as it is by
// default: pages of other sites must not share a process with the app's.
var baseSwitches = []string{
	"--headless=new",
	"--remote-debugging-pipe", // never a port: any program of the machine could connect
	"--no-first-run",
	"--no-default-browser-check",
	"--disable-gpu",
	"--disable-quic",
	// A network process of its own starts half a second after the browser, and no
	// cookie can be set before. What it would keep apart, the cookies, is what this
	// browser is there for.
	"--enable-features=NetworkServiceInProcess2",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--disable-extensions",
	"--disable-breakpad",
	"--disable-domain-reliability",
	"--disable-client-side-phishing-detection",
	"--metrics-recording-only",
	"--password-store=basic", // the profile is thrown away: no keyring is asked
	"--disable-blink-features=AutomationControlled",
	"--disable-background-timer-throttling", // a headless page is never in front
	"--disable-renderer-backgrounding",
	"--disable-backgrounding-occluded-windows",
}

// switches returns the command line for a profile and for what the app saw of
// the person's browser. What can be said here reaches workers and every target
// alike, so that no client of the browser can undo it by accident.
func switches(p *profile, bc session.BrowserContext) []string {
	out := append(slices.Clone(baseSwitches), "--user-data-dir="+p.data())
	if bc.UserAgent != "" {
		out = append(out, "--user-agent="+bc.UserAgent)
	}
	if len(bc.Languages) > 0 {
		out = append(out, "--lang="+bc.Languages[0], "--accept-lang="+strings.Join(bc.Languages, ","))
	}
	if s := bc.Screen; s.Width > 0 && s.Height > 0 {
		scale := s.Scale
		if scale == 0 {
			scale = 1
		}
		// --screen-info counts device pixels, the bundle CSS pixels.
		w, h := int(math.Round(float64(s.Width)*scale)), int(math.Round(float64(s.Height)*scale))
		out = append(out,
			fmt.Sprintf("--screen-info={%dx%d devicePixelRatio=%s}", w, h, strconv.FormatFloat(scale, 'f', -1, 64)),
			fmt.Sprintf("--window-size=%d,%d", s.Width, s.Height))
	}
	if bc.ColorScheme == "dark" {
		out = append(out, "--blink-settings=preferredColorScheme=0")
	}
	return append(out, "about:blank")
}

// sandboxSwitches takes the browser's sandbox away if that is asked for. As root
// Chromium does not start with it, and it is not taken away silently.
func sandboxSwitches(without bool, euid int) ([]string, error) {
	switch {
	case without:
		return []string{"--no-sandbox"}, nil
	case euid == 0:
		return nil, session.Errorf(session.CodeBrowserAsRoot, "")
	}
	return nil, nil
}

// environment returns the browser's environment: this process's without its
// homes and secrets, and with the person's time zone and language.
func environment(own []string, p *profile, bc session.BrowserContext) []string {
	replaced := []string{"HOME", "TMPDIR", "TZ", "LANG", "LANGUAGE", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME",
		"DBUS_SESSION_BUS_ADDRESS", "CREDENTIALS_DIRECTORY"}
	out := slices.DeleteFunc(slices.Clone(own), func(kv string) bool {
		name, _, _ := strings.Cut(kv, "=")
		return slices.Contains(replaced, name) || strings.HasPrefix(name, "LC_") || strings.HasPrefix(name, "SESSIONFERRY_")
	})
	out = append(out, "HOME="+p.home(), "TMPDIR="+p.temp(), "LANG=C.UTF-8")
	if bc.TimeZone != "" {
		out = append(out, "TZ="+bc.TimeZone)
	}
	if len(bc.Languages) > 0 {
		out = append(out, "LANGUAGE="+strings.ReplaceAll(bc.Languages[0], "-", "_"))
	}
	return out
}
