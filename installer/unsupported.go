//go:build !linux

package installer

import (
	"runtime"

	"sessionferry/session"
)

func unsupported() error { return session.Errorf(session.CodeOSUnsupported, "%s", runtime.GOOS) }
