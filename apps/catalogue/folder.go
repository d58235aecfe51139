package catalogue

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode"

	"sessionferry/session"
)

// MaxFiles bounds how many apps a company's folder may hold.
const MaxFiles = 256

// extension is that of an app's file.
const extension = ".yaml"

// VectorsExtension is that of the vectors beside an app's file.
const VectorsExtension = ".vectors.yaml"

// Open returns the apps of this build and those of a company's folder, one file
// NAME.yaml an app. A folder that does not exist holds none; other files in it
// are passed over. No file is read yet: one that does not parse is told by Get
// and Faults, and the other apps go on. An app of this build cannot be replaced:
// a file of its name is refused and told by Faults.
//
// Nobody but their owner may write to files and folder, and a file is no link,
// since whoever can write a rule decides what is taken from people's browsers.
// The error is session.CodeCatalogueInvalid for a folder that cannot be used.
func Open(dir string) (*Catalogue, error) {
	paths, err := Files(dir)
	if err != nil {
		return nil, err
	}
	c := &Catalogue{entries: maps.Clone(embedded().entries), names: embedded().Names()}
	for _, path := range paths {
		file := filepath.Base(path)
		name := strings.TrimSuffix(file, extension)
		switch _, taken := c.entries[name]; {
		case !appName().MatchString(name):
			c.refused = append(c.refused, fault(file, "an app's file has a name of a to z, 0 to 9 and -, at most 32"))
		case taken:
			c.refused = append(c.refused, takenName(file))
		default:
			c.own = append(c.own, name)
			c.add(name, func() ([]byte, error) { return ReadFile(path) })
		}
	}
	return c, nil
}

// Files returns the paths of the app files of a company's folder, sorted, and with
// them those whose names no app can have. The errors are those of Open.
func Files(dir string) ([]string, error) {
	bad := func(sentence string, cause error) error {
		return session.Errorf(session.CodeCatalogueInvalid, "the folder of apps %s", sentence).Because(cause)
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, bad("cannot be read", err)
	case !info.IsDir():
		return nil, bad("is no folder", nil)
	case forOthers(info):
		return nil, bad("can be written by others than its owner: run chmod go-w on it", nil)
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, bad("cannot be read", err)
	}
	var out []string
	for _, f := range list {
		name := f.Name()
		if strings.HasSuffix(name, extension) && !strings.HasPrefix(name, ".") && !strings.HasSuffix(name, VectorsExtension) {
			out = append(out, filepath.Join(dir, name))
		}
	}
	if len(out) > MaxFiles {
		return nil, bad(fmt.Sprintf("has more than %d files", MaxFiles), nil)
	}
	return out, nil
}

// takenName refuses a company's file that has the name of an app of this build.
// Replacing one silently could weaken what its cards prove.
func takenName(file string) *session.Error {
	return fault(file, "Sessionferry brings an app of this name, which cannot be replaced: choose another name")
}

// fault is what is wrong with a file as a whole.
func fault(file, sentence string) *session.Error {
	name := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, file)
	return session.Errorf(session.CodeCatalogueInvalid, "%.64s line 1: %s", name, sentence)
}

// Faults reads and parses every file of the company's folder and returns what is
// wrong, one error (session.CodeCatalogueInvalid) for each file that is not used.
func (c *Catalogue) Faults() []*session.Error {
	c = c.or()
	out := slices.Clone(c.refused)
	for _, name := range c.own {
		if _, err := c.Get(name); err != nil {
			out = append(out, session.AsError(err))
		}
	}
	return out
}

// ReadFile reads one app's file from disk. The error, session.CodeCatalogueInvalid,
// names the file.
func ReadFile(path string) ([]byte, error) {
	bad := func(sentence string, cause error) error { return fault(filepath.Base(path), sentence).Because(cause) }
	info, err := os.Lstat(path)
	switch {
	case err != nil:
		return nil, bad("it cannot be read", err)
	case !info.Mode().IsRegular():
		return nil, bad("it is a link or a device: put the file itself there", nil)
	case forOthers(info):
		return nil, bad("it can be written by others than its owner: run chmod go-w on it", nil)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, bad("it cannot be read", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1)) // Parse refuses what is longer
	if err != nil {
		return nil, bad("it cannot be read", err)
	}
	return data, nil
}

// forOthers reports whether others than its owner may write to it. Windows has no
// such bits.
func forOthers(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && othersWrite(info.Mode().Perm(), hasOwnGroup(info))
}

// othersWrite is forOthers of its bits. Many systems give each user a group of the
// same number, and let it write to all new files.
func othersWrite(perm fs.FileMode, ownGroup bool) bool {
	return perm&0o002 != 0 || perm&0o020 != 0 && !ownGroup
}
