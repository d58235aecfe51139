package runner

import (
	"fmt"
	"unicode/utf8"

	"sessionferry/session"
)

// playwrightState is Playwright's storageState, as browser.newContext reads it.
type playwrightState struct {
	Cookies []playwrightCookie `json:"cookies"`
	Origins []playwrightOrigin `json:"origins"`
}

type playwrightCookie struct {
	Name      string  `json:"name"`
	Value     string  `json:"value"`
	Domain    string  `json:"domain"` // with a leading dot unless host-only
	Path      string  `json:"path"`
	Expires   float64 `json:"expires"` // -1: a session cookie
	HTTPOnly  bool    `json:"httpOnly"`
	Secure    bool    `json:"secure"`
	SameSite  string  `json:"sameSite"`
	Partition string  `json:"partitionKey,omitzero"`
	CrossSite bool    `json:"_crHasCrossSiteAncestor,omitzero"`
}

type playwrightOrigin struct {
	Origin string           `json:"origin"`
	Local  []playwrightItem `json:"localStorage"`
}

type playwrightItem struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// storageState returns a bundle in Playwright's form and a sentence for each
// thing that the form loses. What is expired at now is left out.
func storageState(b *session.Bundle, now float64) ([]byte, []string, error) {
	out := playwrightState{Cookies: []playwrightCookie{}, Origins: []playwrightOrigin{}}
	unspecified, unrestorable, sessions, records, texts := 0, 0, 0, 0, 0
	for i := range b.Capture.Cookies {
		c := &b.Capture.Cookies[i]
		if c.Expired(now) {
			continue
		}
		if c.Restorable() != nil { // Playwright would refuse the whole state for one of these
			unrestorable++
			continue
		}
		p := playwrightCookie{
			Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Expires: -1,
			HTTPOnly: c.HTTPOnly, Secure: c.Secure, SameSite: string(sameSites[c.SameSite]),
		}
		if !c.HostOnly {
			p.Domain = "." + c.Domain
		}
		if c.Expires != nil {
			p.Expires = *c.Expires
		}
		if p.SameSite == "" {
			p.SameSite = "Lax"
			unspecified++
		}
		if c.Partition != nil {
			p.Partition, p.CrossSite = c.Partition.Site, c.Partition.CrossSite
		}
		out.Cookies = append(out.Cookies, p)
	}
	for _, o := range b.Capture.Origins {
		po := playwrightOrigin{Origin: o.Origin, Local: []playwrightItem{}}
		for _, it := range o.Local {
			if !utf8.ValidString(string(it.Key)) || !utf8.ValidString(string(it.Value)) {
				texts++
				continue
			}
			po.Local = append(po.Local, playwrightItem{string(it.Key), string(it.Value)})
		}
		out.Origins = append(out.Origins, po)
		sessions += len(o.Session)
		for _, db := range o.Databases {
			for _, st := range db.Stores {
				records += len(st.Records)
			}
		}
	}
	data, err := session.Marshal(out)
	if err != nil {
		return nil, nil, session.Errorf(session.CodeInternal, "the storageState").Because(err)
	}
	lost := []string{"the user agent, languages, time zone, screen and colour scheme are not part of it"}
	for _, l := range []struct {
		n    int
		text string
	}{
		{unrestorable, "%d cookies that a browser would refuse or change are left out"},
		{unspecified, "%d cookies without SameSite become Lax"},
		{sessions, "%d items of sessionStorage are left out"},
		{records, "%d records of IndexedDB are left out"},
		{texts, "%d items of localStorage that are not well-formed text are left out"},
	} {
		if l.n > 0 {
			lost = append(lost, fmt.Sprintf(l.text, l.n))
		}
	}
	return data, lost, nil
}
