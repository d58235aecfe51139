package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"net/http"
	"time"
)

// The vault's cookies. Their prefix ties each to its host, by TLS or on this
// computer, and to every path.
const (
	cookieSession  = "__Host-sessionferry"
	cookieSignIn   = "__Host-sessionferry-signin" // a sign-in at the company's provider, until the browser is back
	cookieLanguage = "__Host-sessionferry-language"
	cookieTheme    = "__Host-sessionferry-theme"
)

// cookieCipher seals the values of cookies by a key that all processes of the
// database share.
func cookieCipher(ctx context.Context, store Store) (cipher.AEAD, error) {
	key, err := store.Secret(ctx, "cookies")
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// setCookie hands a cookie to the browser for a while.
func (c *call) setCookie(name, value string, life time.Duration) {
	http.SetCookie(c.w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(life.Seconds()), Secure: true, HttpOnly: true,
		// Lax, since somebody who comes back from a company's OpenID provider is signed in.
		SameSite: http.SameSiteLaxMode,
	})
}

// dropCookie takes a cookie from the browser.
func (c *call) dropCookie(name string) { c.setCookie(name, "", -time.Second) }

func (c *call) cookie(name string) string {
	cookie, err := c.r.Cookie(name)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// keepSealed hands a value to the browser that the vault alone can read, and that
// counts only in a cookie of this name from the same user of this computer.
func (c *call) keepSealed(name, value string, life time.Duration) error {
	user, err := c.localUser()
	if err != nil {
		return err
	}
	sealed := c.sealer.Seal(nil, nil, []byte(value), sealedFor(name, user)) //nolint:gosec // it makes its own nonces
	c.setCookie(name, base64.RawURLEncoding.EncodeToString(sealed), life)
	return nil
}

// sealed returns the value that keepSealed handed out, "" for none.
func (c *call) sealed(name string) string {
	sealed, err := base64.RawURLEncoding.DecodeString(c.cookie(name))
	if err != nil || len(sealed) == 0 {
		return ""
	}
	user, err := c.localUser()
	if err != nil {
		return ""
	}
	value, err := c.sealer.Open(nil, nil, sealed, sealedFor(name, user))
	if err != nil {
		return ""
	}
	return string(value)
}

func sealedFor(name, user string) []byte { return []byte(name + "\x00" + user) }
