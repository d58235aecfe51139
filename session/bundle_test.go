package session

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fullCapture is a capture that fills every field of the wire form.
func fullCapture(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "capture.json"))
	require.NoError(t, err)
	return data
}

func TestDecodeCapture(t *testing.T) {
	c, err := DecodeCapture(fullCapture(t), scopeOf(t, "https://wiki.example"))
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 11, 24, 23, 26, 47, 0, time.UTC), c.Captured)
	require.Len(t, c.Cookies, 3)
	require.Equal(t, 1780000000.25, *c.Cookies[0].Expires)
	require.Nil(t, c.Cookies[1].Expires, "a session cookie stays one")
	require.Equal(t, &PartitionKey{Site: "https://wiki.example", CrossSite: true}, c.Cookies[2].Partition)
	require.Equal(t, []uint16{0xD800}, c.Origins[0].Local[1].Value.units())
	require.Equal(t, Text("[1]"), c.Origins[0].Databases[0].Stores[0].Records[0].Key)
	require.Equal(t, "Chromium", c.Context.Hints.Brands[0].Brand)
	require.Equal(t, 4, c.ItemCount(), "two local, one session, one record")

	again, err := Marshal(c)
	require.NoError(t, err)
	require.JSONEq(t, string(fullCapture(t)), string(again), "no field is lost or changed")
}

// fields returns the capture as a generic tree to change before it is decoded.
func fields(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	require.NoError(t, json.Unmarshal(fullCapture(t), &v))
	return v
}

// first walks into the first element of each list that is named.
func first(v any, keys ...string) map[string]any {
	for _, k := range keys {
		v = v.(map[string]any)[k].([]any)[0]
	}
	return v.(map[string]any)
}

func TestDecodeCaptureRefuses(t *testing.T) {
	double := func(list string, keys ...string) func(map[string]any) {
		return func(v map[string]any) {
			m := first(v, keys...)
			m[list] = append(m[list].([]any), maps.Clone(m[list].([]any)[0].(map[string]any)))
		}
	}
	set := func(key string, value any, keys ...string) func(map[string]any) {
		return func(v map[string]any) { first(v, keys...)[key] = value }
	}
	context := func(key string, value any) func(map[string]any) {
		return func(v map[string]any) { v["context"].(map[string]any)[key] = value }
	}
	for name, c := range map[string]struct {
		code   Code
		change func(map[string]any)
	}{
		"no time":                {CodeBundleInvalid, func(v map[string]any) { delete(v, "captured") }},
		"no cookie store":        {CodeBundleInvalid, func(v map[string]any) { delete(v, "store") }},
		"another kind of store":  {CodeBundleInvalid, set("store", map[string]any{"id": "0", "kind": "x"})},
		"an odd store":           {CodeBundleInvalid, set("store", map[string]any{"id": "\n", "kind": "default"})},
		"an unknown store read":  {CodeBundleInvalid, set("read", []any{"cache"})},
		"one store read twice":   {CodeBundleInvalid, set("read", []any{"idb", "idb"})},
		"unread beyond its site": {CodeOutsideSite, set("unread", []any{map[string]any{"origin": "https://other.example", "store": "local"}})},
		"an unread cookie":       {CodeBundleInvalid, set("unread", []any{map[string]any{"origin": "https://wiki.example", "store": "cookie"}})},
		"an unread name of none": {CodeBundleInvalid, set("unread", []any{map[string]any{"origin": "https://wiki.example", "store": "local", "name": "k"}})},
		"a cookie outside":       {CodeOutsideSite, set("domain", "other.example", "cookies")},
		"one cookie twice":       {CodeBundleInvalid, double("cookies")},
		"an origin outside":      {CodeOutsideSite, set("origin", "https://other.example", "origins")},
		"an opaque origin":       {CodeOutsideSite, set("origin", "null", "origins")},
		"one origin twice":       {CodeBundleInvalid, double("origins")},
		"one local key twice":    {CodeBundleInvalid, double("local", "origins")},
		"one session key twice":  {CodeBundleInvalid, double("session", "origins")},
		"one database twice":     {CodeBundleInvalid, double("databases", "origins")},
		"database version 0":     {CodeBundleInvalid, set("version", 0, "origins", "databases")},
		"database version 2^53":  {CodeBundleInvalid, set("version", 1<<53, "origins", "databases")},
		"one object store twice": {CodeBundleInvalid, double("stores", "origins", "databases")},
		"one index twice":        {CodeBundleInvalid, double("indexes", "origins", "databases", "stores")},
		"an unknown field":       {CodeBundleInvalid, set("priority", "high", "cookies")},
		"an object for a list":   {CodeBundleInvalid, set("cookies", map[string]any{})},
		"a long user agent":      {CodeBundleInvalid, context("user_agent", strings.Repeat("u", 1025))},
		"an odd language":        {CodeBundleInvalid, context("languages", []any{"en\r\nX: y"})},
		"an odd time zone":       {CodeBundleInvalid, context("time_zone", "\x00")},
		"no colour scheme":       {CodeBundleInvalid, context("color_scheme", "")},
		"a screen of no size":    {CodeBundleInvalid, context("screen", map[string]any{"width": -1, "height": 1, "scale": 1})},
		"a vast screen":          {CodeBundleInvalid, context("screen", map[string]any{"width": 1, "height": 1, "scale": 101})},
		"an odd hint":            {CodeBundleInvalid, context("hints", map[string]any{"platform": "a\nb"})},
	} {
		t.Run(name, func(t *testing.T) {
			v := fields(t)
			c.change(v)
			data, err := json.Marshal(v)
			require.NoError(t, err)
			_, err = DecodeCapture(data, scopeOf(t, "https://wiki.example"))
			require.Equal(t, c.code, CodeOf(err), "%v", err)
		})
	}
}

func TestDecodeCaptureOfNothing(t *testing.T) {
	for _, in := range []string{"", "null", "{}", "[]", "1", `"x"`, "\x00"} {
		_, err := DecodeCapture([]byte(in), scopeOf(t, "https://wiki.example"))
		require.ErrorIs(t, err, &Error{Code: CodeBundleInvalid}, in)
	}
}

// Small text must not become a large structure: each list ends the reading when
// it is too long, before more memory is taken.
func TestCaptureLists(t *testing.T) {
	scope := scopeOf(t, "https://wiki.example")
	for name, c := range map[string]struct {
		head, element, tail string
		count               int
	}{
		"cookies":   {`{"cookies":[`, `{}`, `]}`, MaxCookies + 1},
		"origins":   {`{"origins":[`, `{}`, `]}`, MaxOrigins + 1},
		"local":     {`{"origins":[{"local":[`, `{}`, `]}]}`, MaxItems + 1},
		"databases": {`{"origins":[{"databases":[`, `{}`, `]}]}`, MaxItems + 1},
		"records":   {`{"origins":[{"databases":[{"stores":[{"records":[`, `{}`, `]}]}]}]}`, MaxItems - 1},
		"unread":    {`{"unread":[`, `{}`, `]}`, maxUnread + 1},
		"languages": {`{"context":{"languages":[`, `""`, `]}}`, maxWords + 1},
		"brands":    {`{"context":{"hints":{"brands":[`, `{}`, `]}}}`, maxWords + 1},
	} {
		t.Run(name, func(t *testing.T) {
			data := c.head + strings.Repeat(c.element+",", c.count-1) + c.element + c.tail
			_, err := DecodeCapture([]byte(data), scope)
			require.ErrorIs(t, err, &Error{Code: CodeBundleTooLarge})
		})
	}
	_, err := DecodeCapture(make([]byte, MaxBundle+1), scope)
	require.ErrorIs(t, err, &Error{Code: CodeBundleTooLarge})
}

func TestCaptureAtItsLimits(t *testing.T) {
	v := fields(t)
	cookies := make([]any, MaxCookies)
	for i := range cookies {
		k := maps.Clone(first(v, "cookies"))
		k["name"] = fmt.Sprint(i)
		cookies[i] = k
	}
	items := make([]any, MaxItems)
	for i := range items {
		items[i] = map[string]any{"key": fmt.Sprint(i), "value": ""}
	}
	origins := make([]any, MaxOrigins)
	for i := range origins {
		origins[i] = map[string]any{"origin": fmt.Sprintf("https://h%d.wiki.example", i)}
	}
	origins[0].(map[string]any)["local"] = items
	v["cookies"], v["origins"] = cookies, origins
	data, err := json.Marshal(v)
	require.NoError(t, err)
	c, err := DecodeCapture(data, scopeOf(t, "https://wiki.example"))
	require.NoError(t, err)
	require.Len(t, c.Cookies, MaxCookies)
	require.Len(t, c.Origins[0].Local, MaxItems)
}

func TestDecodeTakesLittleMemory(t *testing.T) {
	data := []byte(`{"cookies":[` + strings.Repeat("{},", MaxBundle/3-10) + `{}]}`)
	scope := scopeOf(t, "https://wiki.example")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := DecodeCapture(data, scope)
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, &Error{Code: CodeBundleTooLarge})
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(MaxBundle/4))
}

func TestBundle(t *testing.T) {
	capture, err := DecodeCapture(fullCapture(t), scopeOf(t, "https://wiki.example"))
	require.NoError(t, err)
	b := Bundle{
		Version: BundleVersion, App: "mediawiki", Site: "https://wiki.example",
		Identity: Identity{"username", "Bob"}, Capture: *capture,
	}
	var once bytes.Buffer
	require.NoError(t, b.Encode(&once))
	back, err := DecodeBundle(once.Bytes(), []string{"*"})
	require.NoError(t, err)
	require.Equal(t, &b, back)
	var twice bytes.Buffer
	require.NoError(t, back.Encode(&twice))
	require.Equal(t, once.String(), twice.String())

	for name, c := range map[string]struct {
		code   Code
		change func(*Bundle)
	}{
		"another version":  {CodeBundleInvalid, func(b *Bundle) { b.Version = 2 }},
		"no site":          {CodeSiteInvalid, func(b *Bundle) { b.Site = "" }},
		"another site":     {CodeOutsideSite, func(b *Bundle) { b.Site = "https://other.example" }},
		"a broken capture": {CodeBundleInvalid, func(b *Bundle) { b.Capture.Store.Kind = "" }},
	} {
		changed := b
		c.change(&changed)
		var w bytes.Buffer
		require.NoError(t, changed.Encode(&w))
		_, err := DecodeBundle(w.Bytes(), []string{"*"})
		require.Equal(t, c.code, CodeOf(err), name)
	}
	_, err = DecodeBundle([]byte(`{"version":1,"version":1}`), []string{"*"})
	require.ErrorIs(t, err, &Error{Code: CodeBundleInvalid})
	_, err = DecodeBundle(make([]byte, MaxBundle+1), []string{"*"})
	require.ErrorIs(t, err, &Error{Code: CodeBundleTooLarge})
}

// FuzzDecodeCapture: what is accepted is within the site, and is written in a
// form that reads as the same capture.
func FuzzDecodeCapture(f *testing.F) {
	f.Add(fullCapture(f))
	for _, s := range []string{"", "null", "{}", `{"cookies":null,"origins":[]}`, `{"cookies":[{}]}`, `{"origins":[{"local":[{"key":{"utf16":"ANg="}}]}]}`} {
		f.Add([]byte(s))
	}
	scope := scopeOf(f, "https://wiki.example")
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := DecodeCapture(data, scope)
		if err != nil {
			require.NotEqual(t, CodeInternal, CodeOf(err))
			return
		}
		for i := range c.Cookies {
			require.True(t, scope.ContainsHost(c.Cookies[i].Domain))
		}
		for _, o := range c.Origins {
			require.True(t, scope.ContainsOrigin(o.Origin))
		}
		out, err := Marshal(c)
		require.NoError(t, err)
		again, err := DecodeCapture(out, scope)
		require.NoError(t, err)
		second, err := Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(out), string(second))
	})
}
