package host

import (
	"slices"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
	"sessionferry/session"
)

// Observed is what the browser noticed besides the captured session. It comes
// without any value.
type Observed struct {
	Registered bool      `json:"registered"` // a response of the app asked to tie the session to this device
	Rotating   []Rotated `json:"rotating"`
	Elsewhere  []Jar     `json:"elsewhere"`
}

// Rotated is a cookie whose value was replaced several times while the browser
// was watched.
type Rotated struct {
	Name    string `json:"name"`
	Domain  string `json:"domain"`
	Path    string `json:"path"`
	Seconds int    `json:"seconds"` // between two replacements, at most
}

// Jar is the cookies, by their names alone, that the app has in another place
// of the same browser.
type Jar struct {
	Elsewhere
	Cookies []JarCookie `json:"cookies"`
}

// JarCookie is one cookie of a Jar.
type JarCookie struct {
	Name     string `json:"name"`
	Domain   string `json:"domain"` // without a leading dot
	HostOnly bool   `json:"host_only"`
	Path     string `json:"path"`
}

// Elsewhere names a place in which the same app seems to be signed in too. The
// session there is not the one that is transferred.
type Elsewhere struct {
	Kind  string `json:"kind"`            // "default", "private", "container" or "partition"
	Label string `json:"label,omitempty"` // the container's id, or the site that embeds the app
}

const (
	maxJars       = 32
	maxJarCookies = session.MaxCookies
	maxLabel      = 300
)

// validate refuses what no extension of ours sends.
func (o *Observed) validate() error {
	bad := func(what string) error { return session.Errorf(session.CodeMessageInvalid, "observed: %s", what) }
	if o == nil {
		return nil
	}
	if len(o.Rotating) > maxJarCookies || len(o.Elsewhere) > maxJars {
		return bad("too many")
	}
	for _, r := range o.Rotating {
		if r.Seconds < 1 || r.Seconds > 24*60*60 {
			return bad("the seconds")
		}
	}
	for _, j := range o.Elsewhere {
		switch {
		case !slices.Contains([]string{"default", "private", "container", "partition"}, j.Kind):
			return bad("the kind")
		case len(j.Label) > maxLabel:
			return bad("the label")
		case len(j.Cookies) > maxJarCookies:
			return bad("too many cookies")
		}
	}
	return nil
}

// warn adds to a verdict what was observed of the app's credentials.
func (o *Observed) warn(app *catalogue.App, v *Verdict) {
	if o == nil {
		return
	}
	for _, r := range o.Rotating {
		it := apps.Item{Store: catalogue.Cookie, Name: r.Name, Domain: r.Domain, Path: r.Path}
		if apps.IsCredential(app, it) && (v.Rotates == 0 || r.Seconds < v.Rotates) {
			v.Rotates = r.Seconds
		}
	}
	if v.Rotates > 0 && !slices.Contains(v.Warnings, apps.WarnRotating) {
		v.Warnings = append(v.Warnings, apps.WarnRotating)
	}
	for _, j := range o.Elsewhere {
		var items []apps.Item
		for _, c := range j.Cookies {
			items = append(items, apps.Item{Store: catalogue.Cookie, Name: c.Name, Domain: c.Domain, HostOnly: c.HostOnly, Path: c.Path})
		}
		if apps.SignsIn(app, items) {
			v.Elsewhere = append(v.Elsewhere, j.Elsewhere)
		}
	}
}
