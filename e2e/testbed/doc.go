// Package testbed brings up the real parts that the demo and the end-to-end
// tests need: a keyring daemon on a bus of its own, the embedded vault, four apps
// with two users each, and Chromium and Firefox with the extension. Everything
// lives in one temporary folder with a HOME of its own and ends with Close,
// whatever happened in between.
package testbed
