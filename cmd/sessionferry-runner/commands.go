package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sessionferry/apps/catalogue"
	"sessionferry/envelope"
	"sessionferry/internal/atomicfile"
	"sessionferry/internal/cli"
	"sessionferry/internal/vaultapi"
	"sessionferry/runner"
	"sessionferry/session"
)

func newRunner() *runner.Runner { return runner.New(runner.Config{}) }

// appsFlag adds the folder of a company's own apps to a command that needs them.
func appsFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "apps", "", "`FOLDER` of your company's own apps, one YAML file an app")
	_ = cmd.MarkFlagDirname("apps")
}

// runnerWith returns a runner that also knows the apps of a folder, if one is
// given. A file that is not valid is told, and only its app is not there.
func runnerWith(dir string, stderr io.Writer) (*runner.Runner, error) {
	if dir == "" {
		return newRunner(), nil
	}
	known, err := catalogue.Open(dir)
	if err != nil {
		return nil, err
	}
	for _, fault := range known.Faults() {
		_, _ = fmt.Fprint(stderr, fault.Explain("sessionferry-runner", ""))
	}
	return runner.New(runner.Config{Catalogue: known}), nil
}

// hostName is the runner's name unless one is given.
func hostName() string {
	if name, err := os.Hostname(); err == nil && session.ValidName(name, envelope.MaxName) {
		return name
	}
	return "runner"
}

func keyCommand() *cobra.Command {
	var out, name string
	cmd := &cobra.Command{
		Use: "key", Short: "Make this runner's key, once, and print its public part", Args: cli.NoArgs,
		Long: "Make this runner's key, once, and print its public part: one line on standard output (or in\n" +
			"FILE) for \"sessionferry runner add FILE\", and the fingerprint to compare on standard error.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !session.ValidName(name, envelope.MaxName) {
				return session.Errorf(session.CodeNameInvalid, "--name")
			}
			key, err := newRunner().Key()
			if err != nil {
				return err
			}
			line := runner.KeyLine(key, name)
			if out != "" {
				if err := atomicfile.Write(out, []byte(line), 0o644); err != nil {
					return session.Errorf(session.CodeFileUnwritable, "%s", out).Because(err)
				}
			}
			fingerprint := key.ID().Fingerprint()
			return cli.Print(cmd, publicKey{strings.TrimSpace(line), fingerprint, out}, func(w io.Writer) error {
				printed := line
				if out != "" {
					printed = fmt.Sprintf("public key   %s\n", out)
				}
				_, _ = fmt.Fprint(w, printed)
				_, err := fmt.Fprintf(cmd.ErrOrStderr(), "fingerprint  %s\n", fingerprint)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write the public key to `FILE`")
	cmd.Flags().StringVar(&name, "name", hostName(), "the runner's `NAME`, as its owner sees it")
	return cmd
}

// publicKey is what "key --json" prints.
type publicKey struct {
	Line        string `json:"line"` // for "sessionferry runner add"
	Fingerprint string `json:"fingerprint"`
	File        string `json:"file,omitempty"` // where the line was written
}

func enrolCommand() *cobra.Command {
	var socket, name string
	cmd := &cobra.Command{
		Use: "enrol [ADDRESS]", ValidArgsFunction: cli.Nothing, Short: "Enrol at the vault at ADDRESS, or at the one of this machine", Args: cobra.MaximumNArgs(1),
		Long: "Enrol at the vault at ADDRESS, such as vault.example: the owner types the code that is shown\n" +
			"on the vault's page. Without ADDRESS it is the vault of this machine, over its socket.",
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg := runner.Config{Socket: socket}
			if len(args) > 0 {
				cfg.Vault = args[0]
			}
			asks := cmd.OutOrStdout()
			if cli.JSON(cmd) {
				asks = cmd.ErrOrStderr()
			}
			e, err := runner.New(cfg).Enrol(cmd.Context(), name, func(p vaultapi.Prompt) { _, _ = fmt.Fprint(asks, p) })
			if err != nil {
				return err
			}
			return cli.Print(cmd, enrolled{e.Vault, e.Name}, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "enrolled at  %s\nname         %s\n\nNext: its owner runs \"sessionferry devices approve\", and here \"sessionferry-runner trust HASH\".\n", e.Vault, e.Name)
				return err
			})
		},
	}
	cmd.Flags().StringVar(&socket, "socket", "", "the vault's Unix socket at `PATH`")
	cmd.Flags().StringVar(&name, "name", hostName(), "the runner's `NAME`, as its owner sees it")
	return cmd
}

// enrolled is what "enrol --json" prints.
type enrolled struct {
	Vault string `json:"vault"`
	Name  string `json:"name"`
}

func trustCommand() *cobra.Command {
	return &cobra.Command{
		Use: "trust HASH", ValidArgsFunction: cli.Nothing, Short: "Trust the list of keys with this hash, as its owner reads it to you", Args: cobra.ExactArgs(1),
		Long: "Trust the list of keys with this hash. Its owner finds it in \"sessionferry status\", or in what\n" +
			"\"sessionferry runner add\" prints. It replaces what was trusted before.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := newRunner().Trust(args[0]); err != nil {
				return err
			}
			return cli.Print(cmd, trusted{args[0]}, func(w io.Writer) error {
				_, err := fmt.Fprintln(w, "The list of keys is trusted. To check it against the vault's, run: sessionferry-runner status")
				return err
			})
		},
	}
}

// trusted is what "trust --json" prints.
type trusted struct {
	RosterHash string `json:"roster_hash"`
}
