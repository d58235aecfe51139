package epoch

import (
	"errors"
	"syscall"

	"sessionferry/session"
)

// fault gives a code to an error of the folder's file system.
func fault(err error) error {
	var system syscall.Errno
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return session.Errorf(session.CodeVaultDiskFull, "for a key of an epoch").Because(err)
	case errors.As(err, &system):
		return session.Errorf(session.CodeVaultUnavailable, "the folder of epoch keys").Because(err)
	}
	return err
}
