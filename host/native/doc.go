// Package native is the native messaging side of the host: who may call
// (Callers), how bytes become messages (Reader, Writer) and how messages become
// calls of a Service (Server). The contract is docs/protocol.md.
//
// It trusts nothing that comes in: caps come before memory, JSON is read
// strictly, and no content of a message reaches a log or an error. It never
// writes anything but frames to the browser.
package native
