package envelope

// Every label of the format. A label says what a hash, a key or a signature is
// for, so that nothing made for one purpose passes for another. None is a prefix
// of another, and a released one never changes.
const (
	labelEnvelopeKey = "sessionferry/v1/key/envelope" // HKDF: the key that signs envelopes
	labelRosterKey   = "sessionferry/v1/key/roster"   // HKDF: the key that signs rosters
	labelDPoPKey     = "sessionferry/v1/key/dpop"     // HKDF: the key that signs DPoP proofs
	labelKeyID       = "sessionferry/v1/id"           // SHA-256: a key id
	labelCommit      = "sessionferry/v1/commit"       // HKDF: the commitment to the data key
	labelStanza      = "sessionferry/v1/stanza"       // HPKE info: a recipient's stanza
	labelEnvelope    = "sessionferry/v1/sign"         // Ed25519: an envelope
	labelRoster      = "sessionferry/v1/roster"       // Ed25519: a roster version
)
