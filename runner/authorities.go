package runner

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"sessionferry/session"
)

// authorityStores are where Chromium keeps the certificates that its user
// trusts, below the home: the older place and the newer one.
var authorityStores = []string{".pki/nssdb/cert9.db", ".local/share/pki/nssdb/cert9.db"}

// trust gives the profile the authorities that the runner's user trusts: an app
// of a company often has a certificate of the company's own authority. Private
// keys, which are in another file, stay behind.
func (p *profile) trust(home string) error {
	if home == "" {
		return nil
	}
	for _, store := range authorityStores {
		data, err := os.ReadFile(filepath.Join(home, store))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = p.writeHome(store, data)
		}
		if err != nil {
			return session.Errorf(session.CodeBrowserFailed, "its trusted certificates").Because(err)
		}
	}
	return nil
}

// writeHome writes a file below the browser's own home.
func (p *profile) writeHome(name string, data []byte) error {
	home, err := os.OpenRoot(p.home())
	if err != nil {
		return err
	}
	defer func() { _ = home.Close() }()
	if err := home.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return home.WriteFile(name, data, 0o600)
}
