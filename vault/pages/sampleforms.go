package pages

import "sessionferry/session"

// sampleForms have every kind of field and button, a notice of each kind and facts.
func sampleForms() []Sample {
	outside := Frame{Title: Say("signin_title")}
	fields := func() []Field {
		return []Field{
			{Name: "email", Label: Say("email"), Type: "email", Autocomplete: "off", Value: "olga@company.example"},
			{Name: "password", Label: Say("new_password"), Hint: Say("new_password_hint"), Type: "password", Autocomplete: "off"},
			{Name: "code", Label: Say("join_code"), Hint: Say("join_code_hint"), Type: "text", Code: true, Value: "bcdf-ghjk"},
			{Name: "days", Label: Say("adm_window"), Type: "number", Min: 1, Max: 90, Value: "30"},
			{Name: "from", Label: Say("adm_field_from"), Type: "date", Optional: true},
			{Name: "person", Label: Say("adm_field_person"), Options: []Option{{"", Say("adm_anybody")}, {"1", Say("name_of", sampleName)}}, Value: "1"},
		}
	}
	all := &Form{
		Frame: sampleFrame("device_title", PlaceDevices), Text: []Text{Say("device_ask_text")},
		Facts: []Fact{
			{Name: Say("device_kind"), Text: Say("device_is_runner")}, {Name: Say("device_name"), Value: sampleName},
			{Name: Say("device_key"), Value: "2VDB 6K3Q M4XN 7PTR", Key: true}, {Name: Say("device_asked"), Time: sampleTime},
		},
		Inputs: Inputs{
			Fields:  fields(),
			Buttons: []Field{{Label: Say("save")}, {Label: Say("refuse"), Second: true}, {Label: Say("delete_yes"), Danger: true}},
			Ways:    []Link{{Href: "/", Label: Say("keep")}},
		},
		Links: []Link{{Href: "/join", Label: Say("have_invitation")}},
	}
	wrong := &Form{Frame: outside, Inputs: Inputs{Fields: fields(), Buttons: []Field{{Label: Say("signin")}}}}
	wrong.Refuse(session.CodePasswordWeak)
	wrong.Blame(session.CodePasswordWeak, "")
	done := &Form{Frame: sampleFrame("connected_title", PlaceDevices), Text: []Text{Say("connected_text", sampleName)}}
	done.Done = Say("deleted")
	ask := &Form{
		Frame: sampleFrame("delete_title", PlaceAccounts), Text: []Text{Say("delete_does"), Say("delete_does_not", "MediaWiki")},
		Inputs: Inputs{Buttons: []Field{{Label: Say("delete_yes"), Danger: true}}, Ways: []Link{{Href: "/", Label: Say("keep")}}},
	}
	fault := &Form{Frame: Frame{Title: Say("fault_title"), Problem: &Problem{Code: string(session.CodeInternal), RequestID: session.ID{1}.String()}}, Links: []Link{{Href: "/", Label: Say("home")}}}
	return []Sample{{"form", all}, {"form-wrong", wrong}, {"form-done", done}, {"question", ask}, {"fault", fault}}
}

// adminSamples are the pages of whoever runs the vault.
func adminSamples() []Sample {
	frame := sampleFrame
	person := Person{ID: "1", Name: sampleName, Email: "olga@company.example", Role: "admin", Admin: true, Self: true, TOTP: true, Since: sampleTime}
	owned := func(i int, s session.State) Owned {
		app := sampleApps()[i%2]
		return Owned{ID: "1", Username: "Marta Vidal", AppName: app.Name, Icon: app.Icon, Site: "https://wiki.harbour.example", Owner: sampleName, State: s, Own: i == 0}
	}
	all := &All{Frame: frame("adm_all_title", PlaceAll), States: sampleStates, Next: "/more"}
	for i, s := range sampleStates {
		all.Accounts = append(all.Accounts, owned(i, s))
	}
	consent := &session.Consent{Text: session.ConsentText, Time: sampleTime, Surface: "page"}
	return []Sample{
		{"people", &People{Frame: frame("adm_people_title", PlacePeople), People: []Person{person, {ID: "2", Name: "Mia", Role: "member", Since: sampleTime}}, Invitations: []Invitation{{"1", "nils@company.example", "member", sampleTime}}}},
		{"people-alone", &People{Frame: frame("adm_people_title", PlacePeople), People: []Person{person}}},
		{"all", all},
		{"all-none", &All{Frame: frame("adm_all_title", PlaceAll), States: sampleStates, Search: sampleName}},
		{"programs", &Programs{Frame: frame("nav_programs", PlacePrograms), Programs: samplePrograms(), Next: "/more"}},
		{"windows", &Windows{
			Frame: frame("nav_retention", PlaceRetention), Default: 30, Cap: 90,
			Windows: []Window{{Name: Say("adm_workspace"), Days: Say("adm_days", 30)}, {App: "github", Name: Say("name_of", "GitHub"), Days: Say("adm_days", 1), Set: true}},
			Inputs:  Inputs{Fields: []Field{{Name: "days", Label: Say("adm_window"), Type: "number", Min: 1, Max: 90, Value: "30"}}, Buttons: []Field{{Label: Say("next")}}},
		}},
		{"preview", &Form{Frame: frame("adm_preview_title", PlaceRetention), Numbers: &Numbers{
			Caption: Say("adm_preview_title"), Heads: []Text{Say("adm_app"), Say("adm_held")}, Rows: []Counts{{Say("name_of", sampleName), []int{2}}},
		}, Inputs: Inputs{Buttons: []Field{{Label: Say("save"), Danger: true}}}}},
		{"apps", &Apps{Frame: frame("adm_apps_title", PlaceApps), Apps: []Supported{{App: sampleApps()[0]}, {App: sampleApps()[1], Old: true}}, Grades: []string{"A", "B", "C", "U"}}},
		{"apps-none", &Apps{Frame: frame("adm_apps_title", PlaceApps), Search: sampleName, Grades: []string{"A", "B", "C", "U"}}},
		{"audit", &Audit{
			Frame:  frame("nav_audit", PlaceAudit),
			Inputs: Inputs{Fields: []Field{{Name: "action", Label: Say("adm_field_action"), Options: ActionOptions(English)}}, Buttons: []Field{{Label: Say("search")}}},
			Entries: []Found{
				{Time: sampleTime, Action: "shared", Person: sampleName, Program: "laptop", Account: "1", Username: "Marta Vidal", Owner: sampleName, Consent: consent},
				{Time: sampleTime, Action: "expired", Cause: session.CauseWindow, Account: "1"},
				{Time: sampleTime, Action: "member_added", Person: "Mia", Of: sampleName},
				{Time: sampleTime, Action: "retention_changed", Person: "Mia", Window: Say("adm_window_of", Say("name_of", "GitHub"), Say("adm_days", 3))},
			},
			Export: "/export", Next: "/more",
		}},
		{"audit-none", &Audit{Frame: frame("nav_audit", PlaceAudit), Next: "/more"}},
		{"health", &Health{Frame: frame("nav_health", PlaceHealth), Counts: sampleCounts(), Erasure: sampleCounts()[:1]}},
		{"health-bad", &Health{
			Frame:  frame("nav_health", PlaceHealth),
			Alerts: []Alert{{What: Say("adm_alert_failing"), Next: Say("adm_alert_failing_next"), Detail: sampleName, Until: sampleTime}},
			Counts: sampleCounts(), Erasure: sampleCounts()[:1],
			Erasures: []Erasure{{Account: "1", Cause: session.CauseDeleted, Since: sampleTime, Attempts: 3, Failure: sampleName}},
		}},
	}
}

func sampleCounts() []Fact {
	return []Fact{{Name: Say("adm_sessions"), Value: "12"}, {Name: Say("adm_database"), Text: Say("adm_megabytes", 4)}}
}
