package testbed

import "context"

func describeBetterAuth(a *App) {
	a.Name, a.Alice, a.Bob = "Better Auth 1.7.25 (our page)", testUser("alice@example.test"), testUser("bob@example.test")
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
}

// startBetterAuth starts Better Auth, which is an engine, on a host page of our
// own: see npm/better-auth/server.mjs.
func (b *Bed) startBetterAuth(ctx context.Context, a *App) error {
	folder, node, err := b.nodeApp(ctx, "better-auth")
	if err != nil {
		return err
	}
	p, err := b.StartIn(folder, a.ID, node, "server.mjs", a.port())
	if err != nil {
		return err
	}
	return a.wait(ctx, p, "/api/auth/get-session")
}
