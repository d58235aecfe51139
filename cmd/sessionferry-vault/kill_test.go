package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/postgres/pgtest"
	"sessionferry/vault/vaulttest"
)

// asVault is the variable that makes the test program the vault.
const asVault = "TEST_PROGRAM_IS_VAULT"

func TestMain(m *testing.M) {
	if os.Getenv(asVault) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// child is the vault as a process of its own.
type child struct {
	cmd   *exec.Cmd
	ready vault.Ready
}

func startChild(t *testing.T, dir string, args ...string) *child {
	file := filepath.Join(dir, "ready.json")
	_ = os.Remove(file)
	args = append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--socket", filepath.Join(dir, "run", "vault.sock"),
		"--erase-within", "400ms", "--ready-file", file, "--json-log"}, args...)
	itself, err := os.Executable()
	require.NoError(t, err)
	c := &child{cmd: exec.Command(itself, args...)}
	c.cmd.Env = append(os.Environ(), asVault+"=yes")
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	defer log.Close()
	c.cmd.Stderr = log // what the vault says of its own faults
	require.NoError(t, c.cmd.Start())
	c.ready = announced(t, file)
	return c
}

func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait() // an error: it was killed
}

// killSoon kills the vault within about one share's time, and returns a function
// that waits until it has.
func (c *child) killSoon(share time.Duration) (wait func()) {
	done := make(chan struct{})
	time.AfterFunc(rand.N(share+time.Millisecond), func() {
		_ = c.cmd.Process.Kill()
		close(done)
	})
	return func() { <-done }
}

// newest is the highest share that the vault holds for an account.
func newest(st session.Status) uint64 {
	if st.Attempt.Waits() {
		return st.Attempt.Share
	}
	return st.Generation.Share
}

// TestKill kills the vault 25 times, at random moments of 500 shares of ten accounts,
// every second of which waits for the app's word. No share that was acknowledged
// is lost, there is never more than one current session, and what was replaced is
// erased in the end.
func TestKill(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, 1, killed(t), "every key but that of the living is destroyed")
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		server, err := pgtest.Start(t.Context())
		require.NoError(t, err)
		defer func() { require.NoError(t, server.Stop()) }()
		// A key that a killed process had made and not used yet goes after ten minutes.
		require.LessOrEqual(t, killed(t, "--database", server.URL("postgres")), 1+lives)
	})
}

// lives is how often the vault is started and killed.
const lives = 25

// killed is the test for one database. It returns how many epoch keys are left.
func killed(t *testing.T, args ...string) (keys int) {
	const shares, accounts = 500, 10
	dir := vaulttest.Folder(t)
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Logf("the vault's last words:\n%s", log[max(0, len(log)-2000):])
		}
	})
	c := startChild(t, dir, args...)
	defer func() { c.kill() }()
	device := vaulttest.Enrol(t, c.ready.Socket, vault.RoleDevice, "laptop")
	runner := vaulttest.Enrol(t, c.ready.Socket, vault.RoleRunner, "runner")
	device.Trust(t, runner)
	var cards []session.Account
	var acknowledged [accounts]uint64
	for i := range accounts {
		cards = append(cards, device.AddAccount(t, fmt.Sprint("user", i)))
	}
	to := device.Roster(t).Recipients(time.Now())

	restart := func() {
		c.kill()
		c = startChild(t, dir, args...)
		device.Moved(c.ready.URL)
		runner.Moved(c.ready.URL)
		for i, a := range cards {
			st := device.Do(t, "GET", vaulttest.SessionPath(a), nil).Wants(t, 200).StatusOf(t)
			require.GreaterOrEqual(t, newest(st), acknowledged[i], "an acknowledged share was lost")
			require.LessOrEqual(t, newest(st), acknowledged[i]+1)
			if acknowledged[i] > 0 {
				require.Equal(t, session.StateTransferred, st.State)
			}
		}
	}
	var took time.Duration // by the last share that was not disturbed
	var last int           // share of a life
	for n := range shares {
		if n%(shares/lives) == 0 {
			last = n + rand.IntN(shares/lives)
		}
		i := n % accounts
		number := acknowledged[i] + 1
		sealed := device.SealTo(t, vaulttest.Share{Account: cards[i], Number: number, Size: 18_000}, to)
		header := []string{vault.HeaderKey, fmt.Sprintf("%d-%d", i, number)}
		if number%2 == 0 {
			header = append(header, vault.HeaderConfirm, "yes")
		}
		put := func() bool {
			a, err := device.Try("PUT", vaulttest.SessionPath(cards[i]), sealed, header...)
			if err != nil {
				return false
			}
			require.Contains(t, []int{200, 201}, a.Status, "%s", a.Body)
			require.Equal(t, number, newest(a.StatusOf(t)))
			acknowledged[i] = number
			return true
		}
		if n != last {
			began := time.Now()
			require.True(t, put())
			took = time.Since(began)
			continue
		}
		killed := c.killSoon(took)
		done := put()
		killed()
		restart()
		if !done {
			require.True(t, put(), "the same key again, until it is acknowledged")
		}
	}
	for i, a := range cards {
		require.Equal(t, uint64(shares/accounts), acknowledged[i])
		runner.Do(t, "GET", runner.Lease(t, a)+"/envelope", nil).Wants(t, 200)
		var waiting struct {
			Lease session.ID `json:"lease"`
		}
		runner.Do(t, "POST", "/v1/confirmations", map[string]int{"wait": 0}).Wants(t, 201).Into(t, &waiting)
		runner.Do(t, "POST", "/v1/leases/"+waiting.Lease.String()+"/report", map[string]string{"result": "confirmed"}).Wants(t, 200)
	}
	require.Eventually(t, func() bool {
		var h struct {
			Status  string `json:"status"`
			Erasure struct {
				Done    int `json:"done"`
				Pending int `json:"pending"`
			} `json:"erasure"`
		}
		device.Do(t, "GET", "/healthz", nil).Wants(t, 200).Into(t, &h)
		return h.Status == "ok" && h.Erasure.Pending == 0 && h.Erasure.Done == shares-accounts
	}, 5*time.Minute, 100*time.Millisecond) // another takes over the erasing from one that died
	files, err := filepath.Glob(filepath.Join(dir, "epochs", "[^.]*"))
	require.NoError(t, err)
	return len(files)
}
