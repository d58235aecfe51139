// Package host is what the program on the person's machine does: it lists the
// person's accounts, proves whose session the browser holds, seals it and
// transfers it, tells its status and deletes it. Service has one method a
// request of the protocol (docs/protocol.md); the commands use it too.
//
// It promises that nothing leaves this machine before the proof says "exactly
// one account, and the right one", that a failed share leaves the older session
// as it was, and that a plaintext session is never written to a disk, a log or
// an error. Keys are in the keyring (host/keystore), addresses and pins in
// files (host/config), the vault behind host/vaultclient.
package host
