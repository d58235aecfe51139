package pages

import (
	"time"

	"sessionferry/session"
)

// Sample is a page in one of its states, filled with what nobody owns.
type Sample struct {
	Name string
	View View
}

// sampleName is a name that a page must take for text.
const sampleName = `<img src=x onerror="alert(1)"> & "Olga"`

// sampleTime is when samples happen.
var sampleTime = time.Date(2026, 11, 25, 9, 30, 0, 0, time.UTC)

// Samples are all pages in all their states. The page /style shows them, and tests
// draw them in every language.
func Samples() []Sample {
	all := []Sample{
		{"accounts", &Accounts{Frame: sampleFrame("accounts_title", PlaceAccounts), States: sampleStates, Cards: sampleCards(), Next: "/?cursor=1"}},
		{"accounts-no-match", &Accounts{Frame: sampleFrame("accounts_title", PlaceAccounts), States: sampleStates, State: session.StateExpired, Search: sampleName}},
		{"accounts-empty", &Accounts{Frame: sampleFrame("accounts_title", PlaceAccounts), Empty: true}},
	}
	for _, a := range sampleCards() {
		name := "account-" + string(a.Status.State)
		if !a.Owned() {
			name = "account-collaborator"
		}
		all = append(all, Sample{name, sampleDetails(a)})
	}
	all = append(all,
		Sample{"history", &History{Frame: sampleFrame("history", PlaceAccounts), Events: sampleEvents(), Next: "/more"}},
		Sample{"wizard", &Transfer{Frame: sampleFrame("wizard_title", PlaceAccounts), Account: sampleCards()[0], Retention: Retention{30, 90}}},
		Sample{"pick", &Pick{Frame: sampleFrame("pick_title", PlaceAccounts), Apps: sampleApps()}},
		Sample{"pick-none", &Pick{Frame: sampleFrame("pick_title", PlaceAccounts)}},
		Sample{"devices", &Devices{Frame: sampleFrame("devices_title", PlaceDevices), Programs: samplePrograms()}},
		Sample{"devices-none", &Devices{Frame: sampleFrame("devices_title", PlaceDevices)}},
		Sample{"you", sampleYou(false)},
		Sample{"you-totp", sampleYou(true)},
	)
	return append(append(all, sampleForms()...), adminSamples()...)
}

// sampleFrame is that of a page which somebody has opened from another.
func sampleFrame(title string, here Place) Frame {
	return Frame{
		Title: Say(title, sampleName), Nav: &Nav{Person: sampleName, Admin: true, Here: here},
		Crumbs: []Link{{Href: "/", Label: Say("accounts_title")}},
	}
}

var sampleStates = []session.State{session.StateTransferred, session.StateConfirming, session.StateInvalid, session.StateExpired, session.StateNone}

// sampleCards have one of each state, and one of somebody else's.
func sampleCards() (cards []Account) {
	until, used := sampleTime.AddDate(0, 0, 30), sampleTime.Add(2*time.Hour)
	refused := &session.Attempt{Cause: session.CauseWrongAccount, Since: sampleTime}
	waits := &session.Attempt{Cause: session.CauseConfirming, Since: sampleTime, Until: &until}
	for i, s := range []session.Status{
		{State: session.StateTransferred, Cause: session.CauseShared, Since: &sampleTime, By: sampleName, Until: &until, LastUsed: &used},
		{State: session.StateConfirming, Cause: session.CauseConfirming, Since: &sampleTime, Attempt: waits},
		{State: session.StateInvalid, Cause: session.CauseSignedOut, Since: &sampleTime, By: "laptop", Attempt: refused},
		{State: session.StateExpired, Cause: session.CauseWindow, Since: &sampleTime, By: "laptop"},
		{State: session.StateNone, Cause: session.CauseNever},
		{State: session.StateTransferred},
	} {
		app := sampleApps()[i%2]
		a := Account{
			Account: session.Account{ID: session.ID{byte(i + 1)}, App: app.ID, Site: "https://wiki.harbour.example", Username: "Marta Vidal", Role: session.RoleOwner, Status: s},
			AppName: app.Name, Icon: app.Icon,
		}
		switch i {
		case 2:
			a.Username = sampleName
		case 3:
			a.Username = "خدمة التقارير الشهرية"
		case 5:
			a.Role = session.RoleCollaborator
		}
		cards = append(cards, a)
	}
	return cards
}

func sampleDetails(a Account) *Details {
	d := &Details{Frame: sampleFrame("name_of", PlaceAccounts), Account: a, Retention: Retention{30, 90}}
	d.Title = Say("name_of", a.Username)
	if a.Status.State == session.StateNone {
		d.Done = Say("added")
		return d
	}
	d.History = sampleEvents()
	d.Members = []Member{{ID: "1", Name: sampleName, Owner: true}, {ID: "2", Name: "Mia"}}
	d.Fields = []Field{{Name: "person", Label: Say("add_member"), Options: []Option{{"3", Say("name_of", sampleName)}}}}
	d.Buttons = []Field{{Name: "do", Value: "add", Label: Say("add"), Second: true}}
	for i := range 30 {
		d.Outcomes.Days = append(d.Outcomes.Days, Day{Day: sampleTime.AddDate(0, 0, i-29), Used: i % 7, Invalid: i % 5 % 2})
	}
	return d
}

func sampleEvents() (list []Event) {
	for i, o := range ActionOptions(English) {
		e := Event{Time: sampleTime.Add(time.Duration(i) * time.Minute), Action: o.Value}
		if i%3 == 0 {
			e.By, e.Cause = sampleName, session.CauseCap
		}
		list = append(list, e)
	}
	return list[:10]
}

func sampleApps() []App {
	return []App{
		{ID: "mediawiki", Name: "MediaWiki", Icon: Icon{"W", "#0b5cad"}, AnySite: true, Grade: "A", Source: "tried on a server of our own", Checked: sampleTime},
		{ID: "github", Name: "GitHub", Icon: Icon{"G", "#24292f"}, Domains: []string{"github.com"}, Grade: "B", Source: sampleName},
	}
}

func samplePrograms() []Program {
	return []Program{
		{ID: "1", Kind: "device", Name: sampleName, Fingerprint: "2VDB 6K3Q M4XN 7PTR", Added: sampleTime, Seen: sampleTime},
		{ID: "2", Kind: "runner", Name: "night shift", Fingerprint: "X7QA J2LM 5KWC 3DTE", Person: sampleName, Added: sampleTime, Seen: sampleTime},
	}
}

func sampleYou(totp bool) *You {
	return &You{
		Frame: sampleFrame("you_title", PlaceYou), TOTP: totp, Password: true,
		SignIns: []SignIn{{ID: "1", Browser: "Firefox on Linux", Since: sampleTime, Seen: sampleTime, Current: true}, {ID: "2", Browser: sampleName, Since: sampleTime, Seen: sampleTime}},
	}
}
