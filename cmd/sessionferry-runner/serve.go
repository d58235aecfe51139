package main

import (
	"io"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"sessionferry/internal/atomicfile"
	"sessionferry/runner"
	"sessionferry/session"
)

func serveCommand() *cobra.Command {
	var apps, readyFile string
	var jsonLog bool
	cmd := &cobra.Command{
		Use: "serve", Short: "Ask apps whose session it is, for shares that wait for their word", Args: usage(cobra.NoArgs),
		Long: "Ask apps whose session it is, for shares that wait for their word, until interrupted. A share\n" +
			"that the app confirms becomes the account's session; any other is erased.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := runnerWith(apps, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			log := newLog(cmd.ErrOrStderr(), jsonLog)
			return r.Serve(cmd.Context(), runner.ServeOptions{Log: log, Ready: func(vault string) { announce(vault, readyFile, log) }})
		},
	}
	appsFlag(cmd, &apps)
	cmd.Flags().BoolVar(&jsonLog, "json-log", false, "log as JSON lines instead of text")
	cmd.Flags().StringVar(&readyFile, "ready-file", "", "write {\"vault\"} to `FILE` once the vault has answered")
	return cmd
}

// announce tells a program that waits that the runner does its work.
func announce(vault, file string, log zerolog.Logger) {
	if file == "" {
		return
	}
	b, err := session.Marshal(map[string]string{"vault": vault})
	if err == nil {
		err = atomicfile.Write(file, append(b, '\n'), 0o600)
	}
	if err != nil {
		log.Error().Err(err).Msg("the ready file could not be written")
	}
}

func newLog(w io.Writer, asJSON bool) zerolog.Logger {
	if !asJSON {
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.RFC3339, NoColor: true}
	}
	return zerolog.New(w).With().Timestamp().Logger()
}
