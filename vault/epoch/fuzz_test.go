package epoch

import (
	"bytes"
	"testing"

	"sessionferry/session"
)

// FuzzUnwrap: of a record key and of stanzas nothing opens but what was wrapped.
func FuzzUnwrap(f *testing.F) {
	key := bytes.Repeat([]byte{7}, KeySize)
	place := Place{Account: session.ID{1}, Session: session.ID{2}}
	wrappedKey, err := WrapKey(key, bytes.Repeat([]byte{9}, KeySize), place)
	if err != nil {
		f.Fatal(err)
	}
	wrapped, err := WrapStanzas(key, []byte("stanzas"), place)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(wrappedKey, wrapped)
	f.Add([]byte{}, wrapped[:len(wrapped)-1])
	f.Fuzz(func(t *testing.T, k, s []byte) {
		if _, err := UnwrapKey(key, k, place); err == nil && !bytes.Equal(k, wrappedKey) {
			t.Fatalf("%x opens as a key", k)
		}
		if _, err := UnwrapStanzas(key, s, place); err == nil && !bytes.Equal(s, wrapped) {
			t.Fatalf("%x opens as stanzas", s)
		}
	})
}
