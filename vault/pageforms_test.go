package vault_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// badForm is a form that was sent with a value that the browser's own check would
// not let through, or that has become wrong since the page was loaded.
type badForm struct {
	sent  url.Values
	field string // that is wrong; "" if it is none that is seen
	code  session.Code
	who   string // "" for the owner; else "nobody", "newcomer" at a vault without an admin, or "stale", the owner after a while
}

// filled makes the values of a form.
func filled(values ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(values); i += 2 {
		v.Set(values[i], values[i+1])
	}
	return v
}

// endings are the forms that have nothing but a button: what is gone already has
// ended, as was asked for.
var endings = map[string]bool{
	"POST /signout": true, "POST /accounts/{id}/delete": true, "POST /accounts/{id}/remove": true,
	"POST /devices/{program}/end": true, "POST /admin/programs/{program}/end": true,
	"POST /you/browsers": true, "POST /admin/people/uninvite": true,
	"POST /you/looks": true, // a look that there is not is the browser's own
}

// badForms are wrong values for each other form of the web app.
func badForms() map[string][]badForm {
	long, none := strings.Repeat("x", 300), session.NewID().String()
	prove := func(values ...string) badForm {
		return badForm{filled(append(values, "password", "wrong")...), "password", session.CodeSignInFailed, "stale"}
	}
	return map[string][]badForm{
		"POST /setup": {
			{filled("code", "{setup}", "name", long, "email", "olga@company.example", "password", vaulttest.Password), "name", session.CodeNameInvalid, "newcomer"},
			{filled("code", "{setup}", "name", "Olga", "email", "no address", "password", vaulttest.Password), "email", session.CodeEmailInvalid, "newcomer"},
			{filled("code", "{setup}", "name", "Olga", "email", "olga@company.example", "password", "short"), "password", session.CodePasswordWeak, "newcomer"},
			{filled("code", "BBBB-BBBB"), "code", session.CodeCodeWrong, "newcomer"},
		},
		"POST /signin": {
			{filled("email", "nobody", "password", "x"), "email", session.CodeEmailInvalid, "nobody"},
			{filled("email", "nobody@company.example", "password", "x"), "password", session.CodeSignInFailed, "nobody"},
		},
		"POST /join": {{filled("code", "BBBB-BBBB", "name", long), "code", session.CodeCodeWrong, "nobody"}},

		"POST /accounts/new": {
			{filled("app", vaulttest.App, "site", "file:///etc", "username", "Bob"), "site", session.CodeSiteInvalid, ""},
			{filled("app", vaulttest.App, "site", vaulttest.Site, "username", strings.Repeat(long, 4)), "username", session.CodeUsernameInvalid, ""},
			{filled("app", vaulttest.App, "site", vaulttest.Site, "username", "Bob"), "username", session.CodeAccountExists, ""},
			{filled("app", "none", "site", vaulttest.Site, "username", "Bob"), "", session.CodeAppUnknown, ""},
		},
		"GET /accounts/new": {{filled("app", "none"), "", session.CodeAppUnknown, ""}},
		"POST /accounts/{id}/edit": {
			{filled("site", "else where", "username", "Bob"), "site", session.CodeSiteInvalid, ""},
			{filled("site", vaulttest.Site, "username", ""), "username", session.CodeUsernameInvalid, ""},
		},
		"POST /accounts/{id}/members": {
			{filled("do", "add", "person", none), "person", session.CodePersonUnknown, ""},
			{filled("do", "add", "person", "nobody"), "person", session.CodePersonUnknown, ""},
		},
		"GET /accounts/{id}/owner":  {{filled("to", none), "", session.CodePersonUnknown, ""}},
		"POST /accounts/{id}/owner": {{filled("to", none), "", session.CodePersonUnknown, ""}, prove("to", "{person}")},

		"POST /device": {{filled("code", "BBBB-BBBB"), "code", session.CodeCodeWrong, ""}},
		"POST /you/password": {
			{filled("password", "wrong", "new", vaulttest.Password+"2"), "password", session.CodeSignInFailed, ""},
			{filled("password", vaulttest.Password, "new", "short"), "new", session.CodePasswordWeak, ""},
		},
		"POST /you/totp":     {{filled("password", vaulttest.Password, "secret", "JBSWY3DPEHPK3PXP", "totp", "none"), "totp", session.CodeSignInFailed, ""}},
		"POST /you/totp/end": {{filled("password", "wrong"), "password", session.CodeSignInFailed, ""}},

		"POST /admin/people/invite": {
			{filled("email", "no address", "role", "member"), "email", session.CodeEmailInvalid, ""},
			{filled("email", "new@company.example", "role", "queen"), "role", session.CodeChoiceInvalid, ""},
			prove("email", "new@company.example", "role", "member"),
		},
		"POST /admin/people/{person}/role": {{filled("role", "queen"), "", session.CodeChoiceInvalid, ""}, prove("role", "admin")},
		"POST /admin/people/{person}/remove": {
			{filled("successor", none), "successor", session.CodePersonUnknown, ""},
			{filled("successor", "nobody"), "successor", session.CodePersonUnknown, ""},
			prove(),
		},
		"GET /admin/retention/preview": {
			{filled("app", vaulttest.App, "days", "100000"), "days", session.CodeDaysInvalid, ""},
			{filled("app", "", "days", "-1"), "days", session.CodeDaysInvalid, ""},
			{filled("app", vaulttest.App, "days", "soon"), "days", session.CodeDaysInvalid, ""},
			{filled("app", "none", "days", "3"), "app", session.CodeAppUnknown, ""},
		},
		"POST /admin/retention/preview": {
			{filled("app", vaulttest.App, "days", "100000"), "days", session.CodeDaysInvalid, ""},
			prove("app", vaulttest.App, "days", "3"),
		},
		"GET /admin/audit": {
			{filled("from", "yesterday"), "from", session.CodeDateInvalid, ""},
			{filled("to", "2026-02-30"), "to", session.CodeDateInvalid, ""},
			{filled("account", "Bob"), "account", session.CodeNotFound, ""},
			{filled("person", none), "person", session.CodeChoiceInvalid, ""},
			{filled("action", "danced"), "action", session.CodeChoiceInvalid, ""},
		},
	}
}

// TestFormsComeAgain sends each form of the web app with wrong values: it is shown
// again with what was typed, says what is wrong at the field, and leads there. A form
// that no rule here covers fails.
func TestFormsComeAgain(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	fresh := vaulttest.Start(t, vaulttest.Options{})
	owner := s.SetUp(t)
	mia := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	tom := owner.Invite(t, s.Vault, "tom", vault.PersonMember)
	owner.Do(t, "PUT", s.path("/members/"+mia.Person.String()), nil).Wants(t, 204)
	require.NotZero(t, tom.Person, "somebody is left to add")
	as := map[string]*vaulttest.Web{"": owner, "stale": owner, "nobody": s.Browser(t), "newcomer": fresh.Browser(t)}
	ids := strings.NewReplacer("{id}", s.account.ID.String(), "{person}", mia.Person.String(), "{setup}", fresh.Setup)

	send := func(t *testing.T, key string, b badForm) {
		method, path, _ := strings.Cut(ids.Replace(key), " ")
		for name, values := range b.sent {
			b.sent.Set(name, ids.Replace(values[0]))
		}
		var a vaulttest.Answer
		if method == "GET" {
			a = as[b.who].Do(t, method, path+"?"+b.sent.Encode(), nil)
		} else {
			a = as[b.who].Do(t, method, path, b.sent)
		}
		page := read(a)
		require.GreaterOrEqual(t, a.Status, 400, "%v: %s", b.sent, page)
		require.Contains(t, page, "<title>Problem: ")
		require.Contains(t, page, b.code.Message().Sentence, "%v", b.sent)
		require.NotContains(t, page, "<title>Problem: This did not work", "a page with nothing but the problem")
		if b.field == "" {
			return
		}
		require.Regexp(t, `<(input|select) id="`+b.field+`" [^>]*aria-invalid="true" aria-describedby="problem[ "][^>]* autofocus>`, page)
		for name, values := range b.sent {
			input := regexp.MustCompile(`<input id="` + name + `"[^>]*>`).FindString(page)
			if input != "" && !strings.Contains(input, `type="password"`) && name != "totp" {
				require.Contains(t, input, `value="`+values[0]+`"`, "what was typed")
			}
		}
	}
	all := badForms()
	for _, r := range vault.PageRoutes() {
		key := r.Method + " " + r.Path
		if r.Method == "POST" && !endings[key] {
			require.NotEmpty(t, all[key], "%s: no wrong value is tried", key)
		}
	}
	for _, later := range []bool{false, true} {
		if later {
			s.Advance(vault.WebProved * 2)
		}
		for key, forms := range all {
			for _, b := range forms {
				if (b.who == "stale") == later {
					t.Run(key+" "+b.field+" "+string(b.code), func(t *testing.T) { send(t, key, b) })
				}
			}
		}
	}
}
