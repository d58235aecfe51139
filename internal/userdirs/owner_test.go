package userdirs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"sessionferry/session"
)

func TestCheckOwner(t *testing.T) {
	t.Parallel()
	args := []string{"sessionferry", "login", "it's here"}
	assert.NoError(t, CheckOwner(t.TempDir(), args))
	assert.NoError(t, CheckOwner(filepath.Join(t.TempDir(), "not made yet"), args))

	foreign := foreignFolder(t)
	err := CheckOwner(foreign, args)
	require.Equal(t, session.CodeHomeForeign, session.CodeOf(err))
	state := func(xdg string) error {
		return CheckState(func(name string) string { return map[string]string{"HOME": foreign, "XDG_STATE_HOME": xdg}[name] }, args)
	}
	assert.Equal(t, session.CodeHomeForeign, session.CodeOf(state("")))
	assert.NoError(t, state("/var/lib"))
	said := session.AsError(err).Detail
	assert.True(t, strings.HasPrefix(said, foreign+" is the home folder of "), said)
	assert.True(t, strings.HasSuffix(said, ` -H sessionferry login 'it'\''s here'`), said)
}

// foreignFolder is a folder of another user: root's own, or one that root gives away.
func foreignFolder(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		return "/"
	}
	dir := t.TempDir()
	require.NoError(t, os.Chown(dir, 1, 1))
	return dir
}
