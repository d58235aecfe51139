// Package e2e holds the tests that need real parts: the built programs, a real
// Chromium with the extension, a real keyring daemon and a real third-party app.
// "make test" installs and builds what they need; CONTRIBUTING.md says how such a
// test is written and what it leaves behind when it fails.
package e2e
