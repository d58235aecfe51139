//go:build unix

package catalogue

import (
	"io/fs"
	"syscall"
)

// hasOwnGroup reports whether a file's group is that of its owner alone.
func hasOwnGroup(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Gid == stat.Uid
}
