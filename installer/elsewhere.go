//go:build !linux

package installer

import (
	"io/fs"
	"runtime"

	"sessionferry/manifest"
	"sessionferry/session"
)

func install(_ Config, b manifest.Browser) Result { return unsupported(b) }

func uninstall(_ Config, b manifest.Browser) Result { return unsupported(b) }

func unsupported(b manifest.Browser) Result {
	return Result{Browser: b, Action: Failed, Err: session.Errorf(session.CodeOSUnsupported, "%s", runtime.GOOS)}
}

func checkExecutable(string, fs.FileInfo) error { return nil }
