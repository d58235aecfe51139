package testbed

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"reflect"
	"sync"
	"time"
)

// fixtures is the server behind the fixture pages. Its sessions are in memory.
type fixtures struct {
	passwords map[string]string // by user

	mu     sync.Mutex
	tokens map[string]*grant
}

// grant is what a token stands for.
type grant struct {
	user   string
	record *record // of the database, which must come back whole
	crumbs map[string]bool
	family *family // of a refresh token
}

// record is what the page keeps in its database, as JSON.
type record struct {
	Token  string      `json:"token"`
	Issued int64       `json:"issued"` // a Date there, in milliseconds since 1970
	Roles  [][2]string `json:"roles"`  // a Map there
	Key    []int       `json:"key"`    // a Uint8Array there
}

// family is the refresh tokens of one sign-in. Only the current one is good, and
// any other's use ends all.
type family struct {
	current string
	ended   bool
}

func newFixtures(users ...User) http.Handler {
	f := &fixtures{passwords: map[string]string{}, tokens: map[string]*grant{}}
	for _, u := range users {
		f.passwords[u.Name] = u.Password
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(fixturesPage)
	})
	for pattern, answer := range map[string]func(http.ResponseWriter, *http.Request) any{
		"POST /api/sign-in":         f.signIn,
		"POST /api/sign-out":        f.signOut,
		"GET /api/auth/get-session": f.byCookie,
		"GET /inner/crumbs":         f.byCrumbs,
		"POST /api/who":             f.byRecord,
		"POST /api/refresh":         f.refresh,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			f.mu.Lock()
			defer f.mu.Unlock()
			body := answer(w, r) // it may set cookies, so it comes before the headers
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Cache-Control", "no-store")
			_ = json.NewEncoder(w).Encode(body)
		})
	}
	return mux
}

const fixtureCookie = "fx.session_token"

// fixtureCrumbs are cookies of one name: on two paths, for the host alone and
// for its domain. The inner page needs them all.
var fixtureCrumbs = []http.Cookie{{Path: "/"}, {Path: "/", Domain: "fx.localhost"}, {Path: "/inner"}, {Path: "/inner", Domain: "fx.localhost"}}

func (f *fixtures) signIn(w http.ResponseWriter, r *http.Request) any {
	var asked struct{ Email, Password string }
	if json.NewDecoder(r.Body).Decode(&asked) != nil || f.passwords[asked.Email] == "" || f.passwords[asked.Email] != asked.Password {
		return nil
	}
	user := asked.Email
	g := &grant{user: user, crumbs: map[string]bool{}}
	session := f.grant(g)
	http.SetCookie(w, &http.Cookie{Name: fixtureCookie, Value: session + ".signature", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	for _, crumb := range fixtureCrumbs {
		crumb.Name, crumb.Value = "crumb", rand.Text()
		g.crumbs[crumb.Value] = true
		http.SetCookie(w, &crumb)
	}
	stored := &record{Issued: time.Now().UnixMilli(), Roles: [][2]string{{"wiki", "editor"}, {"shop", "buyer"}}, Key: []int{0, 127, 128, 255}}
	stored.Token = f.grant(&grant{user: user, record: stored})
	tab := f.grant(&grant{user: user, record: &record{}})
	f.tokens[tab].record.Token = tab
	first := &family{}
	first.current = f.grant(&grant{user: user, family: first})
	return map[string]any{"database": stored, "tab": map[string]string{"token": tab}, "refresh": map[string]string{"token": first.current}}
}

// grant makes a new token.
func (f *fixtures) grant(g *grant) string {
	token := rand.Text()
	f.tokens[token] = g
	return token
}

func (f *fixtures) signOut(w http.ResponseWriter, r *http.Request) any {
	if c, err := r.Cookie(fixtureCookie); err == nil {
		delete(f.tokens, token(c))
	}
	http.SetCookie(w, &http.Cookie{Name: fixtureCookie, Path: "/", MaxAge: -1})
	return nil
}

// who is an answer that names a user.
func who(user string) any { return map[string]any{"user": map[string]string{"email": user}} }

// token is the part of the cookie before its signature.
func token(c *http.Cookie) string { return c.Value[:max(0, len(c.Value)-len(".signature"))] }

func (f *fixtures) byCookie(_ http.ResponseWriter, r *http.Request) any {
	if c, err := r.Cookie(fixtureCookie); err == nil && f.tokens[token(c)] != nil {
		return who(f.tokens[token(c)].user)
	}
	return nil
}

func (f *fixtures) byCrumbs(_ http.ResponseWriter, r *http.Request) any {
	c, err := r.Cookie(fixtureCookie)
	if err != nil || f.tokens[token(c)] == nil {
		return nil
	}
	sent := map[string]bool{}
	for _, crumb := range r.CookiesNamed("crumb") {
		sent[crumb.Value] = true
	}
	if g := f.tokens[token(c)]; reflect.DeepEqual(sent, g.crumbs) {
		return who(g.user)
	}
	return nil
}

func (f *fixtures) byRecord(_ http.ResponseWriter, r *http.Request) any {
	var sent record
	if json.NewDecoder(r.Body).Decode(&sent) != nil {
		return nil
	}
	if g := f.tokens[sent.Token]; g != nil && g.record != nil && reflect.DeepEqual(sent, *g.record) {
		return who(g.user)
	}
	return nil
}

func (f *fixtures) refresh(_ http.ResponseWriter, r *http.Request) any {
	var sent struct{ Token string }
	if json.NewDecoder(r.Body).Decode(&sent) != nil {
		return nil
	}
	g := f.tokens[sent.Token]
	if g == nil || g.family == nil || g.family.ended {
		return nil
	}
	if sent.Token != g.family.current {
		g.family.ended = true // somebody has a copy
		return nil
	}
	g.family.current = f.grant(&grant{user: g.user, family: g.family})
	return map[string]any{"user": map[string]string{"email": g.user}, "token": g.family.current}
}
