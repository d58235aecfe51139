package userdirs

import (
	"os"
	"os/user"
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

// shellQuoted is a word as a shell takes it for one.
func shellQuoted(word string) string {
	if word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@,") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
