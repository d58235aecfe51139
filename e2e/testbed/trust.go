package testbed

import (
	"context"
	"os"
	"path/filepath"
	"strings"
)

// trustApp makes the browsers of the bed trust an app's own authority, if it has one.
func (b *Bed) trustApp(ctx context.Context, a *App) error {
	if a.authority == "" {
		return nil
	}
	return b.trust(ctx, a.ID, a.authority)
}

// trust makes the browsers of the bed trust an authority, as a person does with
// "certutil": Chromium reads the database of its user. It must be there before a
// browser starts.
func (b *Bed) trust(ctx context.Context, name, certificate string) error {
	data, err := os.ReadFile(certificate)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(b.authorities(), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(b.authorities(), name+".crt"), data, 0o600); err != nil {
		return err
	}
	return b.TrustIn(ctx, b.Path("home", ".pki", "nssdb"))
}

// authorities is the folder of the certificates that the bed's browsers trust.
func (b *Bed) authorities() string { return b.Path("authorities") }

// TrustIn writes the authorities that the bed trusts into a certificate
// database: a folder such as a Firefox profile, which has one of its own.
func (b *Bed) TrustIn(ctx context.Context, folder string) error {
	files, err := filepath.Glob(filepath.Join(b.authorities(), "*.crt"))
	if err != nil || len(files) == 0 {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	database := "sql:" + folder
	if _, err := os.Stat(filepath.Join(folder, "cert9.db")); err != nil {
		if _, err := b.Run(ctx, "", "certutil", "-d", database, "-N", "--empty-password"); err != nil {
			return err
		}
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".crt")
		if _, err := b.Run(ctx, "", "certutil", "-d", database, "-A", "-t", "C,,", "-n", name, "-i", file); err != nil {
			return err
		}
	}
	return nil
}
