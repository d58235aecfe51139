package testbed

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
)

// Processes are the ids of this bed's processes of that name, whoever started
// them: those whose HOME is the bed's.
func (b *Bed) Processes(name string) []string {
	var out []string
	dirs, _ := filepath.Glob("/proc/[0-9]*") // the pattern is well formed
	for _, dir := range dirs {
		comm, err := os.ReadFile(filepath.Join(dir, "comm"))
		if err != nil || strings.TrimSpace(string(comm)) != name {
			continue
		}
		env, err := os.ReadFile(filepath.Join(dir, "environ"))
		if err == nil && bytes.Contains(env, []byte("HOME="+b.Path("home")+"\x00")) {
			out = append(out, filepath.Base(dir))
		}
	}
	return out
}
