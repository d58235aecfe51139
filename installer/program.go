//go:build linux

package installer

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// programStarts notes what can be seen of the program before it is started.
func (p *patient) programStarts() bool {
	program := p.found.Program
	info, err := os.Stat(program)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		p.add(programMissing, "%s", program)
	case err != nil:
		p.add(programNotStarted, "%s cannot be reached", program)
	case !info.Mode().IsRegular():
		p.add(programNotFile, "%s", program)
	case info.Mode()&0o111 == 0:
		p.add(programNotExecutable, "%s", program)
	default:
		if !p.startsThisProgram() {
			p.add(programOther, "not %s", p.Host)
		}
		return true
	}
	return false
}

// notStarted names why the system did not start a program that is there.
func (p *patient) notStarted(err error) {
	var number syscall.Errno
	errors.As(err, &number)
	switch number {
	case syscall.ENOEXEC:
		p.add(programFormat, "%s", p.found.Program)
	case syscall.ENOENT:
		p.add(interpreterMissing, "%s", p.found.Program)
	case syscall.EACCES:
		p.add(programNotStarted, "the rights of %s, of its folder or of its file system forbid it", p.found.Program)
	default:
		p.add(programNotStarted, "%s", number.Error())
	}
}
