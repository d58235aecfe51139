package testbed

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
)

// StartBank serves pages of our own as bank.localhost, whose sessions would not
// live elsewhere: they rotate when asked to, and can ask the browser to tie them
// to the device (Device Bound Session Credentials). No browser at hand binds, so
// what is tested is what our side makes of the headers. Its rules are
// ../testdata/apps/bank.yaml and mute-bank.yaml. It ends with ctx.
func (b *Bed) StartBank(ctx context.Context, port int) (*App, error) {
	a := &App{ID: "bank", Name: "Bank (our pages)", Alice: testUser("alice"), Bob: testUser("bob")}
	if err := a.listenAs("http", "bank.localhost", port); err != nil {
		return nil, err
	}
	a.SignIn = func(ctx context.Context, b Browser, u User) error {
		return inOrder(
			func() error { return b.Visit(ctx, a.Site+"/sign-in?user="+u.Name) },
			func() error { return b.WaitFor(ctx, "body[data-user="+u.Name+"]") },
		)
	}
	a.SignOut = func(ctx context.Context, b Browser) error { return b.Visit(ctx, a.Site+"/sign-out") }
	return a, a.serve(ctx, newBank())
}

// bank is the server behind the pages.
type bank struct {
	mu    sync.Mutex
	users map[string]string // by session
	binds bool              // ask every restored copy to be tied to its device, too
}

func newBank() http.Handler {
	k := &bank{users: map[string]string{}}
	mux := http.NewServeMux()
	for pattern, answer := range map[string]http.HandlerFunc{
		"GET /sign-in":  k.signIn,
		"GET /rotate":   k.rotate,
		"GET /sign-out": k.signOut,
		"GET /whoami":   k.whoami,
		"GET /":         k.page,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			k.mu.Lock()
			defer k.mu.Unlock()
			w.Header().Set("Cache-Control", "no-store")
			answer(w, r)
		})
	}
	return mux
}

// oddPage keeps what no copy can hold: a key that its browser does not give out.
const oddPage = `<script>
const open = indexedDB.open('keys', 1);
open.onupgradeneeded = () => open.result.createObjectStore('private');
open.onsuccess = async () => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
  const put = open.result.transaction('private', 'readwrite').objectStore('private').put(pair.privateKey, 'signing');
  put.onsuccess = () => { open.result.close(); document.body.dataset.odd = 'yes'; };
};
</script>`

// hostilePage fills its storage with what may break whoever reads it.
const hostilePage = `<script>
localStorage.setItem('k'.repeat(1_500_000), 'a long key');
localStorage.setItem('__proto__', '{"polluted":true}');
localStorage.setItem('constructor', 'x');
localStorage.setItem('<img src=x onerror=alert(1)>', '<script>alert(1)<\/script>');
localStorage.setItem('lone \ud800', 'surrogate \udfff');
sessionStorage.setItem('', 'an empty key');
const open = indexedDB.open('<b>__proto__</b>', 1);
open.onupgradeneeded = () => {
  const many = open.result.createObjectStore('many');
  for (let i = 0; i < Number(new URLSearchParams(location.search).get('many')); i++) many.put(i, i);
  const odd = open.result.createObjectStore('__proto__');
  for (let i = 0; i < 100; i++) odd.put(Object.create(null, { ['__proto__']: { value: i, enumerable: true } }), i);
};
open.onsuccess = () => { open.result.close(); document.body.dataset.hostile = 'yes'; };
</script>`

// signIn signs in without a password; bound=yes asks the browser to bind, and
// bound=later asks whoever uses the session afterwards. With odd=yes it leaves
// what cannot be carried: a cookie in Latin-1, and the key of oddPage. With
// hostile=yes it leaves hostilePage's storage, with as many records as many says.
func (k *bank) signIn(w http.ResponseWriter, r *http.Request) {
	user := r.URL.Query().Get("user")
	bound := r.URL.Query().Get("bound")
	if bound == "yes" {
		askToBind(w)
	}
	k.binds = bound == "later"
	k.open(w, user)
	odd := r.URL.Query().Get("odd") == "yes"
	if odd {
		w.Header().Add("Set-Cookie", "bank_note=caf\xe9 au lait; Path=/")
	}
	k.show(w, user)
	if odd {
		_, _ = w.Write([]byte(oddPage))
	}
	if r.URL.Query().Get("hostile") == "yes" {
		_, _ = w.Write([]byte(hostilePage))
	}
}

// askToBind sends the header of the specification's example.
func askToBind(w http.ResponseWriter) {
	w.Header().Set("Secure-Session-Registration", `(ES256 RS256);path="/bind";challenge="`+rand.Text()+`"`)
}

// open gives the browser a new session of the user's.
func (k *bank) open(w http.ResponseWriter, user string) {
	value := rand.Text()
	k.users[value] = user
	http.SetCookie(w, &http.Cookie{Name: "bank_session", Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: 600})
	http.SetCookie(w, &http.Cookie{Name: "bank_user", Value: user, Path: "/", SameSite: http.SameSiteLaxMode})
}

// rotate replaces the session by a new one, as apps do every few minutes.
func (k *bank) rotate(w http.ResponseWriter, r *http.Request) {
	user := k.user(r)
	if user != "" {
		c, _ := r.Cookie("bank_session") // it named the user
		delete(k.users, c.Value)
		k.open(w, user)
	}
	k.show(w, user)
}

func (k *bank) signOut(w http.ResponseWriter, _ *http.Request) {
	for _, name := range []string{"bank_session", "bank_user"} {
		http.SetCookie(w, &http.Cookie{Name: name, Path: "/", MaxAge: -1})
	}
	k.show(w, "")
}

func (k *bank) whoami(w http.ResponseWriter, r *http.Request) {
	if k.binds {
		askToBind(w)
	}
	user := k.user(r)
	w.Header().Set("Content-Type", "application/json")
	if user == "" {
		w.WriteHeader(http.StatusUnauthorized)
	}
	_ = json.NewEncoder(w).Encode(map[string]string{"user": user})
}

func (k *bank) page(w http.ResponseWriter, r *http.Request) { k.show(w, k.user(r)) }

func (k *bank) user(r *http.Request) string {
	if c, err := r.Cookie("bank_session"); err == nil {
		return k.users[c.Value]
	}
	return ""
}

func (k *bank) show(w http.ResponseWriter, user string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Bank</title><body data-user="%s"><h1>Bank</h1><p>Signed in: %s</p>`, user, user)
}
