package testbed

import (
	"context"
	_ "embed" // the page
)

//go:embed fixtures/index.html
var fixturesPage []byte

// StartFixtures serves pages of our own as fx.localhost, for kinds of sessions
// that no app of the bed has: cookies of one name on several paths, host-only and
// domain-wide; sessionStorage; IndexedDB with values that JSON has not; a refresh
// token that is good for one use. To be read by a rule that is shipped, they use
// the words of Better Auth for the one cookie that signs in and for the question
// who is. They end with ctx.
func (b *Bed) StartFixtures(ctx context.Context, port int) (*App, error) {
	a := &App{ID: "better-auth", Name: "Fixtures (our pages)",
		Alice: testUser("alice@example.test"), Bob: testUser("bob@example.test")}
	if err := a.listenAs("http", "fx.localhost", port); err != nil {
		return nil, err
	}
	a.SignIn = func(ctx context.Context, b Browser, u User) error {
		return inOrder(
			func() error { return b.Visit(ctx, a.Site+"/") },
			func() error { return b.Fill(ctx, "[name=email]", u.Name) },
			func() error { return b.Fill(ctx, "[name=password]", u.Password) },
			func() error { return b.Click(ctx, "#submit") },
			func() error { return b.WaitFor(ctx, `body[data-database="`+u.Name+`"]`) },
		)
	}
	a.SignOut = func(ctx context.Context, b Browser) error {
		return inOrder(
			func() error { return b.Visit(ctx, a.Site+"/") },
			func() error { return b.Click(ctx, "#sign-out") },
			func() error { return b.WaitFor(ctx, `body[data-cookie=""][data-database=""]`) },
		)
	}
	return a, a.serve(ctx, newFixtures(a.Alice, a.Bob))
}
