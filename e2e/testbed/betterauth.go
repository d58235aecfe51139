package testbed

import "context"

// startBetterAuth starts Better Auth, which is an engine, on a host page of our
// own: see npm/better-auth/server.mjs.
func (b *Bed) startBetterAuth(ctx context.Context, port int) (*App, error) {
	a := &App{ID: "better-auth", Name: "Better Auth 1.7.25 (our page)",
		Alice: testUser("alice@example.test"), Bob: testUser("bob@example.test")}
	if _, err := b.place(a, "http", "ba.localhost", port); err != nil {
		return nil, err
	}
	// Signing in while somebody is signed in adds an account.
	a.SignIn = func(ctx context.Context, b Browser, u User) error {
		return inOrder(
			func() error { return b.Visit(ctx, a.Site+"/") },
			func() error { return b.Fill(ctx, "[name=email]", u.Name) },
			func() error { return b.Fill(ctx, "[name=password]", u.Password) },
			func() error { return b.Click(ctx, "#submit") },
			func() error { return b.WaitFor(ctx, `body[data-user="`+u.Name+`"]`) },
		)
	}
	a.SignOut = func(ctx context.Context, b Browser) error {
		return inOrder(
			func() error { return b.Visit(ctx, a.Site+"/") },
			func() error { return b.Click(ctx, "#sign-out") },
			func() error { return b.WaitFor(ctx, `body[data-user=""]`) },
		)
	}
	folder, node, err := b.nodeApp(ctx, "better-auth")
	if err != nil {
		return nil, err
	}
	p, err := b.StartIn(folder, "better-auth", node, "server.mjs", a.port())
	if err != nil {
		return nil, err
	}
	return a, a.wait(ctx, p, "/api/auth/get-session")
}
