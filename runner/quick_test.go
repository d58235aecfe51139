package runner

import (
	"context"
	"fmt"
	"sessionferry/session"
	"testing"
	"time"
)

func TestQuick(t *testing.T) {
	s := newSite(t)
	o := s.origin("app")
	e := float64(time.Now().Unix()+3600) + .25
	b := bundleOf(t, o, []session.Cookie{{Name: "a", Value: "1", Domain: "app.localhost", HostOnly: true, Path: "/", SameSite: "unspecified"}, {Name: "s", Value: "1", Domain: "app.localhost", HostOnly: true, Path: "/", Secure: true, SameSite: "lax", Expires: &e}},
		[]session.OriginStorage{{Origin: o, Local: []session.Item{{Key: "k", Value: "v"}, {Key: "l", Value: "\xed\xa0\x80"}}, Session: []session.Item{{Key: "sk", Value: "sv"}},
			Databases: []session.Database{{Name: "db", Version: 3, Stores: []session.ObjectStore{{Name: "st", KeyPath: "[null]", Records: []session.Record{{Key: "[1]", Value: `[{"x":1},["Date","2026-01-01T00:00:00.000Z"]]`}, {Key: "[0]", Value: `[["Blob",1],{"type":2,"bytes":3},"text/plain",["ArrayBuffer","AQID"]]`}}}}}}}})
	t0 := time.Now()
	ctx := context.Background()
	r, err := Open(ctx, Config{}, b)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("open", time.Since(t0))
	t0 = time.Now()
	defer r.Close()
	if err := r.Verify(ctx); err != nil {
		t.Fatal(err)
	}
	fmt.Println("verify", time.Since(t0), r.Cookies(), r.Storage(), r.Differences())
	t0 = time.Now()
	p, err := r.tabs.openBlank(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(p.eval(ctx, `fetch('/echo').then(r=>r.text())`))
	fmt.Println(p.eval(ctx, `JSON.stringify([localStorage.length,sessionStorage.length,navigator.userAgent,navigator.languages,navigator.platform,Intl.DateTimeFormat().resolvedOptions(),screen.width,screen.height,devicePixelRatio,matchMedia("(prefers-color-scheme: dark)").matches,navigator.webdriver,navigator.userAgentData])`))
	fmt.Println("page", time.Since(t0))
	t0 = time.Now()
	r.Close()
	fmt.Println("close", time.Since(t0))
}
