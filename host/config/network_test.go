package config

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func env(vars map[string]string) Lookup {
	return func(name string) (string, bool) { value, found := vars[name]; return value, found }
}

// TestNetworkOf keeps what a browser's program needs, and no password.
func TestNetworkOf(t *testing.T) {
	file, err := filepath.Abs("authority.pem")
	require.NoError(t, err)
	n, withheld := NetworkOf(env(map[string]string{"https_proxy": "http://proxy.example:8080", "NO_PROXY": ".example", "SSL_CERT_FILE": "authority.pem", "SSL_CERT_DIR": "", "HOME": "/h"}))
	assert.Equal(t, Network{"HTTPS_PROXY": "http://proxy.example:8080", "NO_PROXY": ".example", "SSL_CERT_FILE": file}, n)
	assert.False(t, withheld)
	for _, address := range []string{"http://bob:secret@proxy.example:8080", "http://bob:se/cr@et@proxy.example:8080"} {
		n, withheld = NetworkOf(env(map[string]string{"HTTPS_PROXY": address}))
		assert.Equal(t, Network{"HTTPS_PROXY": "http://proxy.example:8080"}, n)
		assert.True(t, withheld)
	}
	n, _ = NetworkOf(env(map[string]string{"ALL_PROXY": "bob:secret@proxy.example:8080"}))
	assert.Equal(t, Network{"ALL_PROXY": "proxy.example:8080"}, n)
}

// TestMissing: the environment's own variables come first, each group as a whole.
func TestMissing(t *testing.T) {
	kept := Network{"HTTPS_PROXY": "http://old.example", "NO_PROXY": ".example", "SSL_CERT_FILE": "/a.pem"}
	assert.Equal(t, kept, kept.Missing(env(nil)))
	assert.Equal(t, Network{"SSL_CERT_FILE": "/a.pem"}, kept.Missing(env(map[string]string{"all_proxy": ""})), "an empty one switches proxies off")
	assert.Equal(t, kept, kept.Missing(env(map[string]string{"SSL_CERT_DIR": "/certs"})))
	assert.Empty(t, Network(nil).Missing(env(nil)))
}
