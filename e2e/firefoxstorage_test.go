package e2e

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/e2e/testbed"
)

// storeAll fills web storage with a value of every kind that a database takes.
const storeAll = `(async () => {
	const done = (r) => new Promise((resolve, reject) => { r.onsuccess = () => resolve(r.result); r.onerror = () => reject(r.error); });
	const request = indexedDB.open('kinds', 1);
	request.onupgradeneeded = () => request.result.createObjectStore('all');
	const db = await done(request);
	const jwk = { kty: 'oct', k: 'AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr8', alg: 'HS256', ext: true, key_ops: ['sign'] };
	const key = (extractable) => crypto.subtle.importKey('jwk', { ...jwk, ext: extractable }, { name: 'HMAC', hash: 'SHA-256' }, extractable, ['sign']);
	const soft = await key(true), hard = await key(false);
	const values = {
		map: new Map([['a', { b: new Set([1, 'x']) }]]), set: new Set([new Map()]), date: new Date(86400000), big: 12345678901234567890n,
		bytes: new Uint8Array([1, 2, 3]), buffer: new Uint8Array([4, 5]).buffer, pattern: /a+/gi, text: 'text', nothing: null,
		plain: { undefined, minus: -0, nan: NaN, sparse: [1, , 3], deep: [{ at: new Date(5) }] },
		blob: new Blob(['hello'], { type: 'text/plain' }), file: new File(['hi'], 'x.txt', { type: 'text/plain', lastModified: 7 }),
		key: soft, mixed: new Map([['k', [new Set([new Blob(['x'])]), soft]]]), hard,
	};
	for (const [name, value] of Object.entries(values)) await done(db.transaction('all', 'readwrite').objectStore('all').put(value, name));
	for (const name of [[1, new Date(3)], new Date(9), new Uint8Array([9])]) await done(db.transaction('all', 'readwrite').objectStore('all').put('key', name));
	db.close();
	localStorage.setItem('lone', '\ud800x');
	sessionStorage.setItem('k', 'v');
	return 'ok';
})()`

// readAll runs the reader in the page below the popup, as a share does. Members
// are put in one order, since browsers give them in different ones.
const readAll = `(async () => {
	const api = globalThis.browser ?? globalThis.chrome;
	const [tab] = await api.tabs.query({ active: true, currentWindow: true });
	const target = { tabId: tab.id, frameIds: [0] };
	const { READER } = await import('/background/capture/storage.js');
	await api.scripting.executeScript({ target, files: READER });
	const func = (request) => globalThis.sessionferryRead(request);
	const [{ result }] = await api.scripting.executeScript({ target, func, args: [{ stores: ['local', 'session', 'idb'], limit: 1e6 }] });
	const sorted = (_, v) => v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v;
	return JSON.stringify(result, sorted, 1);
})()`

// TestFirefoxStorage: what is read of a site's storage is the same as in
// Chromium. In Firefox, values of a page are not ours to look into.
func TestFirefoxStorage(t *testing.T) {
	t.Parallel()
	w := newBareWorld(t)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "text/html") }))
	t.Cleanup(site.Close)
	read := func(b testbed.Browser) string {
		require.NoError(t, b.Visit(t.Context(), site.URL))
		stored, err := b.Eval(t.Context(), storeAll)
		require.NoError(t, err)
		require.Equal(t, "ok", stored)
		p, err := b.Popup(t.Context(), "")
		require.NoError(t, err)
		defer p.Close()
		out, err := p.Eval(t.Context(), readAll)
		require.NoError(t, err)
		return out
	}
	firefox := read(w.firefox("firefox", nil))
	assert.Equal(t, unfolded(t, read(w.browser("chromium"))), unfolded(t, firefox))
	assert.Contains(t, firefox, `[[\"Map\",1,2],\"a\",{\"b\":3},[\"Set\",4,5],1,\"x\"]`)
	assert.Contains(t, firefox, `"unread": [
  {
   "name": "kinds/all/hard",
   "store": "idb",
   "why": "kept"
  }
 ]`, "the key that cannot be exported, and nothing else")
}

// unfolded is what was read, with each text of devalue's form as the value that it
// stands for: the order of the elements in such a text is that in which blobs and
// keys happened to be read.
func unfolded(t *testing.T, read string) any {
	t.Helper()
	var out any
	require.NoError(t, json.Unmarshal([]byte(read), &out))
	return unfoldAll(out)
}

func unfoldAll(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = unfoldAll(v[k])
		}
	case []any:
		for i := range v {
			v[i] = unfoldAll(v[i])
		}
	case string:
		var elements []any
		if json.Unmarshal([]byte(v), &elements) == nil && len(elements) > 0 {
			return unfold(elements, 0.0)
		}
	}
	return v
}

// unfold is the value of an element; what is no reference to one stands for itself.
func unfold(all []any, ref any) any {
	at, is := ref.(float64)
	if !is || at < 0 || int(at) >= len(all) {
		return ref
	}
	switch v := all[int(at)].(type) {
	case map[string]any:
		out := map[string]any{}
		for k, member := range v {
			out[k] = unfold(all, member)
		}
		return out
	case []any:
		out := []any{}
		for _, member := range v {
			out = append(out, unfold(all, member))
		}
		return out
	default:
		return v
	}
}
