package testbed

import (
	"context"
	"os"
	"strconv"
	"strings"
	"time"
)

// StartDisplay starts a virtual display, on which browsers have windows.
func (b *Bed) StartDisplay() error {
	// It picks a free number and writes it to the descriptor: here its standard output.
	p, err := b.Start("display", "Xvfb", "-displayfd", "1", "-screen", "0", "1440x1000x24", "-nolisten", "tcp")
	if err != nil {
		return err
	}
	var number string
	err = Wait("Xvfb", p, func() bool {
		log, _ := os.ReadFile(p.Log) // not yet there: not yet ready
		for line := range strings.Lines(string(log)) {
			if _, err := strconv.Atoi(strings.TrimSpace(line)); err == nil {
				number = strings.TrimSpace(line)
				return true
			}
		}
		return false
	})
	if err != nil {
		return err
	}
	b.Unsetenv("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY")
	b.Setenv("DISPLAY", ":"+number)
	return nil
}

// Press presses keys in the window that has the focus, the browser's own
// windows included.
func (b *Bed) Press(ctx context.Context, keys ...string) error {
	_, err := b.Run(ctx, "", "xdotool", append([]string{"key", "--delay", "120"}, keys...)...)
	return err
}

// Closed reports whether the popup is gone and stays so for a moment.
func (c *Chromium) Closed(ctx context.Context) bool {
	ctx, cancel := c.bound(ctx, pageWait)
	defer cancel()
	for range 5 {
		if popup, err := c.popupTarget(ctx); err != nil || popup != "" {
			return false
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(100 * time.Millisecond):
		}
	}
	return true
}
