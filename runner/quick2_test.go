package runner

import (
	"context"
	"fmt"
	"sessionferry/session"
	"testing"
	"time"
)

func TestQuick2(t *testing.T) {
	s := newSite(t)
	o := s.origin("app")
	b := bundleOf(t, o, nil, []session.OriginStorage{{Origin: o, Local: []session.Item{{Key: "k", Value: "v"}}, Session: []session.Item{{Key: "sk", Value: "sv"}}}})
	ctx := context.Background()
	r, err := Open(ctx, Config{}, b)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	p, err := r.tabs.openBlank(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond)
	fmt.Println(r.Storage(), r.Differences(), p.frame.scripts)
	fmt.Println(p.eval(ctx, "JSON.stringify([typeof sessionferryFilled, localStorage.length])"))
}
