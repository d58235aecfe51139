package main

import (
	"encoding/json"
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

// child is the vault as a process of its own.
type child struct {
	cmd   *exec.Cmd
	ready vault.Ready
}

func startChild(t *testing.T, binary, dir string, args ...string) *child {
	file := filepath.Join(dir, "ready.json")
	_ = os.Remove(file)
	args = append([]string{"serve", "--data", dir, "--listen", "127.0.0.1:0", "--socket", filepath.Join(dir, "run", "vault.sock"),
		"--erase-within", "400ms", "--ready-file", file, "--json-log"}, args...)
	c := &child{cmd: exec.Command(binary, args...)}
	log, err := os.OpenFile(filepath.Join(dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	defer log.Close()
	c.cmd.Stderr = log // what the vault says of its own faults
	require.NoError(t, c.cmd.Start())
	require.Eventually(t, func() bool {
		b, err := os.ReadFile(file)
		return err == nil && json.Unmarshal(b, &c.ready) == nil
	}, 20*time.Second, 5*time.Millisecond)
	return c
}

func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait() // an error: it was killed
}

// newest is the highest share that the vault holds for an account.
func newest(st session.Status) uint64 {
	if st.Attempt.Waits() {
		return st.Attempt.Share
	}
	return st.Generation.Share
}

// TestKill kills the vault at random moments during 500 shares of ten accounts,
// every second of which waits for the app's word. No share that was acknowledged
// is lost, there is never more than one current session, and what was replaced is
// erased in the end.
func TestKill(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "vault")
	out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Run("SQLite", func(t *testing.T) {
		keys, _ := killed(t, binary)
		require.Equal(t, 1, keys, "every key but that of the living is destroyed")
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		server, err := pgtest.Start(t.Context())
		require.NoError(t, err)
		defer func() { require.NoError(t, server.Stop()) }()
		keys, kills := killed(t, binary, "--database", server.URL("postgres"))
		// One that a killed process had made and not used yet goes after ten minutes.
		require.LessOrEqual(t, keys, 1+kills)
	})
}

// killed is the test for one database. It returns how many epoch keys are left,
// and how often the vault was killed.
func killed(t *testing.T, binary string, args ...string) (keys, kills int) {
	const shares, accounts = 500, 10
	dir := vaulttest.Folder(t)
	t.Cleanup(func() {
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Logf("the vault's last words:\n%s", log[max(0, len(log)-2000):])
		}
	})
	c := startChild(t, binary, dir, args...)
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
		c = startChild(t, binary, dir, args...)
		device.Moved(c.ready.URL)
		runner.Moved(c.ready.URL)
		kills++
		for i, a := range cards {
			st := device.Do(t, "GET", vaulttest.SessionPath(a), nil).Wants(t, 200).StatusOf(t)
			require.GreaterOrEqual(t, newest(st), acknowledged[i], "an acknowledged share was lost")
			require.LessOrEqual(t, newest(st), acknowledged[i]+1)
			if acknowledged[i] > 0 {
				require.Equal(t, session.StateTransferred, st.State)
			}
		}
	}
	for n := 0; n < shares; {
		process := c.cmd.Process
		killer := time.AfterFunc(time.Duration(rand.IntN(350))*time.Millisecond, func() { _ = process.Kill() })
		for alive := true; alive && n < shares; n++ {
			i := n % accounts
			number := acknowledged[i] + 1
			sealed := device.SealTo(t, vaulttest.Share{Account: cards[i], Number: number, Size: 18_000}, to)
			header := []string{vault.HeaderKey, fmt.Sprintf("%d-%d", i, number)}
			if number%2 == 0 {
				header = append(header, vault.HeaderConfirm, "yes")
			}
			for { // until it is acknowledged, with the same key
				a, err := device.Try("PUT", vaulttest.SessionPath(cards[i]), sealed, header...)
				if err == nil && (a.Status == 200 || a.Status == 201) {
					st := a.StatusOf(t)
					require.Equal(t, number, newest(st))
					acknowledged[i] = number
					break
				}
				require.Error(t, err, "a put was refused: %s", a.Body)
				alive = false
				restart()
			}
		}
		killer.Stop()
	}
	restart() // the last one may have been killed after its last answer
	require.Greater(t, kills, 10)
	t.Logf("%d shares, %d kills", shares, kills)

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
	}, 30*time.Second, 100*time.Millisecond) // another takes over the erasing from one that died
	files, err := filepath.Glob(filepath.Join(dir, "epochs", "[^.]*"))
	require.NoError(t, err)
	return len(files), kills
}
