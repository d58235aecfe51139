package vault

import (
	"context"
	"time"
)

// Retention is for how long sessions that nobody uses are kept.
type Retention struct {
	Days int            // of the workspace; 0 if the vault's own window holds
	Apps []AppRetention // the apps with a window of their own, by name

	Default time.Duration // the vault's own window
	Cap     time.Duration // no session gets older, whatever the window
}

// MaxDays is the longest window that may be set.
func (r Retention) MaxDays() int { return int(r.Cap / (24 * time.Hour)) }

// Window is what holds for an app.
func (r Retention) Window(app string) time.Duration {
	days := r.Days
	for _, a := range r.Apps {
		if a.App == app {
			days = a.Days
		}
	}
	if days == 0 {
		return r.Default
	}
	return min(time.Duration(days)*24*time.Hour, r.Cap)
}

// AppRetention is the window of one app.
type AppRetention struct {
	App  string `json:"app"`
	Days int    `json:"days"`
}

// RetentionEffect is what a window would do at once to the sessions of one app that
// are held.
type RetentionEffect struct {
	App     string `json:"app"`
	Held    int    `json:"held"`
	Expire  int    `json:"expire"`  // would expire now
	Shorten int    `json:"shorten"` // would end earlier than they do today, if they are not used
}

// Retentions keeps the windows that admins set; all others are CodeNotAdmin where
// they would do more than read them. The one of an app goes before the one of the
// workspace, and that before the vault's own.
type Retentions interface {
	Retention(ctx context.Context, p Principal) (Retention, error)
	// SetRetention sets the window of an app, or of the workspace if app is "". No
	// days take it back. CodeDaysInvalid if there are more than MaxDays. It holds
	// for what is put, refreshed or used from now on; what is held already may end
	// earlier by it, never later.
	SetRetention(ctx context.Context, p Principal, app string, days int) error
	// PreviewRetention tells what SetRetention would do now, by app.
	PreviewRetention(ctx context.Context, p Principal, app string, days int) ([]RetentionEffect, error)
	// SettleRetention finishes what a change of a window has left. It is called again
	// and again.
	SettleRetention(ctx context.Context) error
}
