package vault_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// signIn tries to sign in from a fresh browser.
func signIn(t *testing.T, v *vaulttest.Vault, email, password, code string) vaulttest.Answer {
	return v.Browser(t).Do(t, "POST", "/v1/signin", map[string]string{"email": email, "password": password, "code": code})
}

// TestSetup: whoever reads the code that the vault prints becomes the first admin,
// once, and owns what enrols over the socket.
func TestSetup(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	require.Regexp(t, `^([BCDFGHJKLMNPQRSTVWXZ]{4}-){3}[BCDFGHJKLMNPQRSTVWXZ]{4}$`, s.Setup)
	body := func(code, email, password string) map[string]string {
		return map[string]string{"code": code, "name": "Olga", "email": email, "password": password}
	}
	w := s.Browser(t)
	require.Equal(t, session.CodeCodeWrong, w.Do(t, "POST", "/v1/setup", body("BBBB-BBBB-BBBB-BBBB", "olga@company.example", vaulttest.Password)).Wants(t, 422).Code())
	require.Equal(t, session.CodeEmailInvalid, w.Do(t, "POST", "/v1/setup", body(s.Setup, "olga", vaulttest.Password)).Wants(t, 422).Code())
	require.Equal(t, session.CodePasswordWeak, w.Do(t, "POST", "/v1/setup", body(s.Setup, "olga@company.example", "password1234")).Wants(t, 422).Code())
	w.Do(t, "GET", "/v1/me", nil).Wants(t, 401)

	owner := s.SetUp(t)
	require.Equal(t, s.device.Person, owner.Person)
	require.Equal(t, session.CodeSetupDone, w.Do(t, "POST", "/v1/setup", body(s.Setup, "eve@company.example", vaulttest.Password)).Wants(t, 409).Code())
	var list struct {
		Accounts []session.Account `json:"accounts"`
	}
	owner.Do(t, "GET", "/v1/accounts", nil).Wants(t, 200).Into(t, &list)
	require.Len(t, list.Accounts, 1)
	require.Equal(t, "Bob", list.Accounts[0].Username)
}

// TestSignIn: the answer to an address that nobody has is that to a wrong
// password, and says nothing more.
func TestSignIn(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	signIn(t, s.Vault, "  OLGA@company.example ", vaulttest.Password, "").Wants(t, 204)
	wrong := signIn(t, s.Vault, owner.Email, "correct horse battery stapler", "").Wants(t, 401)
	nobody := signIn(t, s.Vault, "nobody@company.example", vaulttest.Password, "").Wants(t, 401)
	require.Equal(t, session.CodeSignInFailed, wrong.Code())
	require.Equal(t, withoutRequestID(wrong), withoutRequestID(nobody))
	require.Empty(t, wrong.Header.Get("Set-Cookie"))
}

// TestSignInIsLimited: guessing is slow in all processes together, for one
// address; and one who is right is not held back by older mistakes.
func TestSignInIsLimited(t *testing.T) {
	bubble(t, vaulttest.Options{}, func(t *testing.T, s *scene) {
		owner := s.SetUp(t)
		for range 4 {
			signIn(t, s.Vault, owner.Email, "wrong", "").Wants(t, 401)
		}
		signIn(t, s.Vault, owner.Email, vaulttest.Password, "").Wants(t, 204)
		for range 5 {
			signIn(t, s.Vault, owner.Email, "wrong", "").Wants(t, 401)
		}
		a := signIn(t, s.Vault, owner.Email, vaulttest.Password, "").Wants(t, 429)
		require.Equal(t, session.CodeAttemptsExceeded, a.Code())
		wait, err := strconv.Atoi(a.Header.Get("Retry-After"))
		require.NoError(t, err)
		require.Equal(t, 30, wait)
		signIn(t, s.Vault, "somebody.else@company.example", "wrong", "").Wants(t, 401)

		other := s.Again(t)
		signIn(t, other, owner.Email, vaulttest.Password, "").Wants(t, 429)
		s.Advance(30 * time.Second)
		signIn(t, s.Vault, owner.Email, vaulttest.Password, "").Wants(t, 204)
	})
}

// TestCodesAreLimited: invitations and the codes of programs cannot be guessed. Who
// joins by a right one leaves colleagues in the same network all their attempts.
func TestCodesAreLimited(t *testing.T) {
	bubble(t, vaulttest.Options{}, func(t *testing.T, s *scene) {
		owner := s.SetUp(t)
		guess := map[string]string{"code": "BBBB-BBBB"}
		join := map[string]string{"code": "BBBB-BBBB-BBBB-BBBB", "name": "Eve", "password": vaulttest.Password}
		for range 9 {
			s.Browser(t).Do(t, "POST", "/v1/join", join).Wants(t, 422)
		}
		owner.Invite(t, s.Vault, "Mia", vault.PersonMember)
		for range 10 {
			require.Equal(t, session.CodeCodeWrong, owner.Do(t, "POST", "/v1/enrolments/find", guess).Wants(t, 422).Code())
			require.Equal(t, session.CodeCodeWrong, s.Browser(t).Do(t, "POST", "/v1/join", join).Wants(t, 422).Code())
		}
		owner.Do(t, "POST", "/v1/enrolments/find", guess).Wants(t, 429)
		s.Browser(t).Do(t, "POST", "/v1/join", join).Wants(t, 429)
	})
}

// TestTOTP: with an authenticator app the password alone opens nothing, no code is
// good twice, and the secret survives a new password.
func TestTOTP(t *testing.T) {
	bubble(t, vaulttest.Options{}, func(t *testing.T, s *scene) {
		owner := s.SetUp(t)
		var made struct {
			Secret string `json:"secret"`
			URL    string `json:"url"`
		}
		owner.Do(t, "POST", "/v1/me/totp", nil).Wants(t, 200).Into(t, &made)
		require.Contains(t, made.URL, "secret="+made.Secret)
		code := func() string {
			c, err := totp.GenerateCode(made.Secret, s.Now())
			require.NoError(t, err)
			return c
		}
		require.Equal(t, session.CodeSignInFailed, owner.Do(t, "PUT", "/v1/me/totp", map[string]string{"password": vaulttest.Password, "secret": made.Secret, "code": "000000"}).Wants(t, 401).Code())
		require.Equal(t, session.CodeSignInFailed, owner.Do(t, "PUT", "/v1/me/totp", map[string]string{"password": "wrong", "secret": made.Secret, "code": code()}).Wants(t, 401).Code())
		owner.Do(t, "PUT", "/v1/me/totp", map[string]string{"password": vaulttest.Password, "secret": made.Secret, "code": code()}).Wants(t, 204)
		signIn(t, s.Vault, owner.Email, vaulttest.Password, code()).Wants(t, 401) // the code has been used
		s.Advance(time.Minute)

		require.Equal(t, session.CodeTOTPNeeded, signIn(t, s.Vault, owner.Email, vaulttest.Password, "").Wants(t, 401).Code())
		require.Equal(t, session.CodeSignInFailed, signIn(t, s.Vault, owner.Email, "wrong", "").Wants(t, 401).Code(), "a wrong password hears nothing of it")
		used := code()
		signIn(t, s.Vault, owner.Email, vaulttest.Password, used).Wants(t, 204)
		require.Equal(t, session.CodeSignInFailed, signIn(t, s.Vault, owner.Email, vaulttest.Password, used).Wants(t, 401).Code(), "once")

		const next = "another horse battery staple"
		s.Advance(time.Minute)
		owner.Do(t, "PUT", "/v1/me/password", map[string]string{"password": vaulttest.Password, "code": code(), "new": next}).Wants(t, 204)
		s.Advance(time.Minute)
		signIn(t, s.Vault, owner.Email, vaulttest.Password, code()).Wants(t, 401)
		signIn(t, s.Vault, owner.Email, next, code()).Wants(t, 204)
		s.Advance(time.Minute)
		owner.Do(t, "POST", "/v1/me/totp/end", map[string]string{"password": next, "code": code()}).Wants(t, 204)
		signIn(t, s.Vault, owner.Email, next, "").Wants(t, 204)
	})
}

// TestWebSessionsEnd by themselves, by a new password, and by hand.
func TestWebSessionsEnd(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	alive := func(w *vaulttest.Web) bool { return w.Do(t, "GET", "/v1/me", nil).Status == 200 }
	for range 15 { // in use all the time, up to a week
		s.Advance(11 * time.Hour)
		require.True(t, alive(owner))
	}
	s.Advance(11 * time.Hour)
	require.False(t, alive(owner), "no web session lasts longer than a week")

	owner = owner.SignIn(t, s.Vault)
	s.Advance(vault.WebIdle)
	require.False(t, alive(owner), "one that is not used ends sooner")

	owner = owner.SignIn(t, s.Vault)
	other := owner.SignIn(t, s.Vault)
	owner.Do(t, "PUT", "/v1/me/password", map[string]string{"password": vaulttest.Password, "new": "another horse battery staple"}).Wants(t, 204)
	require.True(t, alive(owner))
	require.False(t, alive(other), "a new password ends the other ones")
}

// TestWebSessionsAreOnesOwn: a person lists and ends the own ones only.
func TestWebSessionsAreOnesOwn(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	other := owner.SignIn(t, s.Vault)
	member := owner.Invite(t, s.Vault, "mia", vault.PersonMember)
	var list struct {
		WebSessions []vault.WebSession `json:"websessions"`
	}
	owner.Do(t, "GET", "/v1/websessions", nil).Wants(t, 200).Into(t, &list)
	require.Len(t, list.WebSessions, 2)
	for _, w := range list.WebSessions {
		member.Do(t, "DELETE", "/v1/websessions/"+w.ID.String(), nil).Wants(t, 204)
	}
	owner.Do(t, "GET", "/v1/me", nil).Wants(t, 200)
	for _, w := range list.WebSessions {
		if !w.Current {
			owner.Do(t, "DELETE", "/v1/websessions/"+w.ID.String(), nil).Wants(t, 204)
		}
	}
	other.Do(t, "GET", "/v1/me", nil).Wants(t, 401)
	owner.Do(t, "GET", "/v1/me", nil).Wants(t, 200)
	owner.Do(t, "DELETE", "/v1/websessions/x", nil).Wants(t, 204)
}

// TestCookie: it is of this host alone, of no script, and not stored as it is.
func TestCookie(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	cookie := signIn(t, s.Vault, owner.Email, vaulttest.Password, "").Header.Get("Set-Cookie")
	for _, part := range []string{"__Host-sessionferry=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"} {
		require.Contains(t, cookie, part)
	}
	require.NotContains(t, cookie, "Domain")
}

// TestOtherPagesMayNotCall: what a browser sends by itself for another site's page
// does nothing.
func TestOtherPagesMayNotCall(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	owner := s.SetUp(t)
	for _, header := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
	} {
		a := owner.Do(t, "DELETE", s.path("/session"), nil, header...).Wants(t, 400)
		require.Equal(t, session.CodeRequestInvalid, a.Code(), header)
		owner.Do(t, "POST", "/signout", map[string]string{}, header...).Wants(t, 400)
	}
	owner.Do(t, "GET", s.path("/session"), nil, "Sec-Fetch-Site", "cross-site").Wants(t, 400)
	owner.Do(t, "GET", "/", nil, "Sec-Fetch-Site", "cross-site").Wants(t, 200)
	require.Equal(t, session.StateTransferred, owner.Do(t, "GET", s.path("/session"), nil).Wants(t, 200).StatusOf(t).State)
}

// TestOnePasswordForEverybody: trying one password on many addresses is limited by
// where it comes from.
func TestOnePasswordForEverybody(t *testing.T) {
	bubble(t, vaulttest.Options{}, func(t *testing.T, s *scene) {
		owner := s.SetUp(t)
		w := s.Browser(t)
		refused := false
		for n := 0; n < 200 && !refused; n++ {
			body := map[string]string{"email": strconv.Itoa(n) + "@company.example", "password": vaulttest.Password}
			refused = w.Do(t, "POST", "/v1/signin", body).Status == 429
		}
		require.True(t, refused)
		s.Advance(2 * time.Minute)
		signIn(t, s.Vault, owner.Email, vaulttest.Password, "").Wants(t, 204)
	})
}

// TestARefusedSignInEndsNothing: who is signed in stays so where another sign-in in
// the same browser fails.
func TestARefusedSignInEndsNothing(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	owner := s.SetUp(t)
	owner.Do(t, "POST", "/v1/signin", map[string]string{"email": owner.Email, "password": "wrong"}).Wants(t, 401)
	owner.Do(t, "GET", "/v1/me", nil).Wants(t, 200)
	owner.Do(t, "POST", "/v1/signin", map[string]string{"email": owner.Email, "password": vaulttest.Password}).Wants(t, 204)
	var list struct {
		WebSessions []vault.WebSession `json:"websessions"`
	}
	owner.Do(t, "GET", "/v1/websessions", nil).Wants(t, 200).Into(t, &list)
	require.Len(t, list.WebSessions, 1, "the older one in the same browser has ended")
}
