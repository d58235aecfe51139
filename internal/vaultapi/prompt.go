package vaultapi

import (
	"fmt"
	"time"

	"sessionferry/session"
)

// Prompt is what a program that waits for its person shows. The page shows the
// fingerprint too: whoever compares the two connects no program but this one.
type Prompt struct {
	Code        string // to type, such as "BCDF-GHJK"
	Page        string // where
	Fingerprint string // of the program's key
	Until       time.Time
}

// String is the prompt for a terminal.
func (p Prompt) String() string {
	return fmt.Sprintf("Open   %s\nType   %s\nKey    %s\n\nAllow it there if the page shows this very key. Waiting until %s.\n",
		session.Shown(p.Page), session.Shown(p.Code), p.Fingerprint, p.Until.Local().Format("15:04"))
}
