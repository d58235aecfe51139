package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"sessionferry/e2e/testbed"
)

// story is what a person does, and what comes of it.
func (d *demo) story(ctx context.Context) (*outcome, error) {
	result := &outcome{App: "mediawiki", Browser: d.browser, Account: "Bob"}
	if err := d.openBrowser(ctx); err != nil {
		return nil, err
	}
	if err := d.share(ctx, 1, result); err != nil {
		return nil, err
	}
	if err := d.restore(ctx, result); err != nil {
		return nil, err
	}
	if err := d.share(ctx, 2, result); err != nil {
		return nil, err
	}
	if err := d.restore(ctx, result); err != nil {
		return nil, err
	}
	if err := d.remove(ctx, result); err != nil {
		return nil, err
	}
	fmt.Fprintf(d.out, "\nScreenshots are in %s\n", d.screens)
	return result, nil
}

// share goes through the popup and checks what the vault says afterwards.
func (d *demo) share(ctx context.Context, generation uint64, result *outcome) error {
	popup, err := d.details(ctx, fmt.Sprintf("share-%d", generation))
	if err != nil {
		return err
	}
	defer func() { popup.Close() }()
	if err := popup.Ask(ctx); err != nil {
		return err
	}
	// The first time only: the permission stays.
	if d.answer != nil && generation == 1 {
		if err := d.answer(ctx); err != nil {
			return err
		}
		d.step("the browser asks whether the extension may see the site: Allow")
		popup.Close() // a browser with windows has done so by itself
		again, err := d.details(ctx, "share-1")
		if err != nil {
			return err
		}
		popup = again
	}
	if err := popup.Outcome(ctx); err != nil {
		return err
	}
	result.Verdict = "one" // only this verdict ends in the success box
	status, err := d.status(ctx)
	if err != nil {
		return err
	}
	result.Status, result.Generation = status.State, status.Generation.Share
	if status.State != "transferred" || status.Generation.Share != generation {
		return fmt.Errorf("the vault says %s, generation %d", status.State, status.Generation.Share)
	}
	d.step("Share: %s, generation %d", status.State, generation)
	if generation > 1 {
		d.say(fmt.Sprintf("the session of generation %d is gone: the vault keeps one", generation-1))
	}
	return nil
}

// details opens the popup on the details page of Bob's card.
func (d *demo) details(ctx context.Context, screens string) (*testbed.Popup, error) {
	popup, err := d.person.Popup(ctx, filepath.Join(d.screens, screens))
	if err != nil {
		return nil, err
	}
	if err := popup.Details(ctx, d.account); err != nil {
		popup.Close()
		return nil, err
	}
	d.step("popup, card, View Details")
	return popup, nil
}

type sessionStatus struct {
	State      string `json:"state"`
	Generation struct {
		Share uint64 `json:"share"`
	} `json:"generation"`
}

func (d *demo) status(ctx context.Context) (*sessionStatus, error) {
	out, err := d.bed.Sessionferry(ctx, "account", "list", "--json")
	if err != nil {
		return nil, err
	}
	var cards []struct {
		ID      string        `json:"id"`
		Session sessionStatus `json:"session"`
	}
	if err := json.Unmarshal([]byte(out), &cards); err != nil {
		return nil, err
	}
	for _, c := range cards {
		if c.ID == d.account {
			return &c.Session, nil
		}
	}
	return nil, errors.New("the card is gone")
}

// restore opens the session in a second, fresh browser and asks the app.
func (d *demo) restore(ctx context.Context, result *outcome) error {
	args := []string{"restore", "--account", d.account, "--json", "--screenshot", filepath.Join(d.screens, "restored.png")}
	out, err := d.bed.Runner(ctx, args...)
	if err != nil {
		return err
	}
	var restored struct {
		RestoredAs string  `json:"restored_as"`
		Match      bool    `json:"match"`
		Cookies    cookies `json:"cookies"`
	}
	lines := strings.Split(out, "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &restored); err != nil {
		return err
	}
	result.RestoredAs, result.Cookies = restored.RestoredAs, restored.Cookies
	if !restored.Match || restored.RestoredAs != "Bob" {
		return fmt.Errorf("the app says that %q is signed in", restored.RestoredAs)
	}
	d.step("restored in a fresh browser: the app says that %s is signed in; %d of %d cookies", restored.RestoredAs, restored.Cookies.Restored, restored.Cookies.Captured)
	return nil
}

// remove deletes in the popup and shows that nothing can be restored any more.
func (d *demo) remove(ctx context.Context, result *outcome) error {
	popup, err := d.details(ctx, "delete")
	if err != nil {
		return err
	}
	defer popup.Close()
	if err := popup.Delete(ctx); err != nil {
		return err
	}
	status, err := d.status(ctx)
	if err != nil {
		return err
	}
	result.Deleted, result.After = true, status.State
	d.step("Delete, Yes: %s", status.State)
	_, err = d.bed.Runner(ctx, "restore", "--account", d.account, "--json")
	var refused *testbed.RunError
	if !errors.As(err, &refused) || !strings.Contains(refused.Stderr, "session_none") {
		return fmt.Errorf("a restore after the deletion was to be refused with session_none, not: %w", err)
	}
	d.step("a restore is refused: there is no session to use")
	if status.State != "none" {
		return fmt.Errorf("the vault says %s after the deletion", status.State)
	}
	return nil
}
