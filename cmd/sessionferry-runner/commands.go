package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"sessionferry/apps/catalogue"
	"sessionferry/internal/atomicfile"
	"sessionferry/internal/vaultapi"
	"sessionferry/internal/version"
	"sessionferry/runner"
	"sessionferry/session"
)

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use: "sessionferry-runner", Short: "Restore shared sessions into a headless browser",
		Version: version.Version, SilenceErrors: true, SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Args: usage(cobra.NoArgs),
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return session.Errorf(session.CodeUsageInvalid, "%s", err.Error())
	})
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(keyCommand(), enrolCommand(), trustCommand(), statusCommand(), restoreCommand(), execCommand(), serveCommand())
	return root
}

// usage gives a wrong number of arguments the code of a wrong command line.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return session.Errorf(session.CodeUsageInvalid, "%s", err.Error())
		}
		return nil
	}
}

func newRunner() *runner.Runner { return runner.New(runner.Config{}) }

// appsFlag adds the folder of a company's own apps to a command that needs them.
func appsFlag(cmd *cobra.Command, dir *string) {
	cmd.Flags().StringVar(dir, "apps", "", "`FOLDER` of your company's own apps, one YAML file an app")
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
	if name, err := os.Hostname(); err == nil && runner.ValidName(name) == nil {
		return name
	}
	return "runner"
}

func keyCommand() *cobra.Command {
	var out, name string
	cmd := &cobra.Command{
		Use: "key", Short: "Make this runner's key, once, and print its public part", Args: usage(cobra.NoArgs),
		Long: "Make this runner's key, once, and print its public part: one line on standard output (or in\n" +
			"FILE) for \"sessionferry runner add FILE\", and the fingerprint to compare on standard error.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := runner.ValidName(name); err != nil {
				return err
			}
			key, err := newRunner().Key()
			if err != nil {
				return err
			}
			line := runner.KeyLine(key, name)
			if out == "" {
				_, _ = fmt.Fprint(cmd.OutOrStdout(), line)
			} else {
				if err := atomicfile.Write(out, []byte(line), 0o644); err != nil {
					return session.Errorf(session.CodeKeyFileInvalid, "the public key's file cannot be written").Because(err)
				}
				_, _ = fmt.Fprintf(cmd.OutOrStdout(), "public key   %s\n", out)
			}
			_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "fingerprint  %s\n", key.ID().Fingerprint())
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "write the public key to `FILE`")
	cmd.Flags().StringVar(&name, "name", hostName(), "the runner's `NAME`, as its owner sees it")
	return cmd
}

func enrolCommand() *cobra.Command {
	var socket, name string
	cmd := &cobra.Command{
		Use: "enrol [ADDRESS]", Short: "Enrol at the vault at ADDRESS, or at the one of this machine", Args: usage(cobra.MaximumNArgs(1)),
		Long: "Enrol at the vault at ADDRESS, such as vault.example: the owner types the code that is shown\n" +
			"on the vault's page. Without ADDRESS it is the vault of this machine, over its socket.",
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg := runner.Config{Socket: socket}
			if len(args) > 0 {
				cfg.Vault = args[0]
			}
			e, err := runner.New(cfg).Enrol(cmd.Context(), name, func(p vaultapi.Prompt) { _, _ = fmt.Fprint(cmd.OutOrStdout(), p) })
			if err != nil {
				return err
			}
			_, _ = fmt.Fprintf(cmd.OutOrStdout(), "enrolled at  %s\nname         %s\n", e.Vault, e.Name)
			return nil
		},
	}
	cmd.Flags().StringVar(&socket, "socket", "", "the vault's Unix socket at `PATH`")
	cmd.Flags().StringVar(&name, "name", hostName(), "the runner's `NAME`, as its owner sees it")
	return cmd
}

func trustCommand() *cobra.Command {
	return &cobra.Command{
		Use: "trust HASH", Short: "Trust the list of keys with this hash, as its owner reads it to you", Args: usage(cobra.ExactArgs(1)),
		Long: "Trust the list of keys with this hash. Its owner finds it in \"sessionferry status\", or in what\n" +
			"\"sessionferry runner add\" prints. It replaces what was trusted before.",
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := newRunner().Trust(args[0]); err != nil {
				return err
			}
			_, _ = fmt.Fprintln(cmd.OutOrStdout(), "The roster is trusted.")
			return nil
		},
	}
}

func statusCommand() *cobra.Command {
	return &cobra.Command{
		Use: "status", Short: "Show the key, the vault and what is trusted", Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := newRunner().Status(cmd.Context())
			if err != nil {
				return err
			}
			w := cmd.OutOrStdout()
			row := func(name, value string) { _, _ = fmt.Fprintf(w, "%-12s %s\n", name, value) }
			row("fingerprint", orNone(s.Fingerprint))
			if s.Enrolment != nil {
				row("name", s.Enrolment.Name)
				row("vault", s.Enrolment.Vault)
			} else {
				row("vault", "none")
			}
			if s.Pinned.IsZero() {
				row("pinned", "none")
			} else {
				row("pinned", s.Pinned.String())
			}
			if s.Problem == nil {
				listed := "and lists this runner"
				if !s.Listed {
					listed = "but does not list this runner"
				}
				row("roster", fmt.Sprintf("version %d is verified %s", s.Roster, listed))
				return nil
			}
			row("roster", "not verified")
			return s.Problem
		},
	}
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
