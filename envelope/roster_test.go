package envelope

import (
	"testing"
	"time"

	"sessionferry/session"
)

// TestRosterLife makes a chain as a device does and verifies it as a runner does.
func TestRosterLife(t *testing.T) {
	w := loadWorld(t)
	laptop, runner := w.keys["laptop"], w.keys["runner"]
	r := must1(FirstRoster(w.Workspace, w.Person, Entry{Keys: laptop.Public(), Name: "laptop"}, w.Now))(t)
	if !r.Hash().IsZero() {
		t.Error("a hash before the signature")
	}
	_, err := r.Add(Entry{Keys: runner.Public(), Name: "runner"}, w.Now)
	wantCode(t, err, session.CodeRosterInvalid)
	chain := [][]byte{must1(r.Sign(laptop))(t)}

	r = must1(verifyChain(chain, Hash{}))(t)
	r = must1(r.Add(Entry{Keys: runner.Public(), Name: "runner", NotAfter: w.Now.Add(time.Hour)}, w.Now.AddDate(0, 0, -1)))(t)
	if !r.Created.Equal(w.Now) {
		t.Error("a clock that runs behind makes a version before the last one")
	}
	chain = append(chain, must1(r.Sign(laptop))(t))
	if len(r.Recipients(w.Now)) != 2 || len(r.Recipients(w.Now.Add(2*time.Hour))) != 1 {
		t.Error("the runner's end is not kept")
	}
	r = must1(r.Renew(runner.ID(), time.Time{}, w.Now))(t)
	chain = append(chain, must1(r.Sign(laptop))(t))
	if len(r.Recipients(w.Now.Add(2*time.Hour))) != 2 {
		t.Error("the runner was not renewed")
	}
	r = must1(r.Revoke(runner.ID(), w.Now))(t)
	chain = append(chain, must1(r.Sign(laptop))(t))

	got, hash, err := VerifyChain(chain, HashOf(chain[0]))
	must(t, err)
	if e, ok := got.Find(runner.ID()); !ok || !e.Revoked || hash != r.Hash() || got.Version != 4 {
		t.Errorf("%+v", e)
	}
}

// TestRosterRefuses asks for versions that the format does not allow.
func TestRosterRefuses(t *testing.T) {
	w := loadWorld(t)
	newcomer := must1(NewSeeds().Keys(RoleDevice))(t).Public()
	for name, entry := range map[string]Entry{
		"listed already":   {Keys: w.keys["runner"].Public(), Name: "runner"},
		"revoked":          {Keys: w.keys["phone"].Public(), Name: "phone"},
		"no name":          {Keys: newcomer},
		"name too long":    {Keys: newcomer, Name: string(make([]byte, 101))},
		"name not UTF-8":   {Keys: newcomer, Name: "\xff"},
		"name with C1":     {Keys: newcomer, Name: "x\u009b2J"},
		"name turned":      {Keys: newcomer, Name: "x\u202ey"},
		"name padded":      {Keys: newcomer, Name: " x"},
		"zero-width name":  {Keys: newcomer, Name: "x\u200by"},
		"end out of range": {Keys: newcomer, Name: "new", NotAfter: time.Unix(-1, 0)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.roster.Add(entry, w.Now)
			wantCode(t, err, session.CodeRosterInvalid)
		})
	}
	_, err := w.roster.Add(Entry{Name: "no keys"}, w.Now)
	wantCode(t, err, session.CodeKeyFileInvalid)
	for _, id := range []KeyID{{}, w.keys["phone"].ID()} {
		_, err = w.roster.Revoke(id, w.Now)
		wantCode(t, err, session.CodeRosterInvalid)
	}
}

// TestRosterSigners lets everybody sign a next version who must not.
func TestRosterSigners(t *testing.T) {
	w := loadWorld(t)
	for _, name := range []string{"runner", "phone", "spare", "stranger"} {
		next := must1(w.roster.Revoke(w.keys["desktop"].ID(), w.Now))(t)
		_, err := next.Sign(w.keys[name])
		wantCode(t, err, session.CodeRosterInvalid)
	}
	own := must1(w.roster.Revoke(w.keys["laptop"].ID(), w.Now))(t)
	b := must1(own.Sign(w.keys["laptop"]))(t)
	r := must1(verifyChain(append(w.chain, b), w.Pin))(t)
	if e, _ := r.Find(w.keys["laptop"].ID()); !e.Revoked {
		t.Error("a device cannot revoke itself")
	}
	_, err := own.Sign(w.keys["laptop"])
	wantCode(t, err, session.CodeRosterInvalid)
}

// TestChainLimits gives more versions, bytes and keys than allowed.
func TestChainLimits(t *testing.T) {
	w := loadWorld(t)
	_, _, err := VerifyChain(nil, Hash{})
	wantCode(t, err, session.CodeRosterInvalid)
	_, _, err = VerifyChain(make([][]byte, MaxVersions+1), Hash{})
	wantCode(t, err, session.CodeRosterInvalid)
	_, _, err = VerifyChain([][]byte{make([]byte, MaxChain), {0}}, Hash{})
	wantCode(t, err, session.CodeRosterInvalid)
	full := *w.roster
	full.Entries = make([]Entry, MaxEntries)
	_, err = full.Add(Entry{Keys: must1(NewSeeds().Keys(RoleDevice))(t).Public(), Name: "one more"}, w.Now)
	wantCode(t, err, session.CodeRosterInvalid)
}
