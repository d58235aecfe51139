// Package apps reads a captured jar by the rule of its app: is anybody signed
// in, exactly one account, the right one, and what may travel?
//
// It promises that only a jar that proves one account answers VerdictOne; that
// whatever it cannot read makes the answer weaker and never stronger; that the
// work is bounded by the size of the capture; and that nothing it reports
// (markers, details, warnings) holds the value of a cookie or of a storage
// item. Identities leave it for comparison and sealing, or masked for people.
//
// It never speaks to the network, never raises, and without a rule never
// answers VerdictOne (see Generic). The order of verdicts and the language of
// rules are specified in docs/adding-an-app.md; the vectors of apps/testdata
// settle what the words leave open.
package apps
