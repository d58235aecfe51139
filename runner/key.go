package runner

import (
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"sessionferry/envelope"
	"sessionferry/internal/atomicfile"
	"sessionferry/session"
)

// keyLinePrefix begins a runner's public key in its text form, one line:
//
//	sessionferry-runner-key-1 BASE64 NAME
//
// BASE64 is envelope.PublicKeys.Marshal in standard base64; NAME is the rest of
// the line, as people see the runner.
const keyLinePrefix = "sessionferry-runner-key-1"

// KeyLine returns the text form of a runner's public key, with its line end.
func KeyLine(k envelope.PublicKeys, name string) string {
	return keyLinePrefix + " " + base64.StdEncoding.EncodeToString(k.Marshal()) + " " + name + "\n"
}

// keyFile is where the key lies. A systemd credential is handed to the runner,
// whose manager looks after its mode; any other file is the runner's own.
type keyFile struct {
	path       string
	credential bool
}

// load reads the key, 64 raw bytes. A file that others can read is refused,
// since whoever has read it can open every session sealed to it.
func (f keyFile) load() (*envelope.Keys, error) {
	info, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, session.Errorf(session.CodeKeyFileInvalid, "there is none")
	}
	if err != nil || info.Size() != envelope.SeedSize {
		return nil, session.Errorf(session.CodeKeyFileInvalid, "its size").Because(err)
	}
	if !f.credential && info.Mode().Perm()&0o077 != 0 {
		return nil, session.Errorf(session.CodeKeyFileInvalid, "others can read it: its mode must be 0600 or stricter")
	}
	data, err := os.ReadFile(f.path)
	if err != nil {
		return nil, session.Errorf(session.CodeKeyFileInvalid, "").Because(err)
	}
	defer clear(data)
	seeds, err := envelope.ParseSeeds(data)
	if err != nil {
		return nil, err
	}
	return seeds.Keys(envelope.RoleRunner)
}

// ensure makes a key where there is none yet. It never replaces one: what is
// sealed to it could not be opened any more.
func (f keyFile) ensure() (*envelope.Keys, error) {
	if f.credential || exists(f.path) {
		return f.load()
	}
	seeds := envelope.NewSeeds()
	defer clear(seeds[:])
	err := os.MkdirAll(filepath.Dir(f.path), 0o700)
	if err == nil {
		err = atomicfile.Write(f.path, seeds[:], 0o600)
	}
	if err != nil {
		return nil, session.Errorf(session.CodeKeyFileInvalid, "it cannot be written").Because(err)
	}
	return f.load()
}
