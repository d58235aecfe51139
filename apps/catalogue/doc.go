// Package catalogue holds the apps that Sessionferry knows: one YAML file an
// app (files/<app>.yaml), its schema as Go types, and the strict loader.
//
// It promises that an App which Parse or Get returned is whole: every key is
// known, every expression compiles, every op and selector is one that the
// evaluator understands, and no list names what it may not. A mistake is told
// with its line (session.CodeCatalogueInvalid), so that it is found when a file
// is written and never when a person clicks.
//
// It never evaluates a rule (package apps does), never asks the network, reads no
// disk but the one folder that Open is given, and does no work before it is asked:
// Get reads one file, once, since the host is started by the browser on a click. The
// language of the files is specified in docs/adding-an-app.md and by the vectors
// of apps/testdata.
package catalogue
