package userdirs

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"

	"sessionferry/session"
)

// CheckOwner refuses a home folder of another user, as under "sudo -E": what is
// written there would be root's, and root would follow links that its owner made.
// args is the command line, for the command to run instead. The error is
// session.CodeHomeForeign.
func CheckOwner(home string, args []string) error {
	owner, known := ownerOf(home)
	if !known || owner == os.Geteuid() {
		return nil
	}
	name := "#" + strconv.Itoa(owner)
	if u, err := user.LookupId(strconv.Itoa(owner)); err == nil {
		name = u.Username
	}
	command := append([]string{"sudo", "-u", name, "-H"}, args...)
	for i, word := range command {
		command[i] = shellQuoted(word)
	}
	return session.Errorf(session.CodeHomeForeign, "%s is the home folder of %s; run instead: %s", home, name, strings.Join(command, " "))
}

// CheckState is CheckOwner for programs that only keep state: where it lies elsewhere,
// the home folder does not matter.
func CheckState(getenv func(string) string, args []string) error {
	if filepath.IsAbs(getenv("XDG_STATE_HOME")) {
		return nil
	}
	return CheckOwner(getenv("HOME"), args)
}

// shellQuoted is a word as a shell takes it for one.
func shellQuoted(word string) string {
	if word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@,") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
