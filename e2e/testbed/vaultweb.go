package testbed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
)

var setupCode = regexp.MustCompile(`give the code ([A-Z-]+)\.`)

// SetUp makes the vault's first person and returns the cookie of its web session, as
// a Cookie header has it.
func (v *Vault) SetUp(ctx context.Context) (string, error) {
	said, err := os.ReadFile(v.Log)
	if err != nil {
		return "", err
	}
	code := setupCode.FindSubmatch(said)
	if code == nil {
		return "", errors.New("the vault has not said its setup code")
	}
	return v.enter(ctx, "/v1/setup", map[string]string{"code": string(code[1]), "name": "Olga", "email": "olga@company.example"})
}

// Invite makes a further person, on the word of an admin's web session, and returns
// the cookie of its own.
func (v *Vault) Invite(ctx context.Context, admin, name, email string) (string, error) {
	answer, err := v.Post(ctx, "/v1/invitations", admin, map[string]string{"email": email, "role": "member"})
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var invited struct {
		Code string `json:"code"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&invited); err != nil {
		return "", err
	}
	return v.enter(ctx, "/v1/join", map[string]string{"code": invited.Code, "name": name})
}

// enter sends what begins a web session, with the password of everybody here, and
// returns its cookie.
func (v *Vault) enter(ctx context.Context, path string, body map[string]string) (string, error) {
	body["password"] = "correct horse battery staple"
	answer, err := v.Post(ctx, path, "", body)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	for _, c := range answer.Cookies() {
		return c.Name + "=" + c.Value, nil
	}
	return "", fmt.Errorf("%s began no web session: status %d", path, answer.StatusCode)
}

// Post asks the vault's API as a page does. The caller closes the answer's body.
func (v *Vault) Post(ctx context.Context, path, cookie string, body any) (*http.Response, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.URL+path, bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if cookie != "" {
		req.Header.Set("Cookie", cookie)
	}
	return http.DefaultClient.Do(req)
}
