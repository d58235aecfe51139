package testbed

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// Notes are pages of our own whose storage cannot be read whole, or is larger
// than what travels. Each of their hosts is a site of its own.
type Notes struct{ app *App }

// StartNotes serves the pages on a free port until ctx ends. The rules are in
// ../testdata/unreadable.
func (b *Bed) StartNotes(ctx context.Context) (*Notes, error) {
	a := &App{Name: "Notes (our pages)", Alice: testUser("alice"), Bob: testUser("bob")}
	if err := a.listenAs("http", "notes.localhost", 0); err != nil {
		return nil, err
	}
	return &Notes{a}, a.serve(ctx, newNotes(a.port()))
}

// At is the app of a rule on one of the hosts.
func (n *Notes) At(rule, host string) *App {
	a := *n.app
	a.ID, a.Site = rule, "http://"+host+":"+a.port()
	return &a
}

// newNotes serves every page on every host; ?user=NAME signs in.
func newNotes(port string) http.Handler {
	mux := http.NewServeMux()
	page := func(path, body string, headers ...string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			if user := r.URL.Query().Get("user"); user != "" {
				http.SetCookie(w, &http.Cookie{Name: "sid", Value: user, Path: "/"})
			}
			for _, h := range headers {
				name, value, _ := strings.Cut(h, ": ")
				w.Header().Set(name, value)
			}
			_, _ = fmt.Fprint(w, "<!doctype html><html lang=en><title>Notes</title><body>"+body)
		})
	}
	page("/", "<p>Notes")
	page("/sign-in", notesStored)
	page("/sign-in-large", notesLarge)
	page("/attachment", "<p>A file that somebody uploaded", "Content-Security-Policy: sandbox")
	page("/framed", `<iframe src="http://notes-login.localhost:`+port+`/" onload="document.body.dataset.ready='yes'"></iframe>`)
	page("/upgrade", notesUpgrade)
	mux.HandleFunc("GET /api/me", func(w http.ResponseWriter, r *http.Request) {
		user := ""
		if sid, err := r.Cookie("sid"); err == nil {
			user = sid.Value
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"user":%q}`, user)
	})
	return mux
}

// notesStored stores one value of each kind.
const notesStored = `<script>
localStorage.setItem('theme', 'dark');
sessionStorage.setItem('tab', 'one');
const open = indexedDB.open('db', 1);
open.onupgradeneeded = () => open.result.createObjectStore('s').put('kept', 'k');
open.onsuccess = () => { open.result.close(); document.body.dataset.ready = 'yes'; };
</script>`

// notesUpgrade holds version 1 of the database, while version 2 is asked for.
const notesUpgrade = `<script>
const open = indexedDB.open('db', 1);
open.onsuccess = () => {
  self.held = open.result;
  indexedDB.open('db', 2).onblocked = () => { document.body.dataset.ready = 'yes'; };
};
</script>`

// notesLarge stores a small record, and 40 MiB that no rule names.
const notesLarge = `<script type="module">
localStorage.setItem('draft', 'unsent');
for (const [name, store, count, size] of [['auth', 'tokens', 1, 40], ['cache', 'blobs', 40, 1 << 20]]) {
  await new Promise((done) => {
    const open = indexedDB.open(name, 1);
    open.onupgradeneeded = () => open.result.createObjectStore(store);
    open.onsuccess = () => {
      const write = open.result.transaction(store, 'readwrite');
      for (let i = 0; i < count; i++) write.objectStore(store).put('x'.repeat(size), i);
      write.oncomplete = () => { open.result.close(); done(); };
    };
  });
}
document.body.dataset.ready = 'yes';
</script>`
