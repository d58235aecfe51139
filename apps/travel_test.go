package apps_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/apps"
	"sessionferry/session"
)

func names(c session.Capture) (out []string) {
	for _, k := range c.Cookies {
		out = append(out, k.Name)
	}
	for _, o := range c.Origins {
		for _, i := range o.Local {
			out = append(out, "local:"+string(i.Key))
		}
		for _, i := range o.Session {
			out = append(out, "session:"+string(i.Key))
		}
		for _, d := range o.Databases {
			for _, s := range d.Stores {
				for _, r := range s.Records {
					out = append(out, "idb:"+string(d.Name+"/"+s.Name+"/"+r.Key))
				}
			}
		}
	}
	return out
}

// With need only that travels; what is in neither list stays behind too.
func TestTravelsByNeed(t *testing.T) {
	c := local(jar(ck("auth_token", "a"), ck("ct0", "b"), ck("twid", "c"), ck("auth_multi", "d"), ck("guest_id_ads", "e"), ck("lang", "en")), "k", "v")
	got, left := apps.Travels(app(t, "x"), c)
	assert.Equal(t, []string{"auth_token", "ct0", "twid"}, names(got))
	assert.Equal(t, apps.Names{Cookies: 3, Items: 1, Stayed: []string{"auth_multi", "guest_id_ads", "k", "lang"}, Went: []string{"auth_token", "ct0", "twid"}}, left)
	assert.Empty(t, got.Origins)
	assert.Len(t, c.Cookies, 6, "the capture itself stays as it is")
	assert.Equal(t, c.Captured, got.Captured)
	assert.Equal(t, c.Read, got.Read)
}

// Without need everything travels but leave, lists of accounts and telemetry.
func TestTravelsWithoutNeed(t *testing.T) {
	a := rule(t, `signed_in: [[sid]]
roster: [{cookie: multi, kind: uid}, {local: '/^acc-(.+)$/', take: 1, kind: uid}]
leave: [theme, {session: 'ui.*'}, {idb: 'cache/*'}]
complete: yes`)
	c := local(jar(ck("sid", "a"), ck("_ga", "b"), ck("multi", "c"), ck("theme", "d"), ck("lang", "en"), ck("AWSALB", "x")), "draft", "v", "_ga", "v", "acc-bob", "1")
	c.Origins[0].Session = []session.Item{{Key: "ui.tab", Value: "1"}, {Key: "csrf", Value: "2"}}
	c.Origins[0].Databases = []session.Database{
		{Name: "app", Version: 3, Stores: []session.ObjectStore{{Name: "keys", Records: []session.Record{{Key: `["k"]`, Value: `[1]`}}}, {Name: "empty"}}},
		{Name: "cache", Version: 1, Stores: []session.ObjectStore{{Name: "pages", Records: []session.Record{{Key: `[1]`, Value: `[1]`}}}}},
	}
	got, left := apps.Travels(a, c)
	assert.Equal(t, []string{"sid", "lang", "local:draft", "local:_ga", "session:csrf", `idb:app/keys/["k"]`}, names(got))
	assert.Equal(t, 4, left.Cookies)
	assert.Equal(t, 3, left.Items)
	assert.Equal(t, []string{"AWSALB", "_ga", "acc-•", "cache/pages/1", "multi", "theme", "ui.tab"}, left.Stayed)
	dbs := got.Origins[0].Databases
	require.Len(t, dbs, 2)
	assert.Len(t, dbs[0].Stores, 2, "the app expects its object stores, empty or not")
	assert.Len(t, c.Origins[0].Databases[1].Stores[0].Records, 1, "the capture itself stays as it is")
}

// Of a database that need does not name nothing travels.
func TestTravelsNeededRecords(t *testing.T) {
	a := rule(t, "signed_in: [[sid]]\nneed: [sid, {idb: 'auth/keys/*'}]\ncomplete: yes")
	c := jar(ck("sid", "a"))
	c.Origins = []session.OriginStorage{{Origin: "https://probe.example", Databases: []session.Database{
		{Name: "auth", Version: 1, Stores: []session.ObjectStore{
			{Name: "keys", Records: []session.Record{{Key: `["k"]`, Value: `[1]`}}},
			{Name: "log", Records: []session.Record{{Key: `["l"]`, Value: `[1]`}}}}},
		{Name: "mail", Version: 1, Stores: []session.ObjectStore{{Name: "all", Records: []session.Record{{Key: `[1]`, Value: `[1]`}}}}},
	}}}
	got, left := apps.Travels(a, c)
	assert.Equal(t, []string{"sid", `idb:auth/keys/["k"]`}, names(got))
	assert.Len(t, got.Origins[0].Databases, 1)
	assert.Equal(t, []string{"auth/log/l", "mail/all/1"}, left.Stayed)
}

// Where the list of accounts is what signs in, it travels; leave has the last
// word.
func TestTravelsCredentialThatIsARoster(t *testing.T) {
	got, _ := apps.Travels(app(t, "bluesky"), local(jar(), "BSKY_STORAGE", `{}`, "other", "x"))
	assert.Equal(t, []string{"local:BSKY_STORAGE", "local:other"}, names(got))
	got, left := apps.Travels(app(t, "discord"), local(jar(), "token", `"t"`, "MultiAccountStore", `{}`))
	assert.Equal(t, []string{"local:token"}, names(got))
	assert.Equal(t, []string{"MultiAccountStore"}, left.Stayed)
	a := rule(t, "signed_in: [[sid]]\nleave: [sid]\ncomplete: yes")
	got, _ = apps.Travels(a, jar(ck("sid", "s")))
	assert.Empty(t, names(got))
}

func TestPlan(t *testing.T) {
	for _, tc := range []struct {
		app, site   string
		permissions []string
		stores      []string
	}{
		{"mediawiki", "http://mw.localhost:9101", []string{"*://mw.localhost/*"}, []string{"local", "session", "idb"}},
		{"mediawiki", "https://en.wiki.example", []string{"*://*.wiki.example/*"}, []string{"local", "session", "idb"}},
		{"mediawiki", "http://127.0.0.1:9101", []string{"*://127.0.0.1/*"}, []string{"local", "session", "idb"}},
		{"mediawiki", "http://[::1]:9101", []string{"*://[::1]/*"}, []string{"local", "session", "idb"}},
		{"x", "https://x.com", []string{"*://*.x.com/*", "*://*.twitter.com/*"}, nil},
		{"slack", "https://app.slack.com", []string{"*://*.slack.com/*"}, []string{"local"}},
	} {
		p, err := apps.Plan(app(t, tc.app), tc.site)
		require.NoError(t, err)
		assert.Equal(t, tc.permissions, p.Permissions)
		assert.Equal(t, tc.stores, p.Stores)
		assert.Len(t, p.Scope.Domains(), len(tc.permissions))
	}
	for _, site := range []string{"https://evil.example", "x.com", "https://x.com/", "https://x.com.evil.example"} {
		_, err := apps.Plan(app(t, "x"), site)
		assert.Equal(t, session.CodeSiteInvalid, session.CodeOf(err), site)
	}
}
