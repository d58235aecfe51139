package apps

import (
	"regexp"
	"sync"
)

// telemetry are the names of cookies that measure, advertise, ask for consent,
// fend off bots or balance load. None of them signs anybody in, and those that
// tie a client to a node or to a check would draw attention elsewhere.
//
// Public cookie lists are no source for this: they file the session cookies of
// Google, Facebook and X under marketing.
var telemetry = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(_ga|_gid|_gat|_gcl_|_fbp|_fbc|_hj|ajs_|amp_|amplitude|mp_|intercom-|optanon|cookieconsent|` +
		`_tt_|_uet|_pk_|__cf|cf_clearance|awsalb|datadome|_abck|bm_|ak_bmsc|incap_|visid_|__hs|hubspotutk|_dd_s|__stripe_|` +
		`_scid|_pin_unauth|ttwid|guest_id|personalization_id)`)
})
