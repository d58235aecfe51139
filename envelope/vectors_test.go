package envelope

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"sessionferry/session"
)

// vector is one row of reject/vectors.json: an envelope that must not open, and
// how it is asked for. Empty fields mean what the golden files expect.
type vector struct {
	Name      string             `json:"name"`
	Why       string             `json:"why"`
	File      string             `json:"file"`             // in reject/, or in golden/ for one that is good but not for this asker
	Opener    string             `json:"opener,omitempty"` // default runner
	Workspace session.ID         `json:"workspace,omitzero"`
	Account   session.ID         `json:"account,omitzero"`
	App       string             `json:"app,omitempty"`
	Seen      session.Generation `json:"seen,omitzero"`
	Now       time.Time          `json:"now,omitzero"`
	Pending   bool               `json:"pending,omitempty"`
	Versions  int                `json:"versions,omitempty"` // as the roster stood after so many; default all
	Code      session.Code       `json:"code"`

	data []byte
}

// chainVector is one row of reject/chains.json.
type chainVector struct {
	Name  string       `json:"name"`
	Why   string       `json:"why"`
	Files []string     `json:"files"` // in reject/ or golden/, oldest first
	Pin   Hash         `json:"pin,omitzero"`
	Code  session.Code `json:"code"`

	data map[string][]byte
}

func makeVectors(t *testing.T, w *world) {
	must(t, os.RemoveAll(rejectDir))
	vectors := slices.Concat(askedWrongly(w), movedParts(t, w), wrongHands(t, w), wrongRefreshes(t, w), badEncodings(t, w), badPayloads(t, w))
	for i := range vectors {
		if vectors[i].data != nil {
			vectors[i].File = vectors[i].Name + ".bin"
			writeFile(t, rejectDir, vectors[i].File, vectors[i].data)
		}
	}
	writeFile(t, rejectDir, "vectors.json", append(must1(json.MarshalIndent(vectors, "", "\t"))(t), '\n'))
	chains := badChains(t, w)
	for _, c := range chains {
		for name, b := range c.data {
			writeFile(t, rejectDir, name, b)
		}
	}
	writeFile(t, rejectDir, "chains.json", append(must1(json.MarshalIndent(chains, "", "\t"))(t), '\n'))
}

// askedWrongly are good envelopes that the opener must not get.
func askedWrongly(w *world) []vector {
	return []vector{
		{Name: "non-recipient", Why: "sealed to others", File: "share.bin", Opener: "stranger", Code: session.CodeEnvelopeRecipient},
		{Name: "swapped-account", Why: "served for another account", File: "share.bin", Account: testID(9), Code: session.CodeEnvelopeContext},
		{Name: "swapped-app", Why: "served for another app", File: "share.bin", App: "gitea", Code: session.CodeEnvelopeContext},
		{Name: "swapped-workspace", Why: "served in another workspace", File: "share.bin", Workspace: testID(9), Code: session.CodeEnvelopeContext},
		{Name: "replayed-share", Why: "a newer share was seen", File: "share.bin", Seen: session.Generation{Share: 8}, Code: session.CodeEnvelopeReplayed},
		{Name: "replayed-refresh", Why: "a newer refresh was seen", File: "refresh.bin", Seen: session.Generation{Share: 7, Refresh: 2}, Code: session.CodeEnvelopeReplayed},
		{Name: "refresh-as-pending", Why: "only a share waits for confirmation", File: "refresh.bin", Pending: true, Code: session.CodeEnvelopeContext},
		{Name: "past-not-after", Why: "one second late", File: "share.bin", Now: w.Now.AddDate(0, 0, 14).Add(time.Second), Code: session.CodeEnvelopeExpired},
		{Name: "recipient-not-yet-listed", Why: "the pinned roster is older than the recipient", File: "share.bin", Versions: 2, Code: session.CodeEnvelopeRecipient},
	}
}
