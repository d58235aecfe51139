// Package runner uses the sessions that people have shared: it leases one from
// the vault, opens it with its own key, restores it into a fresh headless
// Chromium, compares what the browser holds with what was captured, asks the app
// who is signed in and tells the vault what it said.
//
// A Runner is one machine's runner; Use is the way of one session, Restored a
// browser that holds it, Exec a program beside that browser.
//
// It promises that nothing stays: the profile lies in memory, and profile,
// browser and lease end with the work, whatever happens. Differences are
// reported and never passed over. The roster is trusted by a pin from its owner,
// never on the vault's word, and an older session than was seen is refused.
//
// It never listens but on 127.0.0.1 behind an address that cannot be guessed,
// for the one program that it runs, and never logs, prints or puts into an error
// the value of a cookie or storage item, a key or a token.
//
// The API is docs/api.md, the sealed form docs/envelope.md, the bundle
// docs/protocol.md.
package runner
