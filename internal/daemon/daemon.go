// Package daemon holds what the commands that run until interrupted share: their
// log, and the word to a program that waits for them.
package daemon

import (
	"io"
	"time"

	"github.com/rs/zerolog"

	"sessionferry/internal/atomicfile"
	"sessionferry/internal/plain"
	"sessionferry/session"
)

// NewLog logs to w as text for people, or as one JSON object a line. What others
// wrote acts on no terminal (package plain).
func NewLog(w io.Writer, asJSON bool) zerolog.Logger {
	w = plain.Writer(w)
	if !asJSON {
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: time.RFC3339, NoColor: true}
	}
	return zerolog.New(w).With().Timestamp().Logger()
}

// Announce writes v as JSON to a file, if one is named, for a program that waits
// until the daemon does its work. It goes on without: an error is logged.
func Announce(file string, v any, log zerolog.Logger) {
	if file == "" {
		return
	}
	b, err := session.Marshal(v)
	if err == nil {
		err = atomicfile.Write(file, append(b, '\n'), 0o600)
	}
	if err != nil {
		log.Error().Err(err).Msg("the ready file could not be written")
	}
}
