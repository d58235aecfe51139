// Package session holds the domain of Sessionferry: the session that travels
// (Bundle, Cookie, OriginStorage, BrowserContext), the account whose session it
// is (Account, Role, Status, Generation) and the stable error codes that every
// boundary speaks (Error, Code).
//
// It promises that a Bundle which Decode returned is well formed, bounded and
// belongs to the site that the person consented to. It does no I/O, keeps no
// state and imports nothing else of this project. The wire forms are specified
// in docs/protocol.md (bundle, errors) and docs/api.md (account, status).
package session
