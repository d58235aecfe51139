package main

import (
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/rs/zerolog"
	"gopkg.in/natefinch/lumberjack.v2"

	"sessionferry/internal/plain"
)

// logFile is where the host's log lies, in the state folder.
func logFile(state string) string { return filepath.Join(state, "host.log") }

// openLog returns the host's log: JSON, rotated, readable by the person alone.
func openLog(state string) zerolog.Logger {
	zerolog.TimeFieldFormat = "2006-01-02T15:04:05.000Z07:00"
	return zerolog.New(plain.Writer(&lazyLog{path: logFile(state)})).With().Timestamp().Int("pid", os.Getpid()).Logger()
}

// lazyLog opens the log with its first line, so that a start costs nothing. A
// log that cannot be written is no reason not to serve.
type lazyLog struct {
	path string
	once sync.Once
	out  io.Writer
}

func (l *lazyLog) Write(p []byte) (int, error) {
	l.once.Do(func() {
		l.out = io.Discard
		// Of two hosts that begin at once, lumberjack would move the file of one away.
		if os.MkdirAll(filepath.Dir(l.path), 0o700) == nil && touch(l.path) == nil {
			l.out = &lumberjack.Logger{Filename: l.path, MaxSize: 1, MaxBackups: 3}
		}
	})
	return l.out.Write(p)
}

// touch makes a file where there is none.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}
