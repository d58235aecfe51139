package main

import (
	"io"
	"os"
	"path/filepath"

	"github.com/rs/zerolog"
	"gopkg.in/natefinch/lumberjack.v2"
)

// logFile is where the host's log lies, in the state folder.
func logFile(state string) string { return filepath.Join(state, "host.log") }

// openLog returns the host's log: JSON, rotated, readable by the person alone.
// The file is opened with the first line. A log that cannot be written is no
// reason not to serve.
func openLog(state string) zerolog.Logger {
	zerolog.TimeFieldFormat = "2006-01-02T15:04:05.000Z07:00"
	if err := os.MkdirAll(state, 0o700); err != nil {
		return zerolog.New(io.Discard)
	}
	return zerolog.New(&lumberjack.Logger{Filename: logFile(state), MaxSize: 1, MaxBackups: 3}).
		With().Timestamp().Int("pid", os.Getpid()).Logger()
}
