package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"

	"sessionferry/e2e/testbed"
)

var setupCode = regexp.MustCompile(`give the code ([A-Z-]+)\.`)

// setUp makes the vault's first person and returns the cookie of its web session.
func setUp(ctx context.Context, v *testbed.Vault) (string, error) {
	said, err := os.ReadFile(v.Log)
	if err != nil {
		return "", err
	}
	code := setupCode.FindSubmatch(said)
	if code == nil {
		return "", errors.New("the vault has not said its setup code")
	}
	body := fmt.Sprintf(`{"code":%q,"name":"Olga","email":"olga@company.example","password":"correct horse battery staple"}`, code[1])
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.URL+"/v1/setup", strings.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	for _, c := range answer.Cookies() {
		return c.Name + "=" + c.Value, nil
	}
	return "", fmt.Errorf("the vault was not set up: status %d", answer.StatusCode)
}

// webReads are reads by a page of the vault.
func (v *loadVault) webReads(connections, n int) []prebuilt {
	all := make([]prebuilt, connections)
	for c := range all {
		one := request("GET", sessionPath(v.accounts[c]), v.address(), "Cookie: "+v.cookie+"\r\nSec-Fetch-Site: same-origin\r\n", nil)
		for range n {
			all[c] = append(all[c], one)
		}
	}
	return all
}
