package runner

import (
	"os"
	"path/filepath"
	"time"

	"sessionferry/apps/catalogue"
	"sessionferry/internal/userdirs"
)

// Config is what a runner needs of its surroundings. The zero value is usable:
// WithDefaults fills in the rest from the environment.
type Config struct {
	State      string               // folder of key, enrolment, trust and generations; 0700
	Credential string               // a key that a service manager hands over, instead of the one in State
	Socket     string               // Unix socket of the embedded vault
	Vault      string               // address of a vault to enrol at, as it was typed, in place of the embedded one
	Chromium   string               // path or name of the browser; "" looks for one
	Catalogue  *catalogue.Catalogue // nil: the embedded one
	Memory     []string             // folders in memory for profiles; the first usable one is taken
	NoSandbox  bool                 // also SESSIONFERRY_NO_SANDBOX=1: the browser runs without its sandbox, as it must for root

	BrowserStart time.Duration // how long a browser may take to answer first
	PageLoad     time.Duration // how long a page or a question to the app may take

	ExtraArgs   []string         // further switches of the browser, for tests
	Now         func() time.Time // the clock
	Environment func(string) string
}

// WithDefaults returns c with every empty field filled in.
func (c Config) WithDefaults() Config {
	if c.Environment == nil {
		c.Environment = os.Getenv
	}
	env := c.Environment
	if c.State == "" {
		c.State = filepath.Join(userdirs.State(env, env("HOME")), "sessionferry-runner")
	}
	if c.Credential == "" {
		if dir := env("CREDENTIALS_DIRECTORY"); dir != "" && exists(filepath.Join(dir, "runner-key")) {
			c.Credential = filepath.Join(dir, "runner-key")
		}
	}
	if c.Socket == "" {
		c.Socket = userdirs.VaultSocket(env, env("HOME"))
	}
	if c.Chromium == "" {
		c.Chromium = env("SESSIONFERRY_CHROMIUM")
	}
	c.NoSandbox = c.NoSandbox || env("SESSIONFERRY_NO_SANDBOX") == "1"
	if c.Memory == nil {
		c.Memory = []string{env("XDG_RUNTIME_DIR"), "/dev/shm"}
	}
	if c.BrowserStart == 0 {
		c.BrowserStart = 30 * time.Second
	}
	if c.PageLoad == 0 {
		c.PageLoad = 30 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func (c Config) keyFile() keyFile {
	if c.Credential != "" {
		return keyFile{path: c.Credential, credential: true}
	}
	return keyFile{path: filepath.Join(c.State, "key")}
}
