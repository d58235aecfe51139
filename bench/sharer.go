package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"sessionferry/envelope"
	"sessionferry/host/vaultclient"
	"sessionferry/internal/dpop"
	"sessionferry/internal/vaultapi"
	"sessionferry/session"
	"sessionferry/vault"
)

// credentials are the header lines by which a caller proves who it is, made anew
// for each request.
type credentials func(method, path string) string

// sharer is a person's device with an account for each connection.
type sharer struct {
	device   *envelope.Keys
	enrolled *vaultapi.Enrolled // also says which vault it asks
	client   *vaultclient.Client
	to       []envelope.PublicKeys
	accounts []session.Account
	next     []uint64 // share number of each account
	sign     credentials
	token    chan string // the one that the client was given
	bearer   string
}

// newSharer makes the device's roster and its accounts.
func newSharer(ctx context.Context, device *envelope.Keys, enrolled *vaultapi.Enrolled, accounts int) (*sharer, error) {
	s := &sharer{device: device, enrolled: enrolled, token: make(chan string, 1), next: make([]uint64, accounts)}
	var err error
	if s.client, err = vaultclient.New(enrolled.Vault, vaultapi.Credentials{Key: device.DPoP(), Keep: func(_ context.Context, token string) { s.token <- token }}); err != nil {
		return nil, err
	}
	if err := s.trust(ctx); err != nil {
		return nil, err
	}
	for i := range accounts {
		a, err := s.client.AddAccount(ctx, "mediawiki", site, fmt.Sprint("user", i))
		if err != nil {
			return nil, err
		}
		s.accounts = append(s.accounts, *a)
	}
	return s, nil
}

// prove begins proofs with a nonce of the vault's that is fresh: it lasts for the
// round that is being made.
func (s *sharer) prove() error {
	if s.bearer == "" {
		s.bearer = <-s.token
	}
	prover := dpop.NewProver(s.device.DPoP(), s.enrolled.Vault)
	ask, err := http.NewRequest(http.MethodGet, s.enrolled.Vault+"/v1/me", nil)
	if err != nil {
		return err
	}
	if err := prover.Prove(ask, s.bearer); err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return err
	}
	nonce := answer.Header.Get(dpop.HeaderNonce)
	s.sign = func(method, path string) string {
		proof := must(dpop.Sign(s.device.DPoP(), dpop.Proof{ID: session.NewID().String(), Method: method, URL: s.enrolled.Vault + path,
			Issued: time.Now(), Nonce: nonce, Token: dpop.TokenHash(s.bearer)}))
		return fmt.Sprintf("Authorization: %s %s\r\n%s: %s\r\n", dpop.Scheme, s.bearer, dpop.Header, proof)
	}
	return answer.Body.Close()
}

// trust makes a roster of the device and one runner.
func (s *sharer) trust(ctx context.Context) error {
	now := time.Now().UTC().Truncate(time.Second)
	runner := must(envelope.NewSeeds().Keys(envelope.RoleRunner))
	first, err := envelope.FirstRoster(s.enrolled.Workspace, s.enrolled.Person, envelope.Entry{Keys: s.device.Public(), Name: "laptop", NotAfter: now.Add(time.Hour)}, now)
	if err != nil {
		return err
	}
	signed, err := first.Sign(s.device)
	if err != nil {
		return err
	}
	if err := s.client.AppendRoster(ctx, signed); err != nil {
		return err
	}
	second, err := first.Add(envelope.Entry{Keys: runner.Public(), Name: "runner", NotAfter: now.Add(time.Hour)}, now)
	if err != nil {
		return err
	}
	if signed, err = second.Sign(s.device); err != nil {
		return err
	}
	s.to = second.Recipients(now)
	return s.client.AppendRoster(ctx, signed)
}

func (s *sharer) address() string { return strings.TrimPrefix(s.enrolled.Vault, "http://") }

func sessionPath(a session.Account) string { return "/v1/accounts/" + a.ID.String() + "/session" }

// puts are n shares of each connection's own account, sealed and signed.
func (s *sharer) puts(connections, n int) ([]prebuilt, error) {
	if err := s.prove(); err != nil {
		return nil, err
	}
	all, errs := make([]prebuilt, connections), make([]error, connections)
	var wait sync.WaitGroup
	for c := range connections {
		wait.Go(func() {
			for range n {
				s.next[c]++
				sealed, err := s.seal(s.accounts[c], s.next[c])
				if err != nil {
					errs[c] = err
					return
				}
				path := sessionPath(s.accounts[c])
				header := s.sign("PUT", path) + fmt.Sprintf("Content-Type: %s\r\n%s: %d\r\n%s: 0.0\r\n", vault.MediaType, vault.HeaderKey, s.next[c], vault.HeaderSeen)
				all[c] = append(all[c], request("PUT", path, s.address(), header, sealed))
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// loadPayload makes an envelope of about 18 KB: it is padded to the next size.
const loadPayload = 12_000

func (s *sharer) seal(a session.Account, share uint64) ([]byte, error) {
	now := time.Now().UTC().Truncate(time.Second)
	h := envelope.Header{Workspace: s.enrolled.Workspace, Account: a.ID, App: a.App, Session: session.NewID(),
		Generation: session.Generation{Share: share}, Created: now, Cap: now.Add(time.Hour), NotAfter: now.Add(time.Hour),
		Consent: session.Consent{Text: session.ConsentText, Time: now, Surface: "popup"}}
	e, err := envelope.Seal(h, s.device, s.to, func(w io.Writer) error {
		_, err := io.CopyN(w, rand.Reader, loadPayload)
		return err
	})
	if err != nil {
		return nil, err
	}
	return e.Bytes(), nil
}

// reads are n looks at each connection's own account.
func (s *sharer) reads(connections, n int) []prebuilt {
	if err := s.prove(); err != nil {
		return nil // with nothing to ask, the measurement fails
	}
	all := make([]prebuilt, connections)
	for c := range all {
		path := sessionPath(s.accounts[c])
		for range n {
			all[c] = append(all[c], request("GET", path, s.address(), s.sign("GET", path), nil))
		}
	}
	return all
}
