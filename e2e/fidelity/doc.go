// Package fidelity sends a session with every kind of cookie and stored value
// from a person's browser through extension, host, envelope, vault and runner,
// and compares what arrives: field by field what the extension's API showed with
// what the restored browser holds, the Cookie headers that a server receives,
// and descriptions of all stored values that a page of our own makes in both.
package fidelity
