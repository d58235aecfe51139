package apps_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"sessionferry/apps"
	"sessionferry/apps/catalogue"
)

func TestNamesThatSignIn(t *testing.T) {
	a := rule(t, "signed_in: [[{cookie: 'user'}, {cookie: 'sess*'}], [{local: token}]]\ncomplete: yes")
	item := func(store catalogue.Store, name string) apps.Item {
		return apps.Item{Store: store, Name: name, Domain: "probe.example"}
	}
	user, sess, token := item(catalogue.Cookie, "user"), item(catalogue.Cookie, "session"), item(catalogue.Local, "token")
	assert.False(t, apps.SignsIn(a, nil))
	assert.False(t, apps.SignsIn(a, []apps.Item{user}))
	assert.False(t, apps.SignsIn(a, []apps.Item{user, item(catalogue.Local, "session")}))
	assert.False(t, apps.SignsIn(a, []apps.Item{token}), "storage of another store cannot be seen")
	assert.True(t, apps.SignsIn(a, []apps.Item{item(catalogue.Cookie, "other"), sess, user}))
	assert.True(t, apps.IsCredential(a, sess))
	assert.True(t, apps.IsCredential(a, token))
	assert.False(t, apps.IsCredential(a, item(catalogue.Cookie, "token")))
}
