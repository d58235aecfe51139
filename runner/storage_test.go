package runner

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

// lone is a string that no JSON text can carry: one half of a surrogate pair.
const lone = session.Text("\xed\xa0\x80")

func items(pairs ...session.Text) []session.Item {
	var out []session.Item
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, session.Item{Key: pairs[i], Value: pairs[i+1]})
	}
	return out
}

// head keeps what the first script of a page sees.
const head = `<script>window.first = JSON.stringify([{...localStorage}, {...sessionStorage}])</script>`

// TestPitfall23StorageBeforeScripts meets origins in pages, tabs and frames as a task would.
func TestPitfall23StorageBeforeScripts(t *testing.T) {
	s := newSite(t)
	app, login, ads := s.origin("app.example.test"), s.origin("login.example.test"), s.origin("other.test")
	s.html("/", head)
	s.html("/frame", head+`<script>parent.postMessage(first, '*')</script>`)
	s.html("/outer", head+`<script>window.heard = new Promise((done) => addEventListener('message', (e) => done(e.data)))</script>
		<iframe src="`+login+`/frame"></iframe>`)
	s.html("/sign-out", head+`<script>localStorage.clear(); sessionStorage.clear()</script>`)

	long := session.Text(strings.Repeat("ü", 30_000))
	r := opened(t, bundleOf(t, app, nil, []session.OriginStorage{
		{Origin: app, Local: items("token", "t1", "lone", lone, "long", long, "", "empty key"), Session: items("tab", "s1")},
		{Origin: login, Local: items("device", "d1")},
	}))

	page, _, err := r.openPage(t.Context())
	require.NoError(t, err)
	var first [2]map[string]string
	require.NoError(t, json.Unmarshal([]byte(navigate(t, page, app+"/outer", `first`)), &first))
	assert.Equal(t, "t1", first[0]["token"], "a script in the page's head sees the storage")
	assert.Equal(t, "empty key", first[0][""])
	assert.Equal(t, map[string]string{"tab": "s1"}, first[1])
	ask := func(expression string) string {
		out, err := evaluate(t.Context(), page, expression)
		require.NoError(t, err)
		return out
	}
	assert.Equal(t, "55296,1,30000", ask(`[localStorage.lone.charCodeAt(0), localStorage.lone.length, localStorage.long.length].join()`))
	assert.JSONEq(t, `[{"device":"d1"},{}]`, ask(`heard`), "a frame of another origin of the app")
	assert.Equal(t, "undefined,undefined", ask(`[typeof fill, typeof sessionferryFilled].join()`), "the page sees nothing of how it came there")
	assert.Eventually(t, func() bool { return r.Storage() == StorageCounts{Captured: 6, Restored: 6} }, time.Minute, 20*time.Millisecond)
	assert.Empty(t, r.Differences())

	// Another tab: localStorage is shared, sessionStorage is its own.
	assert.Contains(t, visit(t, r, app+"/", `first`), `{"tab":"s1"}`)

	// What the app removes stays removed.
	navigate(t, page, app+"/sign-out", `''`)
	assert.Equal(t, `[{},{}]`, navigate(t, page, app+"/", `first`))
	// Strangers get nothing.
	assert.Equal(t, `[{},{}]`, navigate(t, page, ads+"/", `first`))
}

// TestNewContextIsEmpty opens a context of its own, as a client may, before anything
// else has met the session's storage: it gets none of it, and takes none away, of an
// origin with databases and of one without.
func TestNewContextIsEmpty(t *testing.T) {
	s := newSite(t)
	app, plain := s.origin("app.example.test"), s.origin("plain.example.test")
	s.html("/", head)
	const seen = `(async () => JSON.stringify([first, document.cookie, (await indexedDB.databases()).length]))()`
	r := opened(t, bundleOf(t, app, wikiCookieAt("app.example.test", "v"), []session.OriginStorage{{
		Origin: app, Local: items("token", "t1"), Session: items("tab", "s1"),
		Databases: []session.Database{{Name: "d", Version: 1, Stores: []session.ObjectStore{{Name: "s", KeyPath: "[null]"}}}},
	}, {Origin: plain, Local: items("token", "t2"), Session: items("tab", "s2")}}))
	client := outsider(t, r, nil)
	made, err := cdp.Call(t.Context(), client.Session(""), target.CreateBrowserContext, target.CreateBrowserContextParams{})
	require.NoError(t, err)
	fresh := newPageIn(t, client, made.BrowserContextID)
	for _, origin := range []string{app, plain} {
		assert.JSONEq(t, `["[{},{}]","",0]`, navigate(t, fresh, origin+"/", seen), origin)
	}
	assert.Contains(t, navigate(t, fresh, app+"/echo", `document.body.innerText`), `"cookie":""`)
	own := newPage(t, client)
	assert.JSONEq(t, `["[{\"token\":\"t1\"},{\"tab\":\"s1\"}]","",1]`, navigate(t, own, app+"/", seen))
	assert.JSONEq(t, `["[{\"token\":\"t2\"},{\"tab\":\"s2\"}]","",0]`, navigate(t, own, plain+"/", seen))
	assert.JSONEq(t, `["[{},{}]","",0]`, navigate(t, fresh, app+"/", seen), "nor once the session's own page has it")
	assert.Empty(t, r.Differences())
}

// TestPitfall29OtherBinding: what the app saw of the browser is what it saw at
// the person's.
func TestPitfall29OtherBinding(t *testing.T) {
	s := newSite(t)
	app := s.origin("app.example.test")
	s.html("/", `<title>app</title>`)
	r := opened(t, bundleOf(t, app, nil, nil))
	page, _, err := r.openPage(t.Context())
	require.NoError(t, err)
	var seen map[string]any
	require.NoError(t, json.Unmarshal([]byte(navigate(t, page, app+"/", `navigator.userAgentData.getHighEntropyValues(['platformVersion', 'fullVersionList']).then(
		(h) => JSON.stringify({ agent: navigator.userAgent, languages: navigator.languages, zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
			platform: navigator.platform, screen: [screen.width, screen.height, devicePixelRatio], dark: matchMedia('(prefers-color-scheme: dark)').matches,
			hints: h, driven: navigator.webdriver }))`)), &seen))
	assert.Equal(t, map[string]any{
		"agent": testContext.UserAgent, "languages": []any{"es-ES", "es", "en"}, "zone": "Asia/Tokyo", "platform": "Win32",
		"screen": []any{1600.0, 900.0, 1.5}, "dark": true, "driven": false,
		"hints": map[string]any{
			"platform": "Windows", "platformVersion": "15.0.0", "mobile": false, "brands": []any{map[string]any{"brand": "Chromium", "version": "150"}},
			"fullVersionList": []any{map[string]any{"brand": "Chromium", "version": "150.0.1.2"}},
		},
	}, seen)
	var sent map[string]string
	require.NoError(t, json.Unmarshal([]byte(navigate(t, page, app+"/echo", `document.body.innerText`)), &sent))
	assert.Equal(t, map[string]string{"cookie": "", "agent": testContext.UserAgent, "language": "es-ES,es;q=0.9,en;q=0.8", "hints": `"Chromium";v="150"`}, sent)
}

// TestPitfall24IndexedDB restores values that JSON has no form for, and says what a store
// does not take.
func TestPitfall24IndexedDB(t *testing.T) {
	s := newSite(t)
	app := s.origin("app.example.test")
	s.html("/", `<title>app</title>`)
	record := func(key, value session.Text) session.Record { return session.Record{Key: key, Value: value} }
	r := opened(t, bundleOf(t, app, nil, []session.OriginStorage{{Origin: app, Databases: []session.Database{
		{Name: "values", Version: 7, Stores: []session.ObjectStore{{Name: "any", KeyPath: "[null]", Records: []session.Record{
			record("[0]", `[["Date","2026-11-24T00:00:00.000Z"]]`),
			record(`[""]`, `[["Map",1,2],"k",["Set",3],["BigInt","12345678901234567890"]]`),
			record(`["bytes"]`, `[["Uint8Array",1],["ArrayBuffer","AAH/"]]`),
			record(`["blob"]`, `[["Blob",1],{"type":2,"bytes":3},"text/plain",["ArrayBuffer","aGk="]]`),
			record(`["cycle"]`, `[{"self":0}]`),
			record(`["nothing"]`, `-1`),
			record(`["key"]`, `[["CryptoKey",1],{"jwk":2,"algorithm":8,"usages":11},{"kty":3,"k":4,"alg":5,"key_ops":6,"ext":7},"oct","AAECAwQFBgcICQoLDA0ODw","A128GCM",[12],true,{"name":9,"length":10},"AES-GCM",128,[12],"encrypt"]`),
		}}, {Name: "indexed", KeyPath: `["id"]`, AutoIncrement: true, Indexes: []session.Index{
			{Name: "by mail", KeyPath: `["mail"]`, Unique: true},
		}, Records: []session.Record{
			record("[5]", `[{"id":1,"mail":2},5,"a@b.test"]`),
			record("[6]", `[{"id":1,"mail":2},6,"a@b.test"]`), // breaks the unique index: cannot be
		}}}},
		{Name: "empty", Version: 1},
	}}}))
	assert.Equal(t, StorageCounts{Captured: 9}, r.Storage(), "an origin that nothing has met is left alone")

	got := visit(t, r, app+"/", `(async () => {
		const done = (q) => new Promise((ok, no) => { q.onsuccess = () => ok(q.result); q.onerror = () => no(q.error); });
		const db = await done(indexedDB.open('values'));
		const any = (key) => done(db.transaction('any').objectStore('any').get(key));
		const map = await any(''), cycle = await any('cycle'), key = await any('key');
		const indexed = db.transaction('indexed', 'readwrite').objectStore('indexed');
		return JSON.stringify({
			databases: (await indexedDB.databases()).map((d) => d.name + ' ' + d.version).sort(),
			date: (await any(0)).toISOString(), map: [map instanceof Map, [...map.get('k')][0] === 12345678901234567890n],
			bytes: [...await any('bytes')], blob: await (await any('blob')).text(), cycle: cycle.self === cycle,
			nothing: (await any('nothing')) === undefined, key: [key instanceof CryptoKey, key.extractable, key.algorithm.name, ...key.usages],
			index: (await done(db.transaction('indexed').objectStore('indexed').index('by mail').get('a@b.test'))).id,
			next: await done(db.transaction('indexed', 'readwrite').objectStore('indexed').put({ mail: 'c@d.test' })),
		});
	})()`)
	assert.JSONEq(t, `{"databases":["empty 1","values 7"],"date":"2026-11-24T00:00:00.000Z","map":[true,true],"bytes":[0,1,255],"blob":"hi",
		"cycle":true,"nothing":true,"key":[true,true,"AES-GCM","encrypt"],"index":5,"next":6}`, got)
	assert.Equal(t, []Difference{{Store: "idb", Name: "values/indexed #2", Where: app, Field: "value"}}, r.Differences())
	assert.Equal(t, StorageCounts{Captured: 9, Restored: 8}, r.Storage())
	require.NoError(t, r.Verify(t.Context()))
	assert.Equal(t, StorageCounts{Captured: 9, Restored: 8}, r.Storage(), "an origin is filled once")
}

// TestVerify compares all of a session's storage without a task.
func TestVerify(t *testing.T) {
	s := newSite(t)
	app, login := s.origin("app.example.test"), s.origin("login.example.test")
	r := opened(t, bundleOf(t, app, nil, []session.OriginStorage{
		{Origin: app, Local: items("a", "1"), Session: items("b", "2"), Databases: []session.Database{{Name: "d", Version: 1, Stores: []session.ObjectStore{
			{Name: "s", KeyPath: "[null]", Records: []session.Record{{Key: "[1]", Value: "[true]"}}}}}}},
		{Origin: login, Local: items("a", "1")},
	}))
	assert.Equal(t, StorageCounts{Captured: 4}, r.Storage(), "nothing is met yet")
	require.NoError(t, r.Verify(t.Context()))
	assert.Empty(t, r.Differences())
	assert.Equal(t, StorageCounts{Captured: 4, Restored: 4}, r.Storage())
}

// TestFillReport turns what a fill script says into counts and differences, once.
func TestFillReport(t *testing.T) {
	b := bundleOf(t, "https://app.example.test", nil, []session.OriginStorage{{Origin: "https://app.example.test", Local: items("a", "1", "b", "2")}})
	seeds, err := storageSeeds(b)
	require.NoError(t, err)
	w := &tabs{seeds: seeds, filled: map[*storageSeed]bool{}, restored: map[storagePart]int{}, frames: map[string]*frame{
		"page": {tab: &tab{filled: map[*storageSeed]bool{}}},
	}}
	report := `{"origin":"https://app.example.test","framed":false,"kind":"local","fresh":true,"lost":["b"]}`
	w.reported("page", `not JSON`)
	w.reported("nobody", report)
	w.reported("page", strings.ReplaceAll(report, "app.example", "other.example"))
	assert.Empty(t, w.restored)
	w.reported("page", report)
	w.reported("page", report)
	r := &Restored{bundle: b, tabs: w}
	assert.Equal(t, []Difference{{Store: "local", Name: "b", Where: "https://app.example.test", Field: "value"}}, r.Differences())
	assert.Equal(t, StorageCounts{Captured: 2, Restored: 1}, r.Storage())
}
