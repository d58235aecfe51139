package testbed

import (
	"context"
	"errors"
	"os"
	"strings"
)

// prompterService is where Debian's package says which program asks for the
// keyring's password.
const prompterService = "/usr/share/dbus-1/services/org.gnome.keyring.SystemPrompter.service"

// StartPrompter starts the program that asks the person for the keyring's
// password, on the display. The keyring's bus would start it by itself elsewhere;
// the bed's starts nothing.
func (b *Bed) StartPrompter(ctx context.Context) error {
	service, err := os.ReadFile(prompterService)
	if err != nil {
		return err
	}
	_, program, found := strings.Cut(string(service), "\nExec=")
	if !found {
		return errors.New("no program is named in " + prompterService)
	}
	p, err := b.Start("prompter", strings.TrimSpace(program))
	if err != nil {
		return err
	}
	return Wait("the keyring's prompter", p, func() bool { return hasName(ctx, b.bus, "org.gnome.keyring.SystemPrompter") })
}

// AnswerPrompt waits for the keyring's prompt and types into it.
func (b *Bed) AnswerPrompt(ctx context.Context, text string, key string) error {
	_, err := b.Run(ctx, "", "xdotool", "search", "--sync", "--onlyvisible", "--class", "gcr-prompter", "windowfocus", "--sync")
	if err != nil {
		return err
	}
	if text != "" {
		if _, err := b.Run(ctx, "", "xdotool", "type", "--delay", "60", text); err != nil {
			return err
		}
	}
	return b.Press(ctx, key)
}
