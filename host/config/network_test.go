package config

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNetworkOf keeps what a browser's program needs, and no password.
func TestNetworkOf(t *testing.T) {
	file, err := filepath.Abs("authority.pem")
	require.NoError(t, err)
	n, withheld := NetworkOf(env{"https_proxy": "http://proxy.example:8080", "NO_PROXY": ".example", "SSL_CERT_FILE": "authority.pem", "HOME": "/h"}.get)
	assert.Equal(t, Network{"https_proxy": "http://proxy.example:8080", "NO_PROXY": ".example", "SSL_CERT_FILE": file}, n)
	assert.False(t, withheld)
	for _, address := range []string{"http://bob:secret@proxy.example:8080", "http://bob:se/cr@et@proxy.example:8080"} {
		n, withheld = NetworkOf(env{"HTTPS_PROXY": address}.get)
		assert.Equal(t, Network{"HTTPS_PROXY": "http://proxy.example:8080"}, n)
		assert.True(t, withheld)
	}
	n, _ = NetworkOf(env{"ALL_PROXY": "bob:secret@proxy.example:8080"}.get)
	assert.Equal(t, Network{"ALL_PROXY": "proxy.example:8080"}, n)
}

// TestMissing: the environment's own variables come first.
func TestMissing(t *testing.T) {
	kept := Network{"HTTPS_PROXY": "http://old.example", "NO_PROXY": ".example", "SSL_CERT_FILE": "/a.pem"}
	assert.Equal(t, kept, kept.Missing(env{"SSL_CERT_DIR": "/certs"}.get))
	assert.Equal(t, Network{"SSL_CERT_FILE": "/a.pem"}, kept.Missing(env{"no_proxy": "*"}.get))
	assert.Equal(t, Network{"HTTPS_PROXY": "http://old.example", "NO_PROXY": ".example"}, kept.Missing(env{"SSL_CERT_FILE": "/b.pem"}.get))
	assert.Empty(t, Network(nil).Missing(env{}.get))
}
