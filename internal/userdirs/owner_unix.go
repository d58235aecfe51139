//go:build unix

package userdirs

import (
	"os"
	"syscall"
)

// ownerOf returns the number of the user that a folder belongs to.
func ownerOf(dir string) (uid int, known bool) {
	info, err := os.Stat(dir)
	if err != nil {
		return 0, false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(stat.Uid), true
}
