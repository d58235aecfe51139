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

	"sessionferry/e2e/testbed"
	"sessionferry/envelope"
	"sessionferry/host/vaultclient"
	"sessionferry/internal/dpop"
	"sessionferry/internal/vaultapi"
	"sessionferry/session"
	"sessionferry/vault"
)

// credentials are the header lines by which a caller proves who it is, made anew
// for each request.
type credentials func(base, method, path string) string

// loadVault is a vault with one device that has an account for each connection.
type loadVault struct {
	*testbed.Vault
	device   *envelope.Keys
	enrolled *vaultapi.Enrolled
	client   *vaultclient.Client
	to       []envelope.PublicKeys
	accounts []session.Account
	next     []uint64 // share number of each account
	sign     credentials
	token    chan string // the one that the client was given
	bearer   string
	cookie   string   // of the first person's web session
	bases    []string // of the vaults that share the connections; nil for the one
}

// startLoadVault starts the built vault with accounts of one session each. args
// are further ones of the vault's.
func startLoadVault(ctx context.Context, bed *testbed.Bed, accounts int, args ...string) (*loadVault, error) {
	process, err := bed.StartVault(ctx, append([]string{"--json-log"}, args...)...)
	if err != nil {
		return nil, err
	}
	v := &loadVault{Vault: process, device: must(envelope.NewSeeds().Keys(envelope.RoleDevice))}
	if v.enrolled, err = vaultapi.Enrol(ctx, process.Socket, "device", "laptop", v.device.Public().Marshal()); err != nil {
		return nil, err
	}
	v.token = make(chan string, 1)
	if v.client, err = vaultclient.New(v.enrolled.Vault, vaultapi.Credentials{Key: v.device.DPoP(), Keep: func(_ context.Context, token string) { v.token <- token }}); err != nil {
		return nil, err
	}
	if err := v.trust(ctx); err != nil {
		return nil, err
	}
	for i := range accounts {
		a, err := v.client.AddAccount(ctx, "mediawiki", site, fmt.Sprint("user", i))
		if err != nil {
			return nil, err
		}
		v.accounts = append(v.accounts, *a)
	}
	v.next = make([]uint64, accounts)
	puts, err := v.puts(accounts, 1)
	if err != nil {
		return nil, err
	}
	if _, _, err = ask(ctx, v.address(), puts); err != nil {
		return nil, err
	}
	v.cookie, err = process.SetUp(ctx)
	return v, err
}

// prove begins proofs with a nonce of the vault's that is fresh: it lasts for the
// round that is being made.
func (v *loadVault) prove() error {
	if v.bearer == "" {
		v.bearer = <-v.token
	}
	prover := dpop.NewProver(v.device.DPoP(), v.enrolled.Vault)
	ask, err := http.NewRequest(http.MethodGet, v.enrolled.Vault+"/v1/me", nil)
	if err != nil {
		return err
	}
	if err := prover.Prove(ask, v.bearer); err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		return err
	}
	nonce := answer.Header.Get(dpop.HeaderNonce)
	v.sign = func(base, method, path string) string {
		proof := must(dpop.Sign(v.device.DPoP(), dpop.Proof{ID: session.NewID().String(), Method: method, URL: base + path,
			Issued: time.Now(), Nonce: nonce, Token: dpop.TokenHash(v.bearer)}))
		return fmt.Sprintf("Authorization: %s %s\r\n%s: %s\r\n", dpop.Scheme, v.bearer, dpop.Header, proof)
	}
	return answer.Body.Close()
}

// trust makes a roster of the device and one runner.
func (v *loadVault) trust(ctx context.Context) error {
	now := time.Now().UTC().Truncate(time.Second)
	runner := must(envelope.NewSeeds().Keys(envelope.RoleRunner))
	first, err := envelope.FirstRoster(v.enrolled.Workspace, v.enrolled.Person, envelope.Entry{Keys: v.device.Public(), Name: "laptop", NotAfter: now.Add(time.Hour)}, now)
	if err != nil {
		return err
	}
	signed, err := first.Sign(v.device)
	if err != nil {
		return err
	}
	if err := v.client.AppendRoster(ctx, signed); err != nil {
		return err
	}
	second, err := first.Add(envelope.Entry{Keys: runner.Public(), Name: "runner", NotAfter: now.Add(time.Hour)}, now)
	if err != nil {
		return err
	}
	if signed, err = second.Sign(v.device); err != nil {
		return err
	}
	v.to = second.Recipients(now)
	return v.client.AppendRoster(ctx, signed)
}

// base is where a connection leads, of so many.
func (v *loadVault) base(connection, of int) string {
	if len(v.bases) == 0 {
		return v.enrolled.Vault
	}
	return v.bases[connection*len(v.bases)/of]
}

func (v *loadVault) address() string { return strings.TrimPrefix(v.enrolled.Vault, "http://") }

func sessionPath(a session.Account) string { return "/v1/accounts/" + a.ID.String() + "/session" }

// puts are n shares of each connection's own account, sealed and signed.
func (v *loadVault) puts(connections, n int) ([]prebuilt, error) {
	if err := v.prove(); err != nil {
		return nil, err
	}
	all, errs := make([]prebuilt, connections), make([]error, connections)
	var wait sync.WaitGroup
	for c := range connections {
		wait.Go(func() {
			for range n {
				v.next[c]++
				sealed, err := v.seal(v.accounts[c], v.next[c])
				if err != nil {
					errs[c] = err
					return
				}
				path := sessionPath(v.accounts[c])
				header := v.sign(v.base(c, connections), "PUT", path) + fmt.Sprintf("Content-Type: %s\r\n%s: %d\r\n%s: 0.0\r\n", vault.MediaType, vault.HeaderKey, v.next[c], vault.HeaderSeen)
				all[c] = append(all[c], request("PUT", path, v.address(), header, sealed))
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

func (v *loadVault) seal(a session.Account, share uint64) ([]byte, error) {
	now := time.Now().UTC().Truncate(time.Second)
	h := envelope.Header{Workspace: v.enrolled.Workspace, Account: a.ID, App: a.App, Session: session.NewID(),
		Generation: session.Generation{Share: share}, Created: now, Cap: now.Add(time.Hour), NotAfter: now.Add(time.Hour),
		Consent: session.Consent{Text: session.ConsentText, Time: now, Surface: "popup"}}
	e, err := envelope.Seal(h, v.device, v.to, func(w io.Writer) error {
		_, err := io.CopyN(w, rand.Reader, loadPayload)
		return err
	})
	if err != nil {
		return nil, err
	}
	return e.Bytes(), nil
}

// reads are n looks at each connection's own account.
func (v *loadVault) reads(connections, n int) []prebuilt {
	if err := v.prove(); err != nil {
		return nil // with nothing to ask, the measurement fails
	}
	all := make([]prebuilt, connections)
	for c := range all {
		path := sessionPath(v.accounts[c])
		for range n {
			all[c] = append(all[c], request("GET", path, v.address(), v.sign(v.base(c, connections), "GET", path), nil))
		}
	}
	return all
}
