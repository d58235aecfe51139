package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sessionferry/envelope"
	"sessionferry/host"
	"sessionferry/internal/cli"
	"sessionferry/session"
)

// keyLinePrefix begins the one line of a runner's public key file:
// prefix, base64 of envelope.PublicKeys, name (docs/envelope.md, Keys).
const keyLinePrefix = "sessionferry-runner-key-1"

// maxKeyFile is far above the length of a key line.
const maxKeyFile = 8 << 10

func (open opener) runner() *cobra.Command {
	return cli.Group("runner", "Manage the runners that may open your sessions", &cobra.Command{
		Use:   "add FILE",
		Short: "Sign a runner's key in, so that it can open what you share from now on",
		Long: "Sign a runner's key in, so that it can open what you share from now on. FILE is what\n" +
			"\"sessionferry-runner key\" printed; - reads standard input. Compare the fingerprint first.",
		Args: cobra.ExactArgs(1),
		RunE: open.with(func(cmd *cobra.Command, s *host.Service, args []string) error {
			key, name, err := readKeyLine(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			hash, err := s.AddRunner(cmd.Context(), name, key)
			if err != nil {
				return err
			}
			fingerprint := key.ID().Fingerprint()
			return cli.Print(cmd, approved{Fingerprint: fingerprint, RosterHash: hash.String()}, func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "The runner %s is trusted.\nfingerprint  %s\n\nTell it so, there:\n  sessionferry-runner trust %s\n",
					session.Shown(name), fingerprint, hash)
				return err
			})
		}),
	})
}

func readKeyLine(stdin io.Reader, path string) (envelope.PublicKeys, string, error) {
	invalid := func(detail string) (envelope.PublicKeys, string, error) {
		return envelope.PublicKeys{}, "", session.Errorf(session.CodeKeyFileInvalid, "%s", detail)
	}
	in := stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return invalid("the file cannot be opened")
		}
		defer f.Close()
		in = f
	}
	data, err := io.ReadAll(io.LimitReader(in, maxKeyFile+1))
	if err != nil || len(data) > maxKeyFile {
		return invalid("the file is too long or cannot be read")
	}
	prefix, rest, _ := strings.Cut(strings.TrimSpace(string(data)), " ")
	text, name, _ := strings.Cut(rest, " ")
	raw, err := base64.StdEncoding.DecodeString(text)
	if prefix != keyLinePrefix || err != nil || !session.ValidName(name, envelope.MaxName) {
		return invalid("not a line of \"sessionferry-runner key\"")
	}
	key, err := envelope.ParsePublicKeys(raw)
	return key, name, err
}
