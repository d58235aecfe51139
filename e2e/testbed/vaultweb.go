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
	first := map[string]string{"code": string(code[1]), "name": "Olga", "email": "olga@company.example", "password": "correct horse battery staple"}
	answer, err := v.Post(ctx, "/v1/setup", "", first)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	for _, c := range answer.Cookies() {
		return c.Name + "=" + c.Value, nil
	}
	return "", fmt.Errorf("the vault was not set up: status %d", answer.StatusCode)
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
