package envelope

import "sessionferry/session"

// Limits of the format. Each is checked before memory is taken for what it
// bounds.
const (
	MaxEnvelope   = 36 << 20 // bytes of an envelope
	MaxRecipients = 256      // recipients of an envelope
	MaxVersions   = 1024     // versions in a roster's chain
	MaxEntries    = 256      // entries of a roster
	MaxName       = 100      // bytes of an entry's name, UTF-8
	MaxChain      = 32 << 20 // bytes of all versions of a chain together

	maxApp         = 64       // bytes of the app's id
	maxConsentText = 32       // bytes of the consent text's version
	maxHeader      = 20 << 10 // bytes of a header, above any that the other limits allow

	minBucket = 4 << 10           // the smallest padded payload
	maxBucket = session.MaxBundle // the largest: 4 KiB × 2¹³
)

// formatVersion is the one version of all formats in this package.
const formatVersion = 1
