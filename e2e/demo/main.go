// Command demo does Sessionferry's main job on real parts, start to end, and
// says what it does: a person who is signed in to MediaWiki shares their session
// from the popup of Chromium or Firefox, a runner restores it in another browser
// and asks the app who is signed in, the session is shared again and then
// deleted. Its last line of output is one JSON object; any step that does not
// hold ends it with exit 1.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "\nThe demo stopped:", err)
		os.Exit(1)
	}
}

// outcome is the last line of output.
type outcome struct {
	App        string  `json:"app"`
	Browser    string  `json:"browser"`
	Verdict    string  `json:"verdict"`
	Account    string  `json:"account"`
	Status     string  `json:"status"`
	Generation uint64  `json:"generation"`
	RestoredAs string  `json:"restored_as"`
	Cookies    cookies `json:"cookies"`
	Deleted    bool    `json:"deleted"`
	After      string  `json:"after_delete"`
	Elapsed    int64   `json:"elapsed_ms"`
}

type cookies struct {
	Captured int `json:"captured"`
	Restored int `json:"restored"`
}

func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	fs := flag.NewFlagSet("demo", flag.ContinueOnError)
	headed := fs.Bool("headed", false, "show the browsers' windows")
	browser := fs.String("browser", "chromium", "the person's browser: chromium or firefox")
	bin := fs.String("bin", "bin", "where the three programs are")
	screens := fs.String("screens", "bin/screens", "where the screenshots go")
	port := fs.Int("port", 9101, "MediaWiki's port on loopback")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if *browser != "chromium" && *browser != "firefox" {
		return fmt.Errorf("the browser is chromium or firefox, not %q", *browser)
	}
	if *headed && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return errors.New("HEADED=1 needs a display, and there is none here")
	}
	started := time.Now()
	d := &demo{out: stdout, screens: *screens, browser: *browser, headed: *headed, last: started}
	if err := d.prepare(ctx, *bin, *port); err != nil {
		return errors.Join(err, d.close())
	}
	result, err := d.story(ctx)
	if err := errors.Join(err, d.close()); err != nil {
		return err
	}
	result.Elapsed = time.Since(started).Milliseconds()
	return json.NewEncoder(stdout).Encode(result)
}
