package vault_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"sessionferry/session"
	"sessionferry/vault"
	"sessionferry/vault/vaulttest"
)

// metricsOf reads the metrics of a vault, a line each.
func metricsOf(t *testing.T, v *vaulttest.Vault) []string {
	status, body := look(t, v, "/metrics")
	require.Equal(t, http.StatusOK, status)
	return strings.Split(body, "\n")
}

// look asks the metrics' listener.
func look(t *testing.T, v *vaulttest.Vault, path string) (status int, body string) {
	pool := v.Pool(t)
	pool.DisableKeepAlives = true
	resp, err := (&http.Client{Transport: pool}).Get(v.Metrics + path)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(b)
}

// TestMetrics: work is counted by route, status and code, and nothing in it names
// anybody or anything.
func TestMetrics(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	s.device.ShareNow(t, s.account, 100)
	s.device.Do(t, "GET", "/v1/accounts/"+session.NewID().String(), nil).Wants(t, 404)
	s.device.Do(t, "GET", "/no/such/path", nil).Wants(t, 404)
	s.device.Do(t, "BREW", "/v1/me", nil).Wants(t, 404)
	s.device.Do(t, "GET", "/metrics", nil).Wants(t, 404) // not for the API's callers
	s.device.Do(t, "DELETE", s.path("/session"), nil).Wants(t, 200)
	lines := metricsOf(t, s.Vault)
	for _, want := range []string{
		`sessionferry_vault_requests_total{code="",method="PUT",route="/v1/accounts/{id}/session",status="201"} 1`,
		`sessionferry_vault_requests_total{code="not_found",method="GET",route="/v1/accounts/{id}",status="404"} 1`,
		`sessionferry_vault_requests_total{code="not_found",method="GET",route="none",status="404"} 2`,
		`sessionferry_vault_requests_total{code="not_found",method="other",route="none",status="404"} 1`,
		`sessionferry_vault_request_seconds_count{method="PUT",route="/v1/accounts/{id}/session"} 1`,
		"sessionferry_vault_requests_in_flight 1", // this one
		"sessionferry_vault_store_up 1",
		"sessionferry_vault_erasures_pending 1",
		"sessionferry_vault_erasures_failing 0",
		"sessionferry_vault_erasures_bound_seconds 3600",
		"sessionferry_vault_erasures_done_total 0",
		"sessionferry_vault_sessions_due 0",
		"sessionferry_vault_buckets_lost 0",
		`sessionferry_vault_upkeep_failures_total{task="erase"} 0`,
	} {
		require.Contains(t, lines, want)
	}
	require.True(t, slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "go_goroutines ") }))
	_, err := s.Store.Erase(t.Context())
	require.NoError(t, err)
	s.device.ShareNow(t, s.account, 100)
	s.Advance(vault.DefaultRetentionCap)
	lines = metricsOf(t, s.Vault)
	require.Contains(t, lines, "sessionferry_vault_erasures_done_total 1")
	require.Contains(t, lines, "sessionferry_vault_sessions_due 1")
	for _, secret := range []string{s.account.ID.String(), s.device.Person.String(), s.device.Principal.String(), "Bob", "laptop", vaulttest.App, "such"} {
		require.NotContains(t, strings.Join(lines, "\n"), secret)
	}
}

// TestMetricsAreDocumented: docs/operations.md lists exactly our metrics.
func TestMetricsAreDocumented(t *testing.T) {
	s := newScene(t, vaulttest.Options{})
	text := strings.Join(metricsOf(t, s.Vault), "\n")
	kinds := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (sessionferry_vault_\S+) (\S+)$`).FindAllStringSubmatch(text, -1) {
		kinds[m[1]] = m[2]
	}
	var want strings.Builder
	for _, m := range regexp.MustCompile(`(?m)^# HELP (sessionferry_vault_\S+) (.+)$`).FindAllStringSubmatch(text, -1) {
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", m[1], kinds[m[1]], m[2])
	}
	doc, err := os.ReadFile("../docs/operations.md")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(doc), "<!-- metrics:begin -->\n| metric | kind | meaning |\n|---|---|---|\n")
	table, _, _ := strings.Cut(rest, "<!-- metrics:end -->")
	require.Equal(t, want.String(), table)
}

// TestReady: a vault is ready while its database answers and until it is told to
// stop, which the metrics' listener tells as long as a request is in work.
func TestReady(t *testing.T) {
	bubble(t, vaulttest.Options{}, func(t *testing.T, s *scene) {
		s.device.Do(t, "GET", "/readyz", nil).Wants(t, 200)
		status, body := look(t, s.Vault, "/readyz")
		require.Equal(t, 200, status)
		require.JSONEq(t, `{"status":"ready"}`, body)

		sealed := s.device.Seal(t, vaulttest.Share{Account: s.account, Number: 1, Size: 1000})
		body1, rest := io.Pipe()
		proved, err := s.device.Request("PUT", s.path("/session"), vault.MediaType, nil)
		require.NoError(t, err)
		req, err := http.NewRequest("PUT", s.URL+s.path("/session"), body1)
		require.NoError(t, err)
		req.Header = proved.Header
		req.Header.Set(vault.HeaderKey, "k")
		answered := make(chan int)
		go func() {
			resp, err := (&http.Client{Transport: s.Pool(t)}).Do(req)
			if err != nil {
				answered <- 0
				return
			}
			answered <- resp.StatusCode
			_ = resp.Body.Close()
		}()
		_, err = rest.Write(sealed[:500])
		require.NoError(t, err)
		s.inFlight(t, 1)

		stopped := make(chan struct{})
		go func() { defer close(stopped); s.Stop() }()
		synctest.Wait()
		status, body = look(t, s.Vault, "/readyz")
		require.Equal(t, 503, status)
		require.Contains(t, body, `"vault_unavailable"`)
		_, err = rest.Write(sealed[500:])
		require.NoError(t, err)
		require.NoError(t, rest.Close())
		require.Equal(t, 201, <-answered, "what was in work is done")
		<-stopped
	})
}

// TestFailedErasureIsSeen: in healthz, in the metrics and, once, in the audit log
// of whose session it is, until it has been made good.
func TestFailedErasureIsSeen(t *testing.T) {
	const bound = vault.DefaultEraseWithin
	bubble(t, vaulttest.Options{EraseWithin: bound}, func(t *testing.T, s *scene) {
		s.device.ShareNow(t, s.account, 100)
		keys := filepath.Join(s.Dir, "epochs")
		list, err := os.ReadDir(keys)
		require.NoError(t, err)
		require.Len(t, list, 1)
		key, aside := filepath.Join(keys, list[0].Name()), filepath.Join(s.Dir, "aside")
		require.NoError(t, os.Rename(key, aside))
		require.NoError(t, os.Mkdir(key, 0o700)) // a key that cannot be written over
		s.device.Do(t, "DELETE", s.path("/session"), nil).Wants(t, 200)

		time.Sleep(bound - time.Second) // less than the bound, so that no other alert is due
		synctest.Wait()
		lines := metricsOf(t, s.Vault)
		require.Contains(t, lines, `sessionferry_vault_upkeep_failures_total{task="erase"} 3`)
		require.Contains(t, lines, "sessionferry_vault_erasures_failing 1")
		require.Contains(t, lines, "sessionferry_vault_erasures_pending 1")
		require.NotContains(t, lines, "sessionferry_vault_erasures_oldest_pending_seconds 0")
		health := s.device.Do(t, "GET", "/healthz", nil).Wants(t, 200)
		require.Contains(t, string(health.Body), "Erasing ended sessions fails: an epoch key could not be changed or destroyed.")
		require.Equal(t, 1, bytes.Count(s.device.Do(t, "GET", "/v1/audit", nil).Wants(t, 200).Body, []byte(`"action":"erasure_failed"`)))
		var waiting struct {
			Erasures []vault.Erasure `json:"erasures"`
		}
		admin := s.SetUp(t)
		admin.Do(t, "GET", "/v1/erasures", nil).Wants(t, 200).Into(t, &waiting)
		require.Len(t, waiting.Erasures, 1)
		require.Equal(t, s.account.ID, waiting.Erasures[0].Account)
		require.Equal(t, session.CauseDeleted, waiting.Erasures[0].Cause)
		require.Equal(t, "an epoch key could not be changed or destroyed", waiting.Erasures[0].Failure)
		require.Equal(t, 3, waiting.Erasures[0].Attempts)

		require.NoError(t, os.Remove(key))
		require.NoError(t, os.Rename(aside, key))
		time.Sleep(bound)
		h, err := s.Store.Health(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 1, h.Erased)
		require.Zero(t, h.Failing)
		require.NoFileExists(t, key)
		log := s.device.Do(t, "GET", "/v1/audit", nil).Wants(t, 200).Body
		require.Equal(t, 1, bytes.Count(log, []byte(`"action":"erasure_failed"`)))
		require.Equal(t, 1, bytes.Count(log, []byte(`"action":"erased"`)))
	})
}
