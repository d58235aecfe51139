package snap

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIs(t *testing.T) {
	dir := t.TempDir()
	program := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o755))
		return path
	}
	link := filepath.Join(dir, "chromium")
	require.NoError(t, os.Symlink(program("snap", "ELF"), link))
	for path, want := range map[string]bool{
		"/snap/bin/chromium":               true,
		"/var/lib/snapd/snap/bin/chromium": true,
		link:                               true,
		program("wrapper", "#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n"):        true,
		program("caller", "#!/bin/sh\nexec snap run chromium \"$@\"\n"):          true,
		program("script", "#!/bin/sh\nexec /usr/lib/chromium/chromium \"$@\"\n"): false,
		program("binary", "ELF /snap/bin/chromium"):                              false,
		filepath.Join(dir, "absent"):                                             false,
	} {
		require.Equal(t, want, Is(path), path)
	}
}
